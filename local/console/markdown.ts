import markdownIt, { type MarkdownIt, type StateInline, type Token } from 'markdown-it'
import { FOREIGN_MARKS } from '../docs/persian/foreign.ts'

/** What a link of a guide leads to in the browser; null: to nothing that a browser has, so that its words stand alone. */
export type LinkTo = (href: string) => string | null

/** Address of what a piece of code names, a call of the API; null: of nothing. */
export type CodeTo = (code: string) => string | null

interface Rendered {
  /** Words of the first heading, without which the text is rendered. */
  readonly title: string
  /** The first paragraph, as words, with code between backticks. */
  readonly about: string
  readonly html: string
}

/** Makes the anchor that GitHub makes of a heading. */
export const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(' ', '-')

/** Plain words of a heading or a paragraph. `mark`: what stands before code, and after it. */
const wordsOf = ({ children, content }: Token, [before = '', after = before]: readonly string[] = []): string =>
  (children ?? [])
    .map(({ type, content: words }) =>
      type === 'softbreak' ? ' ' : type === 'code_inline' ? before + words + after : words,
    )
    .join('') || content

/** Marks of code in a text without elements: it keeps its own direction between Persian words. */
const ISOLATES = ['\u2066', '\u2069']

/** Turns the links of a text to where a browser finds them, and takes away those that lead nowhere. */
function turnLinks(children: readonly Token[], linkTo: LinkTo): Token[] {
  // Links do not stand in one another, so the one that was opened last is the one that ends.
  let isKept = false
  return children.filter((token) => {
    if (token.type === 'link_close') return isKept
    if (token.type !== 'link_open') return true
    const to = linkTo(String(token.attrGet('href') ?? ''))
    isKept = to !== null
    if (to !== null) token.attrSet('href', to)
    return isKept
  })
}

const isNamed = (tokens: readonly Token[], at: number): boolean => tokens[at - 1]?.type === 'link_open'

/** Anchors of headings that stand for the first time, or with a number as GitHub gives one. */
function anchorsIn(tokens: readonly Token[]): readonly string[] {
  const given = new Map<string, number>()
  return tokens.flatMap((token, at) => {
    const inline = tokens[at + 1]
    if (token.type !== 'heading_open' || !inline) return []
    const anchor = anchorOf(wordsOf(inline))
    const times = given.get(anchor) ?? 0
    given.set(anchor, times + 1)
    return [times === 0 ? anchor : `${anchor}-${times}`]
  })
}

const tokensOf = (markdown: MarkdownIt, text: string): Token[] =>
  markdown.parse(text.replace(/^<!--.*?-->\s*/s, ''), {})

/** Anchors of all headings of a text, in their order. */
export const anchorsOf = (text: string): readonly string[] => anchorsIn(tokensOf(markdownIt({ html: false }), text))

function nameHeadings(tokens: readonly Token[], anchors: readonly string[]): void {
  const headings = tokens.filter(({ type }) => type === 'heading_open')
  for (const [at, token] of headings.entries()) token.attrSet('id', anchors[at] ?? '')
}

/** Makes cells of those heads of tables that are empty: a head without words says nothing. */
function emptyHeads(tokens: readonly Token[]): void {
  for (const [at, token] of tokens.entries()) {
    const [inline, close] = [tokens[at + 1], tokens[at + 2]]
    if (token.type === 'th_open' && inline?.content === '' && close) for (const part of [token, close]) part.tag = 'td'
  }
}

/** Tells each cell but the first of a row the name of its column, which it says itself on narrow screens. */
function nameCells(tokens: readonly Token[]): void {
  let names: string[] = []
  let column = 0
  for (const [at, token] of tokens.entries()) {
    const inline = tokens[at + 1]
    if (token.type === 'table_open') names = []
    if (token.type === 'tr_open') column = 0
    if (token.type === 'th_open') names.push(inline ? wordsOf(inline, ISOLATES) : '')
    if (token.type !== 'td_open') continue
    const name = names[column]
    if (column > 0 && name) token.attrSet('data-name', name)
    column++
  }
}

