import { html, raw } from 'hono/html'
import { pageHeaders } from '#worker/lib/http/page-headers.ts'
import { GUIDES_PATH } from './guides.ts'
import type { Html } from './prose.ts'
import { STYLE } from './style.ts'

const PAGES = [
  ['/', 'Console'],
  ['/docs', 'Calls'],
  ['/docs/errors', 'Errors'],
  ['/docs/events', 'Events'],
  [GUIDES_PATH, 'Guides'],
  ['/openapi.json', 'OpenAPI 3.1'],
] as const

/** Path of the script of the page of calls: its search, and calls that are tried here. */
export const SCRIPT_PATH = '/docs/calls.js'

interface DocsPage {
  readonly title: string
  readonly main: Html
  /** Stands beside the text. */
  readonly side?: Html
  /** True of the page that has the script. */
  readonly isScripted?: boolean
  readonly style?: string
}

/** Makes a whole page of the docs, with links to the others. */
export async function docsPage({ title, main, side, isScripted, style = STYLE }: DocsPage): Promise<string> {
  const links = PAGES.map(([href, name]) => html`<a href="${href}">${name}</a> `)
  const whole = await html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Chapar</title>
${raw(`<style>${style}</style>`)}${isScripted && html`\n<script type="module" src="${SCRIPT_PATH}"></script>`}
</head>
<body${side && raw(' class="sided"')}>
<header><nav aria-label="Pages">${links}</nav></header>
${side && html`<aside>${side}</aside>`}
<main>
<h1>${title}</h1>
${main}
</main>
</body>
</html>
`
  return whole.toString()
}

/** Headers of a page of the docs, none of which holds a form. */
export const docsHeaders = (): ReturnType<typeof pageHeaders> => pageHeaders(STYLE, 'none')

/** Headers of the page with the script, which calls this origin alone. */
export const scriptedHeaders = (): ReturnType<typeof pageHeaders> =>
  pageHeaders(STYLE, 'none', "script-src 'self'; connect-src 'self'")
