import { globSync, mkdirSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { channels } from '#worker/channels/index.ts'
import { pageHeaders } from '#worker/lib/http/page-headers.ts'
import { errorsPage, eventsPage } from '#worker/routes/docs/code-tables.ts'
import { GUIDES_AT } from '#worker/routes/docs/guides.ts'
import { COPYING, docsPage, HOMES, SCRIPTED } from '#worker/routes/docs/layout.ts'
import { referencePage, referenceSide } from '#worker/routes/docs/reference.ts'
import { STYLE } from '#worker/routes/docs/style.ts'
import { ENGLISH } from '#worker/routes/docs/words.ts'
import { openApiDocument } from '#worker/routes/openapi/document.ts'
import { operations } from '#worker/routes/resources.ts'
import { guidePages } from './guides.ts'
import { PERSIAN } from './persian/words.ts'

/**
 * Style of the guides: that of the docs, and what long texts need. On narrow screens a row of a table is a block, whose cells say
 * their column's name, short ones beside each other; and the page of all guides stands for the list beside them.
 * `:nth-last-child(n)` is every cell: by it a rule outweighs the docs' own for the last cell but one.
 */
const GUIDE_STYLE = `
main li{margin:.25rem 0}
dd{margin:0 0 .75rem}
.wide{margin:1rem 0}
.wide table{overflow-wrap:break-word}
.wide td:nth-last-child(n){min-width:5rem;max-width:none;overflow-wrap:break-word}
.wide td:first-child{min-width:0}
.wide td:first-child code{white-space:normal}
td a code{overflow-wrap:anywhere}
.note{border-inline-start:.25rem solid var(--accent);padding-inline-start:.75rem}
@media(max-width:44rem){
.wide td:nth-last-child(n){min-width:0;overflow-wrap:anywhere}
td[data-name]{display:inline-block;max-width:100%;margin-inline-end:.75rem}
td[data-name]:empty{display:none}
td[data-name]::before{content:attr(data-name) ": ";color:var(--faint)}
}
@media(max-width:64rem){aside{display:none}}`

/**
 * Adds the console's Persian letters to a style, which stand first in each list of fonts and have no Latin, and Persian numbers
 * of steps. What the API's document says in English stands in lines of its own.
 */
const inPersian = (style: string, font: string): string => `${style}
@font-face{font-family:Vazirmatn;src:url("${font}") format("woff2");font-weight:100 900;font-display:swap;unicode-range:U+0600-06FF,U+0750-077F,U+200C-200D,U+FB50-FDFF,U+FE70-FEFF}
body{font-family:Vazirmatn,system-ui,sans-serif;line-height:1.8}
code,pre,textarea{font-family:Vazirmatn,ui-monospace,monospace}
ol{list-style-type:persian}
[lang=en] ol{list-style-type:decimal}
[lang=en]{line-height:1.5}
p>span[lang=en],td>span[lang=en]{display:block;width:fit-content}
[lang=en] code{unicode-bidi:normal}`

/** Address of the font of the console that lies in this folder. Its name changes with what it holds. */
function fontIn(folder: string): string {
  const [font, ...others] = globSync('assets/Vazirmatn*.woff2', { cwd: folder })
  if (font === undefined || others.length > 0) throw new Error(`Not one font of Persian in ${folder}/assets`)
  return `/assets/${encodeURIComponent(basename(font))}`
}

const OF_FONT = "font-src 'self'"

const policyOf = async (style: string, more = ''): Promise<string> =>
  (await pageHeaders(style, 'none', more))['content-security-policy'] ?? ''

/** Styles of the pages that are files, of which those in Persian name the font. */
function stylesWith(font: string) {
  const guides = STYLE + GUIDE_STYLE
  return { guides, persian: inPersian(STYLE, font), persianGuides: inPersian(guides, font) }
}

type Pages = readonly (readonly [path: string, text: string])[]

/** Pages in Persian that are no guides, by address. */
async function persianPages(style: string): Promise<Pages> {
  const told = { document: openApiDocument(operations, '', channels), words: PERSIAN }
  const { pages, reference } = PERSIAN
  const made = [
    { at: '', title: reference.title, main: referencePage(told), side: referenceSide(told), isScripted: true },
    { at: '/errors', title: pages.errors, main: errorsPage(PERSIAN) },
    { at: '/events', title: pages.events, main: eventsPage(PERSIAN) },
  ]
  return Promise.all(
    made.map(async (one) => [HOMES.fa + one.at, await docsPage({ words: PERSIAN, style, ...one })] as const),
  )
}

const under = async (path: string, policy: Promise<string>): Promise<[string, string][]> => [
  [path, await policy],
  [`${path}/*`, await policy],
]

/** Makes all pages of the docs that are files, by address: the guides in both languages, and all else in Persian. */
async function allPages(font: string): Promise<Pages> {
  const { guides, persian, persianGuides } = stylesWith(font)
  const [own, english, translated] = await Promise.all([
    persianPages(persian),
    guidePages(ENGLISH, guides),
    guidePages(PERSIAN, persianGuides),
  ])
  return [...own, ...english, ...translated]
}

/** Pages that this process has made before, by the font that they name: they take a second. */
const made = new Map<string, Promise<Pages>>()

/** Writes the pages of the docs that are files into the folder that the console is served from, beside its font. */
export async function writeDocs(folder: string): Promise<void> {
  const font = fontIn(folder)
  const pages = made.get(font) ?? allPages(font)
  made.set(font, pages)
  for (const [path, text] of await pages) {
    const file = join(folder, `${path}.html`)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
}

/** Lines of `_headers` for these pages, which stand after those of the console: one style alone, and our scripts. */
export async function docsHeaderLines(folder: string): Promise<string> {
  const { guides, persian, persianGuides } = stylesWith(fontIn(folder))
  const policies = [
    ...(await under(HOMES.en + GUIDES_AT, policyOf(guides, COPYING))),
    ...(await under(HOMES.fa + GUIDES_AT, policyOf(persianGuides, `${COPYING}; ${OF_FONT}`))),
    [HOMES.fa, await policyOf(persian, `${SCRIPTED}; ${OF_FONT}`)],
    [`${HOMES.fa}/errors`, await policyOf(persian, `${COPYING}; ${OF_FONT}`)],
    [`${HOMES.fa}/events`, await policyOf(persian, `${COPYING}; ${OF_FONT}`)],
  ]
  return policies
    .map(([path, policy]) => `${path}\n  ! Content-Security-Policy\n  Content-Security-Policy: ${policy}\n`)
    .join('')
}
