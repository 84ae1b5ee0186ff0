import { readFileSync } from 'node:fs'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ENGLISH } from '#worker/routes/docs/words.ts'
import { PERSIAN } from '../../../local/console/persian/words.ts'
import { startChromium } from '../../worlds/browser.ts'
import { consoleFiles } from '../../worlds/console/files.ts'
import { type Harness, startChapar } from '../../worlds/harness.ts'
import { until } from '../../worlds/world.ts'

const ORIGIN = 'http://localhost'

let chapar: Harness
let chromium: Browser
beforeAll(async () => {
  const folder = await consoleFiles()
  chapar = await startChapar({ vars: { BASE_URL: ORIGIN }, console: { as: 'deployed', folder } })
  chromium = await startChromium([`MAP localhost ${new URL(chapar.url).host}`])
})
afterAll(async () => {
  await chromium?.close()
  await chapar?.dispose()
})

async function tab(options: BrowserContextOptions = {}): Promise<Page> {
  const context = await chromium.newContext(options)
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: ORIGIN })
  return context.newPage()
}

/** Blocks of code of a guide's file, as their writer set them. */
const blocksOf = (file: string): readonly string[] =>
  [...readFileSync(file, 'utf8').matchAll(/^```\w*\n([\s\S]*?)\n```$/gm)].map(([, block = '']) => block)

/** Which of the buttons has the focus. */
const FOCUSED = "[...document.querySelectorAll('.block > button')].indexOf(document.activeElement)"

test.each([
  ['/docs/guides/webhooks', 'docs/webhooks.md', ENGLISH.copying],
  ['/docs/fa/guides/webhooks', 'docs/fa/webhooks.md', PERSIAN.copying],
])('%s: each block is copied by the keyboard as its file has it, and the page says so', async (path, file, words) => {
  const page = await tab()
  await page.goto(ORIGIN + path)
  const blocks = blocksOf(file)
  expect(blocks.length).toBeGreaterThan(1)
  const buttons = page.locator('.block > button')
  await buttons.last().waitFor()
  expect(await buttons.allTextContents()).toEqual(blocks.map(() => words.copy))
  for (const [at, block] of blocks.entries()) {
    const button = buttons.nth(at)
    // From the code one comes to its button with the next key.
    await page.locator('.block > pre > code').nth(at).focus()
    await page.keyboard.press('Tab')
    expect(await page.evaluate(FOCUSED)).toBe(at)
    await page.keyboard.press('Enter')
    await button.filter({ hasText: words.copied }).waitFor()
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(block)
    expect(await page.getByRole('status').textContent()).toBe(words.copied)
    // What was copied before is no longer what one has.
    expect((await buttons.allTextContents()).filter((text) => text === words.copied)).toHaveLength(1)
  }
  await page.context().close()
})

test('where the browser copies nothing for a page, the block is marked, and the page says that', async () => {
  const page = await tab()
  await page.goto(`${ORIGIN}/docs/events`)
  const block = page.locator('.block').first()
  await block.waitFor()
  await page.evaluate("navigator.clipboard.writeText = () => Promise.reject(new Error('refused'))")
  await block.getByRole('button').click()
  await page.getByRole('status').filter({ hasText: ENGLISH.copying.marked }).waitFor()
  expect(await page.evaluate('String(getSelection())')).toBe(await block.locator('code').textContent())
  await page.context().close()
})

const PLACES = `[...document.querySelectorAll('main > *, main pre, main code, article > *')].map((one) => {
  const { x, y, width, height } = one.getBoundingClientRect()
  return [one.tagName, x, y, width, height].join(' ')
}).filter((one) => !one.startsWith('DIV') && !one.startsWith('OUTPUT'))`

test.each([
  ['/docs/guides/first-message', 320],
  ['/docs/fa/guides/first-message', 1440],
  ['/docs/events', 320],
  ['/docs/events', 1440],
])('%s at %i pixels: buttons come late, move nothing, and cover no code', async (path, width) => {
  const page = await tab({ viewport: { width, height: 900 } })
  const waiting: (() => Promise<void>)[] = []
  await page.route('**/docs/copy.js', (route) => void waiting.push(() => route.continue()))
  await page.goto(ORIGIN + path, { waitUntil: 'commit' })
  await until('the script is asked for', async () => waiting.length)
  await page.locator('pre').last().waitFor()
  await page.evaluate('document.fonts.ready')
  const before = await page.evaluate(PLACES)
  expect(await page.locator('.copy').count()).toBe(0)
  for (const go of waiting) await go()
  await page.locator('.copy').last().waitFor()
  expect(await page.evaluate(PLACES)).toEqual(before)
  const covered = await page.evaluate(`[...document.querySelectorAll('.block')].filter((block) => {
    const [code, button] = ['code', 'button'].map((name) => block.querySelector(name).getBoundingClientRect())
    return button.bottom > code.top && button.left < code.right
  }).length`)
  expect(covered).toBe(0)
  await page.context().close()
})

test('who runs no script has the whole page, and no button that does nothing', async () => {
  const page = await tab({ javaScriptEnabled: false })
  await page.goto(`${ORIGIN}/docs/fa/guides/webhooks`)
  expect(await page.locator('pre').count()).toBe(blocksOf('docs/fa/webhooks.md').length)
  expect(await page.locator('button').count()).toBe(0)
  await page.context().close()
})
