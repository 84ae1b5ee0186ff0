/** Style sheet of the docs: system fonts, light and dark in the console's colours, nothing fetched. */
export const STYLE = `:root{color-scheme:light dark;--line:#8884;--soft:#8881;--faint:light-dark(#4b5a57,#a9b7b3);--edge:light-dark(#7f8d89,#6c7b77);--accent:light-dark(#0f766e,#2dd4bf)}
html{background:light-dark(#fff,#0f1413);color:light-dark(#15201e,#e8eeec)}
*{box-sizing:border-box}
body{margin:0 auto;max-width:60rem;padding:1rem;font:1rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
a{color:var(--accent)}
header{border-bottom:1px solid var(--line);padding-bottom:.5rem;margin-bottom:1rem}
main:focus{outline:0}
.skip{position:absolute;top:-5rem}
.skip:focus{top:.25rem}
header nav a{display:inline-block;padding:.25rem 0;margin-inline-end:1rem}
header a,aside a{text-decoration:none}
header a:hover,aside a:hover{text-decoration:underline}
[aria-current]{font-weight:600}
#language span{margin-inline-end:.35em}
.sided{max-width:90rem}
aside{padding-bottom:1rem}
aside ul{list-style:none;padding-inline-start:0}
aside nav>ul>li{margin-bottom:.75rem}
aside nav>ul>li>a{font-weight:600}
aside li li a{display:inline-block;padding:.2rem 0;padding-inline-start:.75rem}
[hidden]{display:none}
input,select,textarea,button{font:inherit;color:inherit;background:light-dark(#fff,#171d1c);border:1px solid var(--edge);border-radius:.4em;max-width:100%;min-height:2.25rem;padding:.25rem .6rem}
button{cursor:pointer}
#try :is(input,button){margin:.125rem 0;margin-inline-end:.5rem}
aside input,.tried input,textarea{width:100%}
textarea{font:.875rem/1.45 ui-monospace,monospace}
summary{cursor:pointer;padding:.25rem 0;min-height:1.75rem}
#try,.tried{border:1px solid var(--line);border-radius:.4em;padding:.75rem;margin:1rem 0}
.tried pre:empty{display:none}
.call button{float:inline-end;font-weight:400}
.block{position:relative}
.copy{position:absolute;top:.5rem;right:.5rem;min-height:1.75rem;padding:0 .6rem;font-size:.8125rem}
.told{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
@media(min-width:64rem){
.sided{display:grid;grid-template-columns:18rem minmax(0,60rem);column-gap:2.5rem}
.sided header{grid-column:1/-1}
aside{position:sticky;top:0;max-height:100vh;overflow-y:auto;font-size:.9375rem}
}
h1{line-height:1.2}h2{margin-top:3rem;border-bottom:1px solid var(--line)}h3{margin-top:2.5rem}
code,pre{font:.875rem/1.45 ui-monospace,monospace}
code{background:var(--soft);padding:.1em .25em;border-radius:.2em}
code,pre{direction:ltr;unicode-bidi:isolate}
pre{text-align:left;background:var(--soft);padding:.75rem;border-radius:.4em;overflow-x:auto;overflow-wrap:normal}
pre code{display:block;overflow-x:auto;background:none;padding:0}
@media(scripting:enabled){pre code{margin-right:5.5rem}}
h2 code,h3 code{font-size:1em;font-weight:inherit;background:none;padding:0}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%}
caption{text-align:start;font-weight:600;padding:.75rem 0 .25rem}
th,td{text-align:start;vertical-align:top;padding:.35rem 0;padding-inline-end:.75rem;border-top:1px solid var(--line)}
td:first-child code{white-space:nowrap}
td:nth-last-child(2){min-width:12rem;max-width:18rem}
td:not(:last-child){overflow-wrap:break-word}
@media(max-width:44rem){
pre{white-space:pre-wrap;overflow-wrap:anywhere}
@media(scripting:enabled){pre code{margin:1.75rem 0 0}}
thead{display:none}
tr,td{display:block;border:0;padding:0;min-width:0}
tr{border-top:1px solid var(--line);padding:.5rem 0}
td:first-child code{white-space:normal}
td:nth-last-child(2){min-width:0;max-width:none}
td:not(:last-child){overflow-wrap:anywhere}
td:empty{display:none}
}
.call{font-weight:600}
@media print{.copy{display:none}}
section:target,article:target,tr:target{outline:2px solid var(--accent);outline-offset:.25rem}`
