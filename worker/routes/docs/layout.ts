import { toBase64, utf8 } from '#worker/lib/bytes.ts'
import { sha256 } from '#worker/lib/hmac.ts'
import { type Html, html } from '#worker/lib/html.ts'
import { STYLE } from './style.ts'

const PAGES = [
  ['/docs', 'Calls'],
  ['/docs/errors', 'Errors'],
  ['/docs/events', 'Events'],
  ['/openapi.json', 'OpenAPI 3.1'],
] as const

/** A whole page with the links to the others. */
export function page(title: string, main: Html): string {
  const links = PAGES.map(([href, name]) => html`<a href="${href}">${name}</a> `)
  const style: Html = { markup: `<style>${STYLE}</style>` }
  return html`<!doctype html>
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
`.markup
}

/** Headers of every page: nothing but the one style sheet that is in it may take effect. */
export async function pageHeaders(): Promise<Readonly<Record<string, string>>> {
  const style = toBase64(await sha256(utf8(STYLE)))
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': `default-src 'none'; style-src 'sha256-${style}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  }
}
