import { mkdirSync, writeFileSync } from 'node:fs'
import { SITE, startConsoleWorld } from '../../test/worlds/console/console-world.ts'
import { median, significant } from '../statistics.ts'
import { THROTTLE, type Visit, type Visited, visit } from './visit.ts'

const OUTPUT = '.chapar/bench-console.json'
/** Visits of each page; they take turns, so that what else the machine does meets all alike. */
const VISITS = 7
/** Messages in the list that is opened. */
const MESSAGES = 200

/**
 * Pages of a tenant. The floor is an address at which the same scripts and styles find no page: what React, the router, the
 * sign-in and the navigation take before any page of ours does anything.
 */
const pagesOf = (base: string): Readonly<Record<string, Visited>> => ({
  floor: { path: `${base}/no-such-page`, ready: 'h1' },
  home: { path: base, ready: '.shell main h2' },
  messages: { path: `${base}/messages`, ready: '.shell main tbody tr' },
  compose: { path: `${base}/compose`, ready: '.shell main textarea' },
})

interface Row {
  readonly page: string
  readonly interactiveMs: number
  readonly worstMs: number
  readonly ratioToFloor: number
  readonly kB: number
}

const rowOf = (page: string, visits: readonly Visit[], floor: number): Row => {
  const times = visits.map(({ interactiveMs }) => interactiveMs)
  const interactiveMs = median(times)
  return {
    page,
    interactiveMs: Math.round(interactiveMs),
    worstMs: Math.round(Math.max(...times)),
    ratioToFloor: significant(interactiveMs / floor, 3),
    kB: Math.round(median(visits.map(({ bytes }) => bytes)) / 1_000),
  }
}

/** Measures how long pages of the console take until they can be used, in a browser that opens them first, on a slow line. */
export async function measureConsole(): Promise<void> {
  const world = await startConsoleWorld()
  try {
    const owner = await world.member('owner')
    await world.known(owner)
    const messages = Array.from({ length: MESSAGES }, (_, n) => ({ to: `+98912${String(3_000_000 + n)}` }))
    const body = { channel: 'sms', content: { text: 'سفارش شما آماده است' }, messages }
    await world.json('/v1/messages/batch', { body, status: 202 })
    const pages = Object.entries(pagesOf(world.at('')))
    const visits = new Map<string, Visit[]>(pages.map(([name]) => [name, []]))
    // The first round warms the gateway and the browser, and counts for none.
    for (let round = 0; round <= VISITS; round++)
      for (const [name, page] of pages) {
        const one = await visit(world.chromium, SITE, page, owner.cookie)
        if (round > 0) visits.get(name)?.push(one)
      }
    const floor = median((visits.get('floor') ?? []).map(({ interactiveMs }) => interactiveMs))
    const rows = [...visits].map(([name, made]) => rowOf(name, made, floor))
    mkdirSync('.chapar', { recursive: true })
    writeFileSync(OUTPUT, `${JSON.stringify({ at: new Date().toISOString(), throttle: THROTTLE, rows }, null, 2)}\n`)
    console.log(
      `\n${VISITS} first visits each, by turns: CPU ${THROTTLE.cpu} times slower, ${THROTTLE.downKbps} kbit/s down, ${THROTTLE.latencyMs} ms`,
    )
    console.table(rows)
    console.log(`${OUTPUT} written.`)
  } finally {
    await world.dispose()
  }
}