/** Finds the heading that a table stands under, by which it is named to who does not see it. */
const headingBefore = (tokens: readonly Token[], at: number): string | null => {
  const heading = tokens.slice(0, at).findLastIndex(({ type }) => type === 'heading_open')
  const inline = tokens[heading + 1]
  return heading < 0 || !inline ? null : wordsOf(inline, ISOLATES)
}

/** Reads what the marks of a foreign text enclose: the one markup that a guide may have. */
function readForeign(state: StateInline, silent: boolean): boolean {
  const [open, close] = FOREIGN_MARKS
  const end = state.src.startsWith(open, state.pos) ? state.src.indexOf(close, state.pos) : -1
  if (end < 0 || end + close.length > state.posMax) return false
  const { posMax } = state
  if (!silent) {
    state.push('foreign_open', 'span', 1).attrs = [
      ['lang', 'en'],
      ['dir', 'ltr'],
    ]
    state.pos += open.length
    state.posMax = end
    state.md.inline.tokenize(state)
    state.push('foreign_close', 'span', -1)
  }
  state.pos = end + close.length
  state.posMax = posMax
  return true
}

/** Renderer of the guides. Markup in a text is shown as it stands (`html: false`); addresses that run something are no links. */
function renderer({ codeTo, tableName }: Pick<Rendering, 'codeTo' | 'tableName'>): MarkdownIt {
  const markdown = markdownIt({ html: false })
  markdown.inline.ruler.before('autolink', 'foreign', readForeign)
  const { escapeHtml } = markdown.utils
  // The end of the last line is no part of it: pasted at a prompt, it would run what one wants to read first.
  const block = (text: string): string =>
    `<pre><code dir="auto" tabindex="0">${escapeHtml(text.replace(/\n$/, ''))}</code></pre>\n`
  Object.assign(markdown.renderer.rules, {
    fence: (tokens: readonly Token[], at: number) => block(tokens[at]?.content ?? ''),
    code_block: (tokens: readonly Token[], at: number) => block(tokens[at]?.content ?? ''),
    code_inline: (tokens: readonly Token[], at: number) => {
      const code = tokens[at]?.content ?? ''
      const shown = `<code>${escapeHtml(code)}</code>`
      const to = isNamed(tokens, at) ? null : codeTo(code)
      return to === null ? shown : `<a href="${escapeHtml(to)}">${shown}</a>`
    },
    // A group that one scrolls with the keyboard has a name.
    table_open: (tokens: readonly Token[], at: number) =>
      `<div class="wide" tabindex="0" role="group" aria-label="${escapeHtml(tableName(headingBefore(tokens, at)))}"><table>\n`,
    table_close: () => '</table></div>\n',
  })
  return markdown
}

/** How a guide is rendered. */
interface Rendering {
  readonly linkTo: LinkTo
  readonly codeTo: CodeTo
  /** Name of a table, by the heading that it stands under. */
  readonly tableName: (heading: string | null) => string
  /** Anchors of its headings, as many as it has. */
  readonly anchors: readonly string[]
}

/** Renders a guide. Throws where it has no heading at its top, or another number of headings than there are anchors. */
export function renderGuide(text: string, { linkTo, anchors, ...how }: Rendering): Rendered {
  const markdown = renderer(how)
  const tokens = tokensOf(markdown, text)
  const [heading, title] = tokens
  if (heading?.type !== 'heading_open' || heading.tag !== 'h1' || !title)
    throw new Error('a guide begins with its title')
  if (tokens.filter(({ type }) => type === 'heading_open').length !== anchors.length)
    throw new Error(`“${wordsOf(title)}” has another number of headings than the guide that it is translated from`)
  const paragraph = tokens.findIndex(({ type }) => type === 'paragraph_open')
  const about = tokens[paragraph + 1]
  nameHeadings(tokens, anchors)
  emptyHeads(tokens)
  nameCells(tokens)
  for (const token of tokens) if (token.children) token.children = turnLinks(token.children, linkTo)
  return {
    title: wordsOf(title),
    about: about ? wordsOf(about, ['`']) : '',
    html: markdown.renderer.render(tokens.slice(3), markdown.options, {}),
  }
}
