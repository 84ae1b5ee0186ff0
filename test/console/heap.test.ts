import type { CDPSession } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ConsoleWorld, SITE, startConsoleWorld } from '../worlds/console/console-world.ts'
import type { SignedInPerson } from '../worlds/players/person-world.ts'
import { until } from '../worlds/world.ts'

/** Looks of the list at what is new, and readings of it whole, that a tab left open for an hour makes. */
const REFRESHES = 500
/** Milliseconds of the page's clock between two: its list looks every eight seconds. */
const STEP = 8_100
const MIB = 1024 * 1024

let world: ConsoleWorld
let owner: SignedInPerson
beforeAll(async () => {
  world = await startConsoleWorld()
  owner = await world.member('owner')
  await world.known(owner)
  const messages = Array.from({ length: 60 }, (_, n) => ({ to: `+98912222${1000 + n}` }))
  await world.json('/v1/messages/batch', {
    body: { channel: 'sms', content: { text: 'پیامی در فهرست' }, messages },
    status: 202,
  })
  await until('the list holds them', async () => {
    const { data } = await world.json<{ readonly data: readonly unknown[] }>('/v1/messages?limit=50')
    return data.length === 50 || null
  })
})
afterAll(() => world?.dispose())

/** Bytes that the page's script holds after a collection. */
async function held(page: CDPSession): Promise<number> {
  await page.send('HeapProfiler.collectGarbage')
  await page.send('HeapProfiler.collectGarbage')
  return (await page.send('Runtime.getHeapUsage')).usedSize
}

test(`a list of messages that is refreshed ${REFRESHES} times holds at most 5 MiB more than before`, async () => {
  const page = await world.open('/legal/licence', { as: owner })
  // The page's hour passes as fast as its calls are answered; it begins before the messages, so that a look finds them.
  await page.clock.install({ time: Date.now() - REFRESHES * STEP })
  await page.goto(SITE + world.at('messages'))
  await page.getByRole('row').nth(15).waitFor()
  let answers = 0
  page.on('response', (response) => {
    if (new URL(response.url()).pathname === '/v1/messages' && response.status() === 200) answers += 1
  })
  const refresh = async (): Promise<void> => {
    const answered = page.waitForResponse((response) => new URL(response.url()).pathname === '/v1/messages')
    // The list's timer fires once; each frame of those eight seconds would be drawn if they ran.
    await page.clock.fastForward(STEP)
    await (await answered).finished()
  }
  for (let n = 0; n < 20; n++) await refresh()
  const devtools = await page.context().newCDPSession(page)
  const before = await held(devtools)
  answers = 0
  for (let n = 0; n < REFRESHES; n++) await refresh()
  const more = (await held(devtools)) - before
  console.info(`heap: ${(before / MIB).toFixed(1)} MiB, ${(more / MIB).toFixed(2)} MiB more after ${answers} answers`)
  expect(answers).toBeGreaterThanOrEqual(REFRESHES)
  expect(more).toBeLessThan(5 * MIB)
  await page.context().close()
})
