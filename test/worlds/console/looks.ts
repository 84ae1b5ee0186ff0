import type { Page } from 'playwright-core'

// What runs in the page is text: the tests' own types have no document.

const STICKS_OUT = `(() => {
  const width = document.documentElement.clientWidth
  if (document.documentElement.scrollWidth <= width) return []
  return [...document.querySelectorAll('body *')]
    .filter((element) => {
      const { left, right } = element.getBoundingClientRect()
      return right > width + 1 || left < -1
    })
    .slice(0, 5)
    .map((element) => element.outerHTML.slice(0, 160))
})()`

/** Elements that stick out of the window sideways; none of a page that scrolls up and down alone. */
export const sticksOut = (page: Page): Promise<readonly string[]> => page.evaluate(STICKS_OUT)

/** Elements whose content is wider than they are, so that it lies over what is beside it, or is cut off by what it stands in. */
const SPILLS = `(() => {
  // A mark at a corner, such as a number of new messages, is meant to stand over the edge.
  const hasMark = (element) => [...element.querySelectorAll('*')].some((one) => getComputedStyle(one).position === 'absolute')
  return [...document.querySelectorAll('main :is(dd, dt, td, th, p, li, h1, h2, h3, label, button, a)')]
    .filter((element) => {
      const { overflowX, display } = getComputedStyle(element)
      return overflowX === 'visible' && display !== 'inline' && element.scrollWidth > element.clientWidth + 1 && !hasMark(element)
    })
    .slice(0, 5)
    .map((element) => 'spills: ' + element.outerHTML.slice(0, 200))
})()`

/** Buttons of rows that end something, and look like those that do not. */
const HARMLESS = `(() => {
  const ends = /^(?:Delete|Remove|Revoke|Take away|End|Withdraw|حذف|برداشتن|باطل کردن|ابطال|گرفتن|پایان)$/
  return [...document.querySelectorAll('td .button')]
    .filter((button) => ends.test(button.textContent.trim()) && button.dataset.weight !== 'danger')
    .map((button) => 'looks harmless: ' + button.outerHTML.slice(0, 160))
})()`

/** Words that do not fit a number, and headings of tables that say nothing. */
const ODD_WORDS = `(() => {
  const text = document.body.innerText
  // One of several is no plural; two names of one heading tell nothing apart.
  const plurals = text.match(/(?:^|[\\s(])1 (?!ms|s\\b)[a-z]+(?:[^s]s|ies)\\b/gm) ?? []
  const doubles = [...document.querySelectorAll('table')].flatMap((table) => {
    const names = [...table.querySelectorAll('thead th')].map((cell) => cell.textContent.trim())
    return names.filter((name, at) => name === '' || names.indexOf(name) !== at).map((name) => 'heading twice or empty: ' + name)
  })
  return [...plurals.map((found) => 'plural of one: ' + found.trim()), ...doubles]
})()`

/** Texts that do not fit, and are cut where they begin, since their line runs as the page does. */
const BEHEADED = `(() =>
  [...document.querySelectorAll('main *')]
    .filter((element) => {
      const { textOverflow, direction } = getComputedStyle(element)
      if (textOverflow !== 'ellipsis' || element.scrollWidth <= element.clientWidth) return false
      const strong = /[A-Za-z\\u0590-\\u07ff]/.exec(element.textContent)?.[0]
      return strong !== undefined && (/[A-Za-z]/.test(strong) ? 'ltr' : 'rtl') !== direction
    })
    .map((element) => 'loses its beginning: ' + element.outerHTML.slice(0, 160)))()`

/** What stands beyond the edge of what cuts it off and cannot be scrolled: it was pushed there by what stands before it. */
const PUSHED_OUT = `(() => {
  const cutter = (element) => {
    for (let one = element.parentElement; one; one = one.parentElement)
      if (/hidden|clip/.test(getComputedStyle(one).overflowX)) return one
    return null
  }
  return [...document.querySelectorAll('main :is(time, .badge, .button)')]
    .filter((element) => {
      const [own, edge] = [element.getBoundingClientRect(), cutter(element)?.getBoundingClientRect()]
      return edge !== undefined && own.width > 1 && (own.left < edge.left - 1 || own.right > edge.right + 1)
    })
    .slice(0, 5)
    .map((element) => 'pushed out of sight: ' + element.outerHTML.slice(0, 160))
})()`

