/** Style sheet of the docs: system fonts, light and dark, nothing fetched. */
export const STYLE = `:root{color-scheme:light dark;--line:#8884;--soft:#8881;--accent:light-dark(#0b5cad,#7db8f5)}
*{box-sizing:border-box}
body{margin:0 auto;max-width:60rem;padding:1rem;font:1rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
a{color:var(--accent)}
header nav a,main>nav a{display:inline-block;padding:.25rem .75rem .25rem 0}
main>nav ul{padding-left:1.25rem}
main>nav ul ul{list-style:none;padding-left:0}
h1{line-height:1.2}h2{margin-top:3rem;border-bottom:1px solid var(--line)}h3{margin-top:2.5rem}
code,pre{font:.875rem/1.45 ui-monospace,monospace}
code{background:var(--soft);padding:.1em .25em;border-radius:.2em}
pre{background:var(--soft);padding:.75rem;border-radius:.4em;overflow-x:auto;overflow-wrap:normal}
pre code{background:none;padding:0}
h2 code,h3 code{font-size:1em;font-weight:inherit;background:none;padding:0}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%}
caption{text-align:left;font-weight:600;padding:.75rem 0 .25rem}
th,td{text-align:left;vertical-align:top;padding:.35rem .75rem .35rem 0;border-top:1px solid var(--line);}
td:first-child code{white-space:nowrap}
td:nth-last-child(2){min-width:12rem;max-width:18rem}
td:not(:last-child){overflow-wrap:break-word}
@media(max-width:44rem){
thead{display:none}
tr,td{display:block;border:0;padding:0;min-width:0}
tr{border-top:1px solid var(--line);padding:.5rem 0}
td:first-child code{white-space:normal}
td:nth-last-child(2){min-width:0;max-width:none}
td:not(:last-child){overflow-wrap:anywhere}
td:empty{display:none}
}
.call{font-weight:600}
section:target,article:target,tr:target{outline:2px solid var(--accent);outline-offset:.25rem}`
