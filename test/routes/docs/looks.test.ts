import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startChromium } from '../../worlds/browser.ts'
import { type Harness, startChapar } from '../../worlds/harness.ts'

let chapar: Harness
let browser: Browser
beforeAll(async () => {
  chapar = await startChapar({})
  browser = await startChromium()
})
afterAll(async () => {
  await browser?.close()
  await chapar.dispose()
})

/** Looks at a page from inside, where the DOM is. Twelve letters of any word stand in 80 pixels. */
const LOOK = `(() => {
  const { scrollWidth, clientWidth } = document.documentElement
  const wide = [...document.querySelectorAll('.wide')].filter((one) => one.scrollWidth > one.clientWidth + 1)
  const narrow = [...document.querySelectorAll('td')].filter(
    (one) => one.textContent.length > 12 && one.getBoundingClientRect().width < 80,
  )
  const named = (some) => some.slice(0, 3).map(({ textContent }) => textContent.slice(0, 60))
  return { sideways: scrollWidth - clientWidth, wide: named(wide), narrow: named(narrow) }
})()`

const PAGES = ['/docs', '/docs/errors', '/docs/events']
const WIDTHS = [1_280, 800, 320]

test.each(PAGES.flatMap((path) => WIDTHS.map((width) => [path, width] as const)))(
  '%s at %i pixels needs no scrolling sideways and has no column that breaks its words',
  async (path, width) => {
    const page = await browser.newPage({ viewport: { width, height: 900 } })
    try {
      await page.goto(`${chapar.url}${path}`)
      const seen = await page.evaluate(LOOK)
      expect(seen).toEqual({ sideways: 0, wide: [], narrow: [] })
    } finally {
      await page.close()
    }
  },
)

test.each(PAGES)('the first stop of %s leads past what stands on every page', async (path) => {
  const page = await browser.newPage()
  try {
    await page.goto(`${chapar.url}${path}`)
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.locator('main:focus').waitFor()
  } finally {
    await page.close()
  }
})
