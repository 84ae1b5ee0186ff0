import { html, raw } from 'hono/html'
import { pageHeaders } from '#worker/lib/http/page-headers.ts'
import type { Html } from './prose.ts'
import { STYLE } from './style.ts'

const PAGES = [
  ['/docs', 'Calls'],
  ['/docs/errors', 'Errors'],
  ['/docs/events', 'Events'],
  ['/openapi.json', 'OpenAPI 3.1'],
] as const

/** Makes a whole page of the docs, with links to the others. */
export async function docsPage(title: string, main: Html): Promise<string> {
  const links = PAGES.map(([href, name]) => html`<a href="${href}">${name}</a> `)
  const style = raw(`<style>${STYLE}</style>`)
  const whole = await html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Chapar</title>
${style}
</head>
<body>
<header><nav aria-label="Pages">${links}</nav></header>
<main>
<h1>${title}</h1>
${main}
</main>
</body>
</html>
`
  return whole.toString()
}

/** Headers of every page of the docs, none of which holds a form. */
export const docsHeaders = (): ReturnType<typeof pageHeaders> => pageHeaders(STYLE, 'none')
