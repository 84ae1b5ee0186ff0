import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { html, raw } from 'hono/html'
import { EVENT_TYPES } from '#worker/domain/messages/events.ts'
import { pageHeaders } from '#worker/lib/http/page-headers.ts'
import { GUIDES, GUIDES_PATH, guidePath } from '#worker/routes/docs/guides.ts'
import { docsPage } from '#worker/routes/docs/layout.ts'
import type { Html } from '#worker/routes/docs/prose.ts'
import { STYLE } from '#worker/routes/docs/style.ts'
import { operationId, templatePath } from '#worker/routes/openapi/operations.ts'
import { operations } from '#worker/routes/resources.ts'
import { anchorOf, renderGuide } from './markdown.ts'

/**
 * Style of the guides: that of the docs, and what long texts need. Their tables scroll sideways where they are too wide, since a
 * row of five marks says nothing as a stack; on narrow screens the page of all guides stands for the list beside them.
 * `:nth-last-child(n)` is every cell: by it a rule outweighs the docs' own for the last cell but one.
 */
const GUIDE_STYLE = `${STYLE}
html{background:Canvas;color:CanvasText}
main li{margin:.25rem 0}
dd{margin:0 0 .75rem}
.wide{margin:1rem 0}
.wide table{overflow-wrap:break-word}
.wide td:nth-last-child(n){min-width:5rem;max-width:none;overflow-wrap:break-word}
.wide td:first-child{min-width:0}
.wide td:first-child code{white-space:normal}
td a code{overflow-wrap:anywhere}
@media(max-width:44rem){
thead{display:table-header-group}
tr{display:table-row}
td{display:table-cell;border-top:1px solid var(--line);padding:.35rem .75rem .35rem 0}
td:empty{display:table-cell}
}
@media(max-width:64rem){aside{display:none}}
[aria-current]{font-weight:600;text-decoration:none}`

/** Names of all guides. */
const NAMES: readonly string[] = GUIDES.flatMap(([, names]) => names)

/** File of docs/ that a guide is made from. */
export const guideFile = (name: string): string => `docs${guidePath(name).slice(GUIDES_PATH.length)}.md`

const PAGES: ReadonlyMap<string, string> = new Map([
  ...NAMES.map((name) => [guideFile(name), guidePath(name)] as const),
  // Made from the same tables as these two files, with an anchor for every code.
  ['docs/errors.md', '/docs/errors'],
  ['docs/events.md', '/docs/events'],
])

/** Anchors of docs/events.md by which its page calls them otherwise. */
const EVENT_ANCHORS: ReadonlyMap<string, string> = new Map(EVENT_TYPES.map((type) => [anchorOf(type), type]))

/** Address of what a link of docs/ names; null: a file that no browser is served, such as a decision. */
function linkTo(href: string): string | null {
  if (/^https?:|^#/.test(href)) return href
  const [path = '', anchor] = href.split('#')
  const page = PAGES.get(join('docs', path))
  if (page === undefined) return null
  const there = page === '/docs/events' && anchor ? (EVENT_ANCHORS.get(anchor) ?? anchor) : anchor
  return there === undefined ? page : `${page}#${there}`
}

const shapeOf = (method: string, path: string): string => `${method} ${path.replaceAll(/\{\w+\}/g, '{}')}`
const CALLS: ReadonlyMap<string, string> = new Map(
  operations.map((one) => [shapeOf(one.method, templatePath(one.path)), `/docs#${operationId(one)}`]),
)

/** Address of the call that a piece of code is: of `GET|PATCH /v1/webhooks/:id` the first that it names. */
function codeTo(code: string): string | null {
  const [, method = '', path = ''] = /^([A-Z]+)(?:\|[A-Z]+)* (\/[^\s?]+)(?:\?\S*)?$/.exec(code) ?? []
  return CALLS.get(shapeOf(method, templatePath(path))) ?? null
}

/** All guides by who reads them. `here`: the name of the one that is shown. */
const listing = (here: string | null): Html => html`<p><a href="/docs#calls">Search the calls</a></p>
<nav aria-label="Guides"><ul>${GUIDES.map(
  ([group, names]) =>
    html`<li><strong>${group}</strong><ul>${names.map(
      (name) =>
        html`<li><a href="${guidePath(name)}"${name === here && raw(' aria-current="page"')}>${name}</a></li>\n`,
    )}</ul></li>\n`,
)}</ul></nav>`

const guide = (name: string): ReturnType<typeof renderGuide> =>
  renderGuide(readFileSync(guideFile(name), 'utf8'), linkTo, codeTo)

/** First sentence of a text. */
const sentenceOf = (text: string): string => /^.*?[.:](?=\s|$)/s.exec(text)?.[0].replace(/:$/, '.') ?? text

const indexPage =
  (): Html => html`<p>How Chapar is used, run and built on. What each call takes and answers: <a href="/docs">calls</a>, which can be <a href="/docs#calls">searched</a> and tried there.</p>
${GUIDES.map(
  ([group, names]) => html`<h2>${group}</h2>
<dl>${names.map((name) => {
    const { title, about } = guide(name)
    return html`<dt><a href="${guidePath(name)}">${title}</a></dt><dd>${sentenceOf(about)}</dd>\n`
  })}</dl>
`,
)}`

/** Pages of the guides, by address; each needs nothing else. */
export async function guidePages(): Promise<ReadonlyMap<string, string>> {
  const make = (title: string, main: Html, here: string | null) =>
    docsPage({ title, main, side: listing(here), style: GUIDE_STYLE })
  const pages = NAMES.map(async (name): Promise<[string, string]> => {
    const { title, html: text } = guide(name)
    return [guidePath(name), await make(title, html`${raw(text)}`, name)]
  })
  return new Map([[GUIDES_PATH, await make('Guides', indexPage(), null)], ...(await Promise.all(pages))])
}

/** Writes the pages of the guides into the folder that the console is served from. */
export async function writeGuides(folder: string): Promise<void> {
  for (const [path, text] of await guidePages()) {
    const file = join(folder, `${path}.html`)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
}

/** Lines of `_headers` for the guides, which stand after those of the console: no script, and this one style alone. */
export async function guideHeaders(): Promise<string> {
  const { 'content-security-policy': policy } = await pageHeaders(GUIDE_STYLE, 'none')
  const lines = `  ! Content-Security-Policy\n  Content-Security-Policy: ${policy}\n`
  return [GUIDES_PATH, `${GUIDES_PATH}/*`].map((path) => `${path}\n${lines}`).join('')
}
