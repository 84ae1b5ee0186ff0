import { existsSync, readdirSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { GUIDES, GUIDES_PATH, guidePath } from '#worker/routes/docs/guides.ts'
import { guideFile } from '../../../local/console/guides.ts'
import { renderGuide } from '../../../local/console/markdown.ts'
import { startChromium } from '../../worlds/browser.ts'
import { axeFaults } from '../../worlds/console/axe.ts'
import { consoleFiles } from '../../worlds/console/files.ts'
import { sticksOut } from '../../worlds/console/looks.ts'
import { type Harness, startChapar } from '../../worlds/harness.ts'

const NAMES = GUIDES.flatMap(([, names]) => names)
const PAGES = [GUIDES_PATH, ...NAMES.map(guidePath)]
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
    (href) => href,
    () => null,
  )
  expect(html).not.toMatch(/<(?:script|b|i)>|<a /)
  expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
})

describe.each(['local', 'deployed'] as const)('%s', (as) => {
  test('each page is a file with a policy of its own, and a miss is a 404', async () => {
    for (const path of PAGES) {
      const answer = await fetch(`${worlds[as].url}${path}`)
      expect([answer.status, answer.headers.get('content-type')], path).toEqual([200, 'text/html; charset=utf-8'])
      const policy = answer.headers.get('content-security-policy')
      expect(policy, path).toMatch(
        /^default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'; form-action 'none'; /,
      )
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    }
    for (const path of ['/docs/guides/no-such', '/docs/guides/decisions/0001-leases', '/docs/guidesx']) {
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
  readonly scripts: number
}
const SEEN = `({
  ids: [...document.querySelectorAll('[id]')].map(({ id }) => id),
  links: [...document.querySelectorAll('a')].map((one) => one.getAttribute('href')),
  scripts: document.scripts.length,
})`

async function opened(path: string, width: number, colorScheme: 'light' | 'dark'): Promise<[Page, string[]]> {
  const context = await chromium.newContext({ viewport: { width, height: 900 }, colorScheme })
  const page = await context.newPage()
  const faults: string[] = []
  page.on('console', (line) => line.type() === 'error' && faults.push(line.text()))
  page.on('pageerror', (error) => faults.push(String(error)))
  page.on('request', (request) => {
    if (request.url() !== ORIGIN + path) faults.push(`asked ${request.url()}`)
  })
  await page.goto(ORIGIN + path)
  return [page, faults]
}

test('no link of a guide is dead, and none leads to a call or an anchor that is not there', async () => {
  const context = await chromium.newContext()
  const page = await context.newPage()
  const seen = new Map<string, Seen>()
  const look = async (path: string): Promise<Seen> => {
    const known = seen.get(path)
    if (known) return known
    const answer = await page.goto(ORIGIN + path)
    expect(answer?.status(), path).toBe(200)
    const found = await page.evaluate<Seen>(SEEN)
    seen.set(path, found)
    return found
  }
  const dead: string[] = []
  let calls = 0
  for (const from of PAGES) {
    const { links, ids, scripts } = await look(from)
    expect(scripts, from).toBe(0)
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
  const { links } = await look('/docs')
  expect(PAGES.filter((path) => !links.includes(path))).toEqual([])
  await context.close()
})

test.each(PAGES)('%s opens under its policy, fits a telephone, and hinders nobody', async (path) => {
  for (const [width, colors] of [
    [320, 'light'],
    [1440, 'dark'],
  ] as const) {
    const [page, faults] = await opened(path, width, colors)
    expect(faults, `${width} ${colors}`).toEqual([])
    expect(await sticksOut(page), `${width}`).toEqual([])
    expect(await axeFaults(page), `${width} ${colors}`).toEqual([])
    await page.context().close()
  }
})
