import { html, raw } from 'hono/html'
import { pageHeaders } from '#worker/lib/http/page-headers.ts'
import { GUIDES_AT } from './guides.ts'
import type { Html } from './prose.ts'
import { STYLE } from './style.ts'
import type { DocsWords } from './words.ts'

/** Homes of the docs by the language that they speak. Every page has the same address below both. */
export const HOMES = { en: '/docs', fa: '/docs/fa' } as const

/** The other language, by its name in it; in an English page also in English, for who has no Persian letters. */
const OTHER = {
  en: { language: 'fa', name: html`<span lang="en">Persian</span> فارسی` },
  fa: { language: 'en', name: html`English` },
} as const

/** Path of the script of the page of calls: its search, and calls that are tried here. */
export const SCRIPT_PATH = '/docs/calls.js'

/** Path of the script of every page that shows code, which copies it. */
export const COPY_PATH = '/docs/copy.js'

interface DocsPage {
  readonly words: DocsWords
  /** End of the page's address, below the home of its language: `/errors`; empty: the page of calls. */
  readonly at: string
  readonly title: string
  readonly main: Html
  /** Stands beside the text. */
  readonly side?: Html
  /** True of the page of calls, which has a script of its own. */
  readonly isScripted?: boolean
  readonly style?: string
}

/** Links to the other pages, and to this one in the other language. */
function topLinks({ pages, language }: DocsWords, at: string): Html {
  const home = HOMES[language]
  const links = [
    ['/', pages.console],
    [home, pages.calls],
    [`${home}/errors`, pages.errors],
    [`${home}/events`, pages.events],
    [home + GUIDES_AT, pages.guides],
    ['/openapi.json', pages.document],
  ].map(([href, name]) => html`<a href="${href}"${href === home + at && raw(' aria-current="page"')}>${name}</a> `)
  const other = OTHER[language]
  return html`<nav aria-label="${pages.all}">${links}<a id="language" href="${HOMES[other.language]}${at}" hreflang="${other.language}" lang="${other.language}">${other.name}</a></nav>`
}

/** Names the scripts of a page: its own, and that which copies code where it shows some. */
function scriptsOf(text: string, { words, isScripted }: DocsPage): Html {
  const own = isScripted ? html`\n<script type="module" src="${SCRIPT_PATH}"></script>` : ''
  const copies = text.includes('<pre>')
    ? html`\n<script type="module" src="${COPY_PATH}" data-words="${JSON.stringify(words.copying)}"></script>`
    : ''
  return html`${own}${copies}`
}

/** Makes a whole page of the docs, with links to the others. */
export async function docsPage(page: DocsPage): Promise<string> {
  const { words, at, title, side, style = STYLE } = page
  const { language, product } = words
  const main = await page.main
  const alternates = Object.entries(HOMES).map(
    ([one, home]) => html`<link rel="alternate" hreflang="${one}" href="${home}${at}">\n`,
  )
  const whole = await html`<!doctype html>
<html lang="${language}" dir="${language === 'fa' ? 'rtl' : 'ltr'}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · ${product}</title>
${alternates}${raw(`<style>${style}</style>`)}${scriptsOf(main.toString(), page)}
</head>
<body${side && raw(' class="sided"')}>
<a class="skip" href="#page">${words.pages.skip}</a>
<header>${topLinks(words, at)}</header>
${side && html`<aside>${side}</aside>`}
<main id="page" tabindex="-1">
<h1>${title}</h1>
${main}
</main>
</body>
</html>
`
  return whole.toString()
}

/** What a page of the docs may besides: run our scripts. */
export const COPYING = "script-src 'self'"

/** What the page of calls may besides: it calls this origin alone. */
export const SCRIPTED = `${COPYING}; connect-src 'self'`

/** Headers of a page of the docs, none of which holds a form. */
export const docsHeaders = (): ReturnType<typeof pageHeaders> => pageHeaders(STYLE, 'none', COPYING)

/** Headers of the page of calls. */
export const scriptedHeaders = (): ReturnType<typeof pageHeaders> => pageHeaders(STYLE, 'none', SCRIPTED)
