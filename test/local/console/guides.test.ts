import { createHash } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { GUIDES, GUIDES_AT, guideSlug } from '#worker/routes/docs/guides.ts'
import { HOMES } from '#worker/routes/docs/layout.ts'
import { guideFile } from '../../../local/console/guides.ts'
import { renderGuide } from '../../../local/console/markdown.ts'
import { startChromium } from '../../worlds/browser.ts'
import { axeFaults } from '../../worlds/console/axe.ts'
import { consoleFiles } from '../../worlds/console/files.ts'
import { latinWords, persianFonts, sticksOut } from '../../worlds/console/looks.ts'
import { type Harness, startChapar } from '../../worlds/harness.ts'

const NAMES = GUIDES.flatMap(([, names]) => names)
const guidesOf = (home: string): readonly string[] => [
  home + GUIDES_AT,
  ...NAMES.map((name) => `${home}${GUIDES_AT}/${guideSlug(name)}`),
]
const ENGLISH = guidesOf(HOMES.en)
/** The docs in Persian: what the Worker has in English, and the guides. */
const PERSIAN = [HOMES.fa, `${HOMES.fa}/errors`, `${HOMES.fa}/events`, ...guidesOf(HOMES.fa)]
const PAGES = [...ENGLISH, ...PERSIAN]
const isPersian = (path: string): boolean => path === HOMES.fa || path.startsWith(`${HOMES.fa}/`)
const ORIGIN = 'http://localhost'

let worlds: Readonly<Record<'local' | 'deployed', Harness>>
let chromium: Browser
beforeAll(async () => {
  const folder = await consoleFiles()
  const vars = { BASE_URL: ORIGIN }
  const [local, deployed] = await Promise.all([
    startChapar({ vars, console: { as: 'local', folder } }),
    startChapar({ vars, console: { as: 'deployed', folder } }),
  ])
  worlds = { local, deployed }
  chromium = await startChromium([`MAP localhost ${new URL(deployed.url).host}`])
})
afterAll(async () => {
  await chromium?.close()
  await worlds?.local.dispose()
  await worlds?.deployed.dispose()
})

test('every file of docs/ is a guide, or one of the two that have pages of their own', () => {
  const files = readdirSync('docs').filter((file) => file.endsWith('.md'))
  const others = ['docs/errors.md', 'docs/events.md']
  expect([...NAMES.map(guideFile), ...others].sort()).toEqual(files.map((file) => `docs/${file}`).sort())
  expect(NAMES.map(guideFile).filter((file) => !existsSync(file))).toEqual([])
})

test('what a text holds is words: markup is shown, and an address that runs something is no link', () => {
  const { html } = renderGuide(
    '# A\n\n<script>alert(1)</script> `<b>` [x](javascript:alert(1)) [y](data:text/html,x)\n\n```\n</code><i>\n```\n',
    { linkTo: (href) => href, codeTo: () => null, tableName: () => 'Table', anchors: ['a'] },
  )
  expect(html).not.toMatch(/<(?:script|b|i)>|<a /)
  expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
})

test('what is marked as foreign is so, with its code, and nothing else that looks like it', () => {
  const marked = '<span lang="en" dir="ltr">API & `<b>`</span> <span lang="en">x</span> <span lang="en" dir="ltr">y'
  const { html } = renderGuide(`# A\n\n${marked}\n`, {
    linkTo: (href) => href,
    codeTo: () => null,
    tableName: () => 'Table',
    anchors: ['a'],
  })
  expect(html).toBe(
    '<p><span lang="en" dir="ltr">API &amp; <code>&lt;b&gt;</code></span> &lt;span lang=&quot;en&quot;&gt;x&lt;/span&gt; &lt;span lang=&quot;en&quot; dir=&quot;ltr&quot;&gt;y</p>\n',
  )
})

