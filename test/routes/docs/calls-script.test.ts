import { mkdirSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startChromium } from '../../worlds/browser.ts'
import { signedInPerson } from '../../worlds/players/person-world.ts'
import { startWorld, type World } from '../../worlds/world.ts'

const GATEWAY = 'http://localhost'
/** Folder of pictures for a person to look at. */
const PICTURES = 'dist/test/docs'

let world: World
let chromium: Browser
const faults: string[] = []
beforeAll(async () => {
  world = await startWorld({ vars: { BASE_URL: GATEWAY } })
  chromium = await startChromium([`MAP localhost ${new URL(world.chapar.url).host}`])
  mkdirSync(PICTURES, { recursive: true })
})
afterAll(async () => {
  await chromium?.close()
  await world?.dispose()
})

async function docs(width: number, colorScheme: 'light' | 'dark', cookie = ''): Promise<Page> {
  const context = await chromium.newContext({ viewport: { width, height: 900 }, colorScheme })
  const [name = '', value = ''] = cookie.split('=')
  if (cookie !== '') await context.addCookies([{ name, value, url: GATEWAY, httpOnly: true, sameSite: 'Lax' }])
  const page = await context.newPage()
  page.on('console', (line) => line.type() === 'error' && faults.push(line.text()))
  page.on('pageerror', (error) => faults.push(String(error)))
  await page.goto(`${GATEWAY}/docs`)
  return page
}

/** Opens a call, sends it as the page has it, and waits for what it was answered. */
async function tryIt(page: Page, id: string): Promise<string> {
  const article = page.locator(`article[id="${id}"]`)
  await article.getByRole('button', { name: 'Try it' }).click()
  await article.getByRole('button', { name: /^(GET|POST) it$/ }).click()
  const output = article.locator('.tried pre')
  await output.filter({ hasText: /^\d{3} / }).waitFor()
  return (await output.textContent()) ?? ''
}

test.each([
  [320, 'light'],
  [1440, 'dark'],
] as const)('at %i pixels, %s: calls are found by a word, and tried with a token', async (width, colors) => {
  const page = await docs(width, colors)
  const side = page.locator('#calls')
  if (width < 1024) await side.locator('summary').first().click()
  await page.getByLabel('Search').fill('opt-out')
  const shown = await side.locator('li li:visible').allTextContents()
  expect(shown.length).toBeGreaterThan(1)
  expect(shown.length).toBeLessThan(20)
  await page.screenshot({ path: `${PICTURES}/search-${width}-${colors}.png` })
  await page.getByLabel('Token for calls').fill(world.token)
  expect(await tryIt(page, 'postPreview')).toMatch(/^200 OK\n\n\{\n {2}"/)
  const article = page.locator('article[id="postMessages"]')
  await article.scrollIntoViewIfNeeded()
  await article.locator('details.channel').nth(3).locator('summary').click()
  const sample = article.locator('details.sample').first()
  await sample.locator('summary').click()
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: GATEWAY })
  await sample.getByRole('button', { name: 'Copy' }).click()
  await sample.getByRole('button', { name: 'Copied' }).waitFor()
  expect(await page.evaluate('navigator.clipboard.readText()')).toBe(await sample.locator('pre').textContent())
  // Where it is refused, what was to be copied is marked.
  await page.evaluate("navigator.clipboard.writeText = () => Promise.reject(new Error('refused'))")
  const curl = article.locator('pre').first()
  await article.getByRole('button', { name: 'Copy', exact: true }).first().click()
  expect(await page.evaluate('String(getSelection())')).toBe(await curl.textContent())
  await page.screenshot({ path: `${PICTURES}/calls-${width}-${colors}.png` })
  await page.locator('article[id="postPreview"]').scrollIntoViewIfNeeded()
  await page.screenshot({ path: `${PICTURES}/tried-${width}-${colors}.png` })
  expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(0)
  await page.context().close()
})

test('who is signed in needs no token of his own', async () => {
  const person = await signedInPerson(world.chapar, { roles: { [world.tenantId]: 'owner' } })
  // Waits until the tenant's policy knows him.
  await person.calling(world.tenantId, 'test')
  const page = await docs(1280, 'light', person.cookie)
  await page.getByRole('button', { name: 'Use my sign-in' }).click()
  // The answer's words in full: the note above the buttons begins with the same ones.
  await page.getByText('A token of five minutes, of the mode test.').waitFor()
  expect(await tryIt(page, 'getChannels')).toMatch(/^200 OK/)
  expect(faults.filter((fault) => !fault.includes('status of 401'))).toEqual([])
  await page.context().close()
})