/** The tab of a strip that is open, if one would have to scroll to see it. */
const HIDDEN = `(() =>
  [...document.querySelectorAll('.tabs [aria-current]')]
    .filter((tab) => {
      const [own, strip] = [tab.getBoundingClientRect(), tab.parentElement.getBoundingClientRect()]
      return own.left < strip.left - 1 || own.right > strip.right + 1
    })
    .map((tab) => 'the open tab is out of sight: ' + tab.textContent))()`

/** Buttons of rows that say of no row what they do: in a list of all buttons, each of them is "Delete" alone. */
const VAGUE = `(() =>
  [...document.querySelectorAll('tr:has(> th) > td button.button')]
    .filter((button) => !button.hasAttribute('aria-labelledby') && !button.hasAttribute('aria-label'))
    .map((button) => 'says of no row what it does: ' + button.outerHTML.slice(0, 160)))()`

/** A head that stands still, and is higher than the room that is kept below it: what gets the focus would lie behind it. */
const COVERING = `(() => {
  const head = document.querySelector('.top')
  if (head === null || getComputedStyle(head).position !== 'sticky') return []
  const room = parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop)
  return head.offsetHeight <= room ? [] : ['lies over what gets the focus: the head, of ' + head.offsetHeight + ' px']
})()`

const ALL = [STICKS_OUT, SPILLS, HARMLESS, ODD_WORDS, BEHEADED, PUSHED_OUT, HIDDEN, VAGUE, COVERING]

/** All of the above that stands wrong in a page. They are asked for at once: each call of the browser costs more than a look. */
export const oddLooks = (page: Page): Promise<readonly string[]> => page.evaluate(`[${ALL.join(',')}].flat()`)

const LATIN = `(() => {
  const isData = (node) => node?.closest('bdi, [dir=ltr], [dir=auto], [lang=en], code, pre, svg, script, noscript, iframe') != null
  // What stands between the marks of its own direction is data too: a choice of a list can have no elements, and no name has.
  const worded = (text) => /[A-Za-z]/.test(text.replace(/\\u2066[^\\u2069]*\\u2069/g, ''))
  const found = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node; node = walker.nextNode())
    if (worded(node.textContent) && !isData(node.parentElement)) found.push(node.textContent)
  for (const element of document.querySelectorAll('[aria-label], [title], [placeholder]'))
    for (const name of ['aria-label', 'title', 'placeholder']) {
      const said = element.getAttribute(name) ?? ''
      if (worded(said) && !/^[a-z]+_[0-9a-z]+$/.test(said) && !isData(element)) found.push(name + ': ' + said)
    }
  return found
})()`

/** Texts of a Persian page that have a Latin letter and are no data: nothing that stands in a `bdi`, or that somebody typed. */
export const latinWords = (page: Page): Promise<readonly string[]> => page.evaluate(LATIN)

/** Elements that are words of ours. */
const WORDED = 'h1, h2, p, a, button, label, th, dt'

/** Fonts that draw the Persian letters of a page, as the browser names them. */
export async function persianFonts(page: Page): Promise<readonly string[]> {
  const devtools = await page.context().newCDPSession(page)
  try {
    await devtools.send('DOM.enable')
    await devtools.send('CSS.enable')
    const { root } = await devtools.send('DOM.getDocument', { depth: 0 })
    const { nodeIds } = await devtools.send('DOM.querySelectorAll', { nodeId: root.nodeId, selector: WORDED })
    const found = new Set<string>()
    for (const nodeId of nodeIds.slice(0, 60)) {
      const { outerHTML } = await devtools.send('DOM.getOuterHTML', { nodeId })
      const text = outerHTML.replaceAll(/<[^>]*>/g, '')
      // Marks and blanks may come from any font; a text of letters alone says which one draws them.
      if (!/^[\u0600-\u06ff\u200c]+$/.test(text.trim())) continue
      const { fonts } = await devtools.send('CSS.getPlatformFontsForNode', { nodeId })
      for (const { familyName, isCustomFont } of fonts)
        found.add(isCustomFont ? familyName : `${familyName}, of the machine`)
    }
    return [...found]
  } finally {
    await devtools.detach()
  }
}
