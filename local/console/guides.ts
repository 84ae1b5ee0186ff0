import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { html, raw } from 'hono/html'
import { EVENT_TYPES } from '#worker/domain/messages/events.ts'
import { GUIDES, GUIDES_AT, type GuideName, guideSlug } from '#worker/routes/docs/guides.ts'
import { docsPage, HOMES } from '#worker/routes/docs/layout.ts'
import { type Html, prose } from '#worker/routes/docs/prose.ts'
import { type DocsWords, ENGLISH } from '#worker/routes/docs/words.ts'
import { operationId, templatePath } from '#worker/routes/openapi/operations.ts'
import { operations } from '#worker/routes/resources.ts'
import { GUIDE_WORDS } from './guide-words.ts'
import { anchorOf, anchorsOf, renderGuide } from './markdown.ts'

/** Names of all guides. */
const NAMES: readonly GuideName[] = GUIDES.flatMap(([, names]) => names)

/** File of docs/ that a guide is made from. */
export const guideFile = (name: GuideName): string => `docs/${guideSlug(name)}.md`

/** File that has a guide in Persian, where it is translated. */
const persianFile = (name: GuideName): string => `docs/fa/${guideSlug(name)}.md`

const read = (file: string): string => readFileSync(file, 'utf8')

/** What a guide is made from in a language: its own file, or the English one where it has none. */
interface Source {
  readonly file: string
  readonly isForeign: boolean
}

function sourceOf(name: GuideName, { language }: DocsWords): Source {
  const own = language === 'en' ? guideFile(name) : persianFile(name)
  return existsSync(own) ? { file: own, isForeign: false } : { file: guideFile(name), isForeign: true }
}

/** Ends of addresses by file. A file in Persian has the address of the one that it is translated from. */
const PAGES: ReadonlyMap<string, string> = new Map([
  ...NAMES.flatMap((name) => {
    const at = `${GUIDES_AT}/${guideSlug(name)}`
    return [guideFile(name), persianFile(name)].map((file) => [file, at] as const)
  }),
  // Made from the same tables as these two files, with an anchor for every code.
  ['docs/errors.md', '/errors'],
  ['docs/events.md', '/events'],
])

/** Anchors of docs/events.md by which its page calls them otherwise. */
const EVENT_ANCHORS: ReadonlyMap<string, string> = new Map(EVENT_TYPES.map((type) => [anchorOf(type), type]))

/** The English anchor of a heading: a translation has the same headings in the same order, and so the same anchors. */
function englishAnchor(file: string, anchor: string): string {
  const at = anchorsOf(read(file)).indexOf(anchor)
  return anchorsOf(read(join('docs', file.slice('docs/fa/'.length))))[at] ?? anchor
}

/** Answers where links of a file lead to in a language; null: to a file that no browser is served, such as a decision. */
const linksOf =
  (from: string, { language }: DocsWords) =>
  (href: string): string | null => {
    if (/^https?:/.test(href)) return href
    const [path = '', given] = href.split('#')
    const anchor = given === undefined ? undefined : decodeURIComponent(given)
    const file = path === '' ? from : join(dirname(from), path)
    const page = PAGES.get(file)
    if (page === undefined) return null
    const there =
      anchor !== undefined && file.startsWith('docs/fa/')
        ? englishAnchor(file, anchor)
        : page === '/events' && anchor
          ? (EVENT_ANCHORS.get(anchor) ?? anchor)
          : anchor
    const end = there === undefined ? '' : `#${there}`
    return path === '' ? end : HOMES[language] + page + end
  }

const shapeOf = (method: string, path: string): string => `${method} ${path.replaceAll(/\{\w+\}/g, '{}')}`
const CALLS: ReadonlyMap<string, string> = new Map(
  operations.map((one) => [shapeOf(one.method, templatePath(one.path)), operationId(one)]),
)

/** Answers the address of the call that a piece of code is: of `GET|PATCH /v1/webhooks/:id` the first that it names. */
const callsOf =
  ({ language }: DocsWords) =>
  (code: string): string | null => {
    const [, method = '', path = ''] = /^([A-Z]+)(?:\|[A-Z]+)* (\/[^\s?]+)(?:\?\S*)?$/.exec(code) ?? []
    const id = CALLS.get(shapeOf(method, templatePath(path)))
    return id === undefined ? null : `${HOMES[language]}#${id}`
  }

/** All guides by who reads them. `here`: the one that is shown. */
function listing(here: GuideName | null, words: DocsWords): Html {
  const home = HOMES[words.language]
  const { search, groupName } = GUIDE_WORDS[words.language]
  return html`<p><a href="${home}#calls">${search}</a></p>
<nav aria-label="${words.pages.guides}"><ul>${GUIDES.map(
    ([group, names]) =>
      html`<li><strong>${groupName(group)}</strong><ul>${names.map(
        (name) =>
          html`<li><a href="${home}${GUIDES_AT}/${guideSlug(name)}"${name === here && raw(' aria-current="page"')}>${words.guideName(name)}</a></li>\n`,
      )}</ul></li>\n`,
  )}</ul></nav>`
}

function guide(name: GuideName, words: DocsWords): ReturnType<typeof renderGuide> & Source {
  const source = sourceOf(name, words)
  const text = read(source.file)
  // A text that stays English names its tables in English.
  const { tableName } = GUIDE_WORDS[source.isForeign ? ENGLISH.language : words.language]
  const english = read(guideFile(name))
  const how = { linkTo: linksOf(source.file, words), codeTo: callsOf(words), tableName, anchors: anchorsOf(english) }
  return { ...source, ...renderGuide(text, how) }
}

/** First sentence of a text. */
const sentenceOf = (text: string): string => /^.*?[.:](?=\s|$)/s.exec(text)?.[0].replace(/:$/, '.') ?? text

function indexPage(words: DocsWords): Html {
  const home = HOMES[words.language]
  const { about, groupName, isEnglish } = GUIDE_WORDS[words.language]
  return html`<p>${about}</p>
${GUIDES.map(
  ([group, names]) => html`<h2>${groupName(group)}</h2>
<dl>${names.map((name) => {
    const { title, about: said, isForeign } = guide(name, words)
    const shown = isForeign ? words.guideName(name) : title
    return html`<dt><a href="${home}${GUIDES_AT}/${guideSlug(name)}">${shown}</a>${isForeign && html` <small>${isEnglish}</small>`}</dt><dd>${prose(sentenceOf(said))}</dd>\n`
  })}</dl>
`,
)}`
}

function guidePage(name: GuideName, words: DocsWords, style: string): Promise<string> {
  const { title, html: text, isForeign } = guide(name, words)
  const { onlyEnglish } = GUIDE_WORDS[words.language]
  const main = isForeign
    ? html`<p class="note">${onlyEnglish}</p><div lang="en" dir="ltr">${raw(text)}</div>`
    : html`${raw(text)}`
  const at = `${GUIDES_AT}/${guideSlug(name)}`
  const shown = isForeign ? words.guideName(name) : title
  return docsPage({ words, at, title: shown, main, side: listing(name, words), style })
}

/** Pages of the guides in a language, by address. */
export async function guidePages(words: DocsWords, style: string): Promise<ReadonlyMap<string, string>> {
  const all = HOMES[words.language] + GUIDES_AT
  const title = words.pages.guides
  const index = docsPage({ words, at: GUIDES_AT, title, main: indexPage(words), side: listing(null, words), style })
  const pages = NAMES.map(async (name) => [`${all}/${guideSlug(name)}`, await guidePage(name, words, style)] as const)
  return new Map([[all, await index] as const, ...(await Promise.all(pages))])
}
