import type { Page, Request } from 'playwright-core'
import { until } from '../world.ts'

/** Requests of a tab that were not answered yet, with when they were asked, and how many it ever made. */
interface Traffic {
  readonly onTheWay: Map<Request, number>
  asked: number
}

/** Milliseconds after which a request is not waited for: what a page cannot do without it shows as loading, and that is. */
const FORGOTTEN_MS = 5_000

const trafficOf = new WeakMap<Page, Traffic>()

/** Begins to count what a tab asks for. */
export function watchTraffic(page: Page): void {
  const traffic: Traffic = { onTheWay: new Map(), asked: 0 }
  trafficOf.set(page, traffic)
  page.on('request', (request) => {
    traffic.onTheWay.set(request, Date.now())
    traffic.asked++
  })
  const end = (request: Request): void => void traffic.onTheWay.delete(request)
  page.on('requestfinished', end)
  page.on('requestfailed', end)
}

const isQuiet = ({ onTheWay }: Traffic): boolean =>
  [...onTheWay.values()].every((askedAt) => Date.now() - askedAt > FORGOTTEN_MS)

/** Waits for moments in which the page's script has nothing to do: what came is drawn, and what that asks for is asked for. */
const HAS_SAID = `(async () => {
  for (let n = 0; n < 3; n++) await new Promise((resolve) => requestIdleCallback(() => resolve(), { timeout: 1000 }))
  return document.querySelector('h1') !== null && document.querySelector('.loading') === null
})()`

/**
 * Waits until a page has said what it has to say: its heading stands, nothing is on its way, and what came asks for no more. A
 * silence of some length would take that time of every page, and come too early on a busy machine.
 */
export async function settled(page: Page): Promise<void> {
  const traffic = trafficOf.get(page)
  if (!traffic) throw new Error('nobody counts what this tab asks for')
  await until(`${page.url()} has said all`, async () => {
    const { asked } = traffic
    if (!isQuiet(traffic)) return false
    return (await page.evaluate<boolean>(HAS_SAID)) && isQuiet(traffic) && traffic.asked === asked
  })
}

/** Goes from one page of the console to another as a link of it does: the console itself stays loaded. */
export async function goTo(page: Page, path: string): Promise<void> {
  await page.evaluate(`history.pushState(null, '', ${JSON.stringify(path)})`)
  await settled(page)
}
