import { statSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { loopbackOrigin } from '#worker/domain/licensee.ts'
import { startChromium } from '../../test/worlds/browser.ts'
import { settled, watchTraffic } from '../../test/worlds/console/visit.ts'
import { signInLink } from '../people/command.ts'
import { LOCAL_PEOPLE } from '../people/made.ts'
import { demandDemo, program } from '../state.ts'

/** Folder of the README's pictures. */
const FOLDER = 'docs/pictures'

/** Bytes of a picture, at most: whoever opens the README loads all of them. */
const MOST_BYTES = 150_000

interface Picture {
  readonly name: string
  readonly path: string
  readonly language: 'en' | 'fa'
  readonly height: number
  readonly dark?: boolean
  /** What is done on the page before. */
  readonly act?: (page: Page) => Promise<void>
}

/** Sends what stands in the form, and waits until it lies on the telephone and its carrier has said so. */
async function sendToTelephone(page: Page): Promise<void> {
  await page.locator('.bench-side').getByRole('button', { name: 'ارسال' }).first().click()
  const seen = page.locator('.card', { has: page.getByRole('heading', { name: 'آنچه سامانه دید' }) })
  // Its state, and the step of its history.
  await seen.getByText('رسیده', { exact: true }).nth(1).waitFor()
  await page.evaluate('scrollTo(0, 0)')
}

/** Waits until both charts are drawn, which is loaded by itself. */
const seeCharts = (page: Page): Promise<void> => page.locator('.chart-plot canvas').nth(1).waitFor()

const PICTURES: readonly Picture[] = [
  { name: 'simulator', path: 'simulator', language: 'fa', height: 860, act: sendToTelephone },
  { name: 'messages', path: 'messages', language: 'en', height: 800 },
  { name: 'home', path: '', language: 'fa', height: 1000, dark: true, act: seeCharts },
]

interface Site {
  readonly origin: string
  readonly tenantId: string
}

async function take(browser: Browser, { origin, tenantId }: Site, picture: Picture): Promise<void> {
  const { name, path, language, height, dark = false, act } = picture
  const context = await browser.newContext({
    viewport: { width: 1280, height },
    locale: language === 'fa' ? 'fa-IR' : 'en-GB',
    timezoneId: 'Asia/Tehran',
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  watchTraffic(page)
  await page.goto(await signInLink(origin, 'owner'))
  await page.goto(`${origin}/t/${tenantId}/test/${path}`)
  await page.getByRole('button', { name: LOCAL_PEOPLE.owner.name }).waitFor()
  await settled(page)
  await act?.(page)
  await page.waitForFunction('[...document.images].every(({ complete }) => complete)')
  await settled(page)
  const file = `${FOLDER}/${name}.png`
  await page.screenshot({ path: file })
  await context.close()
  const { size } = statSync(file)
  const tooLarge = `, more than ${MOST_BYTES}: give it fewer colours (convert ${file} +dither -colors 255 png8:${file})`
  console.log(`${file}: ${size} bytes${size > MOST_BYTES ? tooLarge : ''}`)
}

await program(async () => {
  // `npm run pictures -- home` makes that one alone.
  const wanted = process.argv.slice(2)
  const { baseUrl, tenantId } = demandDemo()
  const origin = loopbackOrigin(baseUrl) ?? baseUrl
  const browser = await startChromium()
  try {
    for (const picture of PICTURES.filter(({ name }) => wanted.length === 0 || wanted.includes(name)))
      await take(browser, { origin, tenantId }, picture)
  } finally {
    await browser.close()
  }
})
