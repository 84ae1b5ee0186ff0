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

/** Requests that are waited for, in words. */
const missing = ({ onTheWay }: Traffic): string =>
  [...onTheWay]
    .filter(([, askedAt]) => Date.now() - askedAt <= FORGOTTEN_MS)
    .map(([request]) => `${request.method()} ${request.url()}`)
    .join(', ')

/**
 * Waits for moments in which the page's script has nothing to do, as tasks of the lowest priority find them; says what of the
 * page does not stand yet, or nothing. Idle callbacks would do the same, but some tabs of the tests' browser have no idle time at
 * all: each comes by its own timeout there, and a page that calls every second never seems quiet.
 */
const UNDRAWN = `(async () => {
  for (let n = 0; n < 5; n++) {
    await new Promise((resolve) => setTimeout(resolve, 0))
    await scheduler.postTask(() => {}, { priority: 'background' })
  }
  const loading = document.querySelector('.loading')
  return document.querySelector('h1') === null ? 'no heading' : loading ? 'loading: ' + loading.parentElement?.outerHTML : ''
})()`

/**
 * Waits until a page has said what it has to say: its heading stands, nothing is on its way, and what came asks for no more. A
 * silence of some length would take that time of every page, and come too early on a busy machine.
 */
export async function settled(page: Page): Promise<void> {
  const traffic = trafficOf.get(page)
  if (!traffic) throw new Error('nobody counts what this tab asks for')
  let lacks = ''
  const isAll = async (): Promise<boolean> => {
    const { asked } = traffic
    lacks = missing(traffic)
    if (lacks) return false
    const began = Date.now()
    lacks = (await page.evaluate<string>(UNDRAWN)) || missing(traffic)
    if (!lacks && traffic.asked !== asked) lacks = `${traffic.asked - asked} calls in ${Date.now() - began} ms`
    return lacks === ''
  }
  await until(() => `${page.url()} has said all (${lacks})`, isAll)
}

/** Goes from one page of the console to another as a link of it does: the console itself stays loaded. */
export async function goTo(page: Page, path: string): Promise<void> {
  await page.evaluate(`history.pushState(null, '', ${JSON.stringify(path)})`)
  await settled(page)
}

/** Calls of a page that are refused (401, 403), each with the page that made it, as they come. */
export function refusals(page: Page): string[] {
  const refused: string[] = []
  page.on('response', (response) => {
    const { pathname } = new URL(response.url())
    if (response.status() === 401 || response.status() === 403)
      refused.push(`${response.status()} ${response.request().method()} ${pathname} of ${new URL(page.url()).pathname}`)
  })
  return refused
}
