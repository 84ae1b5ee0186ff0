import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startChromium } from '../../worlds/browser.ts'
import { type Harness, startChapar } from '../../worlds/harness.ts'

const ORIGIN = 'http://localhost'

let chromium: Browser
let worlds: Readonly<Record<'local' | 'deployed', Harness>>
beforeAll(async () => {
  const [local, deployed] = await Promise.all(
    (['local', 'deployed'] as const).map((as) => startChapar({ vars: { BASE_URL: ORIGIN }, console: { as } })),
  )
  if (!local || !deployed) throw new Error('no world')
  worlds = { local, deployed }
})
afterAll(async () => {
  await worlds?.local.dispose()
  await worlds?.deployed.dispose()
})

/** Pages that nobody has to sign in for, and two that then ask for it. */
const PAGES = ['/', '/sign-in', '/sign-up', '/t/ten_x/test/messages', '/operator']

// The build of the console comes first, which takes seconds.
describe.each(['local', 'deployed'] as const)('the built console, served as %s', (as) => {
  beforeAll(async () => {
    chromium = await startChromium([`MAP localhost ${new URL(worlds[as].url).host}`])
  })
  afterAll(() => chromium?.close())

  test.each(['fa-IR', 'en-GB'])('shows its pages under its own policy, in %s', async (locale) => {
    const context = await chromium.newContext({ locale })
    const page = await context.newPage()
    const faults: string[] = []
    page.on('console', (line) => {
      // Who is not signed in is told so by a 401, which the browser logs.
      if (line.type() === 'error' && !/status of 40[14]/.test(line.text())) faults.push(line.text())
    })
    page.on('pageerror', (error) => faults.push(String(error)))
    page.on('request', (request) => {
      if (!request.url().startsWith(`${ORIGIN}/`)) faults.push(`asked ${request.url()}`)
    })
    for (const path of PAGES) {
      await page.goto(ORIGIN + path)
      await page.waitForSelector('#root h1')
    }
    expect(faults).toEqual([])
    // A part of an earlier build, as a tab asks for it that was open over a deploy.
    const stale = await page.evaluate("import('/assets/app-Old1.js').then(String, ({ name }) => name)")
    expect(stale).toBe('TypeError')
    const kept = await page.evaluate(async () => (await fetch('/assets/app-Old1.js')).headers.get('cache-control'))
    expect(kept).toBe('no-store')
    await context.close()
  })
})