describe.each(['local', 'deployed'] as const)('%s', (as) => {
  test('each page is a file with a policy of its own, and a miss is a 404', async () => {
    for (const path of PAGES) {
      const answer = await fetch(`${worlds[as].url}${path}`)
      expect([answer.status, answer.headers.get('content-type')], path).toEqual([200, 'text/html; charset=utf-8'])
      const policy = answer.headers.get('content-security-policy')
      const more = `script-src 'self'; ${path === HOMES.fa ? "connect-src 'self'; " : ''}${isPersian(path) ? "font-src 'self'; " : ''}`
      const style = /<style>([\s\S]*?)<\/style>/.exec(await answer.text())?.[1] ?? ''
      const hash = createHash('sha256').update(style).digest('base64')
      expect(policy, path).toBe(
        `default-src 'none'; style-src 'sha256-${hash}'; ${more}base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
      )
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    }
    for (const path of ['/docs/guides/no-such', '/docs/guides/decisions/0001-leases', '/docs/guidesx', '/docs/fa/x']) {
      const answer = await fetch(`${worlds[as].url}${path}`)
      expect(answer.status, path).toBe(404)
      expect(await answer.text(), path).not.toContain('<html')
    }
    const post = await fetch(`${worlds[as].url}${PAGES[1]}`, { method: 'POST' })
    expect([404, 405]).toContain(post.status)
  })
})

interface Seen {
  readonly ids: readonly string[]
  readonly links: readonly string[]
  readonly scripts: readonly string[]
  readonly hasCode: boolean
}

const attributesOf = (html: string, tag: RegExp): readonly string[] =>
  [...html.matchAll(tag)].map(([, value = '']) => value.replaceAll('&amp;', '&'))

/** What a page's text has: no script changes these pages but for the search of one, and buttons that copy. */
const seenIn = (html: string): Seen => ({
  ids: attributesOf(html, /<[a-z][^<>]*? id="([^"]*)"/g),
  links: attributesOf(html, /<a [^<>]*?href="([^"]*)"/g),
  scripts: attributesOf(html, /<script\b[^<>]*? src="([^"]*)"/g),
  hasCode: html.includes('<pre'),
})

/** Where a page is looked at: a telephone, or a desk at night. */
type Look = 'telephone' | 'night'
const LOOKS = {
  telephone: { viewport: { width: 320, height: 900 }, colorScheme: 'light' },
  night: { viewport: { width: 1440, height: 900 }, colorScheme: 'dark' },
} as const

/** Tabs by their looks: a browser that is new for each page costs more than the page. */
const tabs = new Map<Look, { readonly page: Page; readonly faults: string[] }>()

async function tabOf(look: Look): Promise<{ readonly page: Page; readonly faults: string[] }> {
  const had = tabs.get(look)
  if (had) return had
  const page = await (await chromium.newContext(LOOKS[look])).newPage()
  const faults: string[] = []
  page.on('console', (line) => line.type() === 'error' && faults.push(line.text()))
  page.on('pageerror', (error) => faults.push(String(error)))
  page.on('request', (request) => {
    const { pathname } = new URL(request.url())
    // Asked for by a page: the address of the page itself.
    const path = request.isNavigationRequest() ? pathname : new URL(page.url()).pathname
    const isOurs = isPersian(path) && (pathname.startsWith('/assets/Vazirmatn-') || pathname === '/docs/calls.js')
    if (pathname !== path && pathname !== '/docs/copy.js' && !isOurs) faults.push(`asked ${request.url()}`)
  })
  const made = { page, faults }
  tabs.set(look, made)
  return made
}

/** Opens a page; with what went wrong in it. */
async function opened(path: string, look: Look): Promise<[Page, readonly string[]]> {
  const { page, faults } = await tabOf(look)
  // What axe tries in a page that allows nothing is no fault of the next page.
  faults.length = 0
  await page.goto(ORIGIN + path)
  expect(new URL(page.url()).pathname).toBe(path)
  return [page, faults]
}

test('no link of a guide is dead, and none leads to a call or an anchor that is not there', async () => {
  const seen = new Map<string, Seen>()
  const look = async (path: string): Promise<Seen> => {
    const known = seen.get(path)
    if (known) return known
    const answer = await fetch(worlds.deployed.url + path)
    expect(answer.status, path).toBe(200)
    const found = seenIn(await answer.text())
    seen.set(path, found)
    return found
  }
  const dead: string[] = []
  let calls = 0
  for (const from of PAGES) {
    const { links, ids, scripts, hasCode } = await look(from)
    const own = from === HOMES.fa ? ['/docs/calls.js'] : []
    expect(scripts, from).toEqual(hasCode ? [...own, '/docs/copy.js'] : own)
    expect(new Set(ids).size, `${from}: an anchor stands twice`).toBe(ids.length)
    for (const link of links) {
      if (/^https:\/\//.test(link) || link === '/openapi.json') continue
      const { pathname, hash } = new URL(link, ORIGIN + from)
      if (/^#[gpd]/.test(hash) && pathname === '/docs') calls++
      const { ids: there } = await look(pathname)
      if (hash !== '' && !there.includes(decodeURIComponent(hash.slice(1)))) dead.push(`${from} → ${link}`)
    }
  }
  expect(dead).toEqual([])
  expect(calls).toBeGreaterThan(100)
  for (const [home, pages] of [
    [HOMES.en, ENGLISH],
    [HOMES.fa, PERSIAN],
  ] as const) {
    const { links } = await look(home)
    expect(pages.filter((path) => !links.includes(path))).toEqual([])
  }
})

/** Tables that are wider than what they stand in, by their beginning. */
const SIDEWAYS = `[...document.querySelectorAll('.wide')]
  .filter((one) => one.scrollWidth > one.clientWidth + 1)
  .map((one) => 'scrolls sideways: ' + one.textContent.slice(0, 60))`

test.each(ENGLISH)('%s opens under its policy, fits a telephone, and hinders nobody', async (path) => {
  for (const look of ['telephone', 'night'] as const) {
    const [page, faults] = await opened(path, look)
    expect(faults, look).toEqual([])
    expect(await sticksOut(page), look).toEqual([])
    if (look === 'telephone') expect(await page.evaluate(SIDEWAYS)).toEqual([])
    expect(await axeFaults(page), look).toEqual([])
  }
})

/** True of a guide's page in Persian that shows an English text. */
const isForeign = (path: string): boolean => {
  const guide = path.slice(HOMES.fa.length)
  return /\/guides\/./.test(guide) && !existsSync(`docs/fa${guide.slice(GUIDES_AT.length)}.md`)
}
/** Pages whose text is Persian, and one of those that show an English text, as long as there are any. */
const LOOKED_AT = [...PERSIAN.filter((path) => !isForeign(path)), ...PERSIAN.filter(isForeign).slice(0, 1)]

test.each(LOOKED_AT)('%s is Persian from the right, in the console’s letters, and fits a telephone', async (path) => {
  const [page, faults] = await opened(path, 'telephone')
  expect(faults).toEqual([])
  expect(await sticksOut(page)).toEqual([])
  expect(await page.evaluate(SIDEWAYS)).toEqual([])
  expect(await latinWords(page)).toEqual([])
  expect(await persianFonts(page)).toEqual(['Vazirmatn NL'])
  expect(await page.locator('html').getAttribute('dir')).toBe('rtl')
  // A page of 179 calls takes axe most of a minute; what it is made of stands on the others too.
  if (path !== HOMES.fa) expect(await axeFaults(page)).toEqual([])
})

test('steps of a Persian guide are numbered in Persian', async () => {
  const [page] = await opened(`${HOMES.fa}/guides/operations`, 'night')
  const numbers = await page.evaluate(
    `[...document.querySelectorAll('main ol')].map((list) => getComputedStyle(list).listStyleType)`,
  )
  expect(new Set(numbers as readonly string[])).toEqual(new Set(['persian']))
})
