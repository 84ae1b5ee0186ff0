import type { Browser, CDPSession, Page } from 'playwright-core'

/** A slow line and a slow device, as a browser's own tools name them: a weak telephone where 3G is all there is. */
export const THROTTLE = { cpu: 4, latencyMs: 150, downKbps: 1_600, upKbps: 750 } as const

/** Milliseconds without a long task after which a page is taken to be done with itself. */
const QUIET = 1_500

/** A page that is measured: its address, and what stands there once a person can use it. */
export interface Visited {
  readonly path: string
  readonly ready: string
}

/** What one visit took. */
export interface Visit {
  /** From the navigation until what one came for stands there, and no task of 50 ms or more runs any more. */
  readonly interactiveMs: number
  /** Bytes that came over the line. */
  readonly bytes: number
}

/** Notes the end of each task of 50 ms or more, in the page's own time. */
const WATCH = `globalThis.lastLongTask = 0
new PerformanceObserver((list) => {
  for (const { startTime, duration } of list.getEntries()) globalThis.lastLongTask = startTime + duration
}).observe({ type: 'longtask', buffered: true })`

async function throttle(page: Page): Promise<CDPSession> {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Network.enable')
  await devtools.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: THROTTLE.latencyMs,
    downloadThroughput: (THROTTLE.downKbps * 1_000) / 8,
    uploadThroughput: (THROTTLE.upKbps * 1_000) / 8,
  })
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: THROTTLE.cpu })
  return devtools
}

/** Milliseconds of the page's own clock since its navigation, and the end of its last long task. */
const clockOf = (page: Page): Promise<readonly [now: number, lastLongTask: number]> =>
  page.evaluate('[performance.now(), globalThis.lastLongTask]')

/** Waits until the page has been quiet for a while. */
async function lastTaskOf(page: Page): Promise<number> {
  for (;;) {
    const [now, last] = await clockOf(page)
    if (now - last >= QUIET) return last
    await page.waitForTimeout(100)
  }
}

/** Opens a page in a browser that has never been there, signed in by a cookie, and says what that took. */
export async function visit(browser: Browser, site: string, { path, ready }: Visited, cookie: string): Promise<Visit> {
  const context = await browser.newContext({ locale: 'fa-IR', viewport: { width: 1280, height: 800 } })
  try {
    const [name = '', value = ''] = cookie.split('=')
    await context.addCookies([{ name, value, url: site, httpOnly: true, sameSite: 'Lax' }])
    const page = await context.newPage()
    await page.addInitScript(WATCH)
    const devtools = await throttle(page)
    let bytes = 0
    devtools.on('Network.loadingFinished', ({ encodedDataLength }) => {
      bytes += encodedDataLength
    })
    await page.goto(site + path, { waitUntil: 'commit' })
    await page.waitForSelector(ready, { timeout: 120_000 })
    const [stands] = await clockOf(page)
    return { interactiveMs: Math.max(stands, await lastTaskOf(page)), bytes }
  } finally {
    await context.close()
  }
}
