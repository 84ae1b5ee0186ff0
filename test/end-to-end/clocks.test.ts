import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { operations } from '#worker/routes/resources.ts'
import { zonedTime } from '#worker/vendors/carrier-time.ts'
import { type Stage, startStage } from '../worlds/faults/drill.ts'
import { hexOf, setRef, setTimeline } from '../worlds/tenant-rows.ts'
import { message, until } from '../worlds/world.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const read = operations.find(({ method, path }) => method === 'GET' && path === '/v1/messages/:id')

interface Entry {
  readonly at: string
  readonly status: string
  readonly carrierAt?: string
  readonly by: string
}

let stage: Stage
beforeAll(async () => {
  stage = await startStage({ connection: { provider: 'sandbox-by-ref', name: 'By ref' } })
})
afterAll(() => stage.world.dispose())

/** A message that the carrier took and says nothing of: its ref at the carrier, and its id. */
async function submitted(): Promise<{ id: string; ref: string }> {
  const { id } = await stage.world.json<{ id: string }>('/v1/messages', { body: message('+989120009908'), status: 202 })
  await until('the attempt is recorded', () =>
    stage.world.ledger
      .prepare('SELECT 1 FROM messages WHERE id = unhex(?1) AND outcome IS NOT NULL')
      .bind(hexOf(id))
      .first(),
  )
  const ref = `sbx_test_${id.slice(-12)}`
  // Another ref than the carrier's own, whose slow report would come in between.
  await setRef(stage.world.ledger, id, ref)
  return { id, ref }
}

async function report(ref: string, status: string, at: number): Promise<void> {
  const body = JSON.stringify({ at, receipts: [{ id: ref, status }] })
  const { pathname } = new URL(stage.world.callbackUrl)
  const headers = { 'content-type': 'application/json' }
  expect((await stage.world.chapar.fetch(pathname, { method: 'POST', headers, body })).status).toBe(200)
}

/** The timeline once it has an entry of this status, checked against the answer's schema. */
const timelineWith = (id: string, status: string, count = 1): Promise<readonly Entry[]> =>
  until(`${status} is there`, async () => {
    const shown = await stage.world.json<{ timeline: readonly Entry[] }>(`/v1/messages/${id}`)
    expect(read?.responses[200]?.schema?.safeParse(shown).error).toBeUndefined()
    return shown.timeline.filter((entry) => entry.status === status).length >= count ? shown.timeline : null
  })

const told = (id: string, status: string) =>
  until(`${status} is told`, async () => {
    const event = stage.receiver.heard.find(({ id: heard }) => heard === `evt_${id.slice(4)}_${status}`)
    return event && (JSON.parse(event.data) as { at: string; carrierAt?: string })
  })

const times = (timeline: readonly Entry[]): number[] => timeline.map(({ at }) => Date.parse(at))
const isInOrder = (timeline: readonly Entry[]): boolean =>
  times(timeline).every((at, n) => n === 0 || at >= (times(timeline)[n - 1] ?? 0))

describe('a timeline is in the order of our clock, and names the carrier’s beside it', () => {
  const CLOCKS: readonly (readonly [name: string, ahead: number, isTold: boolean])[] = [
    ['right', 0, true],
    ['a second behind', -1_000, true],
    ['three hours behind', -3 * HOUR, true],
    ['forty days behind', -40 * DAY, true],
    ['an hour ahead', HOUR, true],
    ['three and a half hours ahead, as local time that says it is UTC', 3.5 * HOUR, true],
    ['two days ahead', 2 * DAY, false],
    ['in the year 9999', 253_402_300_799_000 - Date.now(), false],
    ['never set', -Date.now() + 5_000, false],
  ]
  test.each(CLOCKS)('whose clock is %s', async (_, ahead, isTold) => {
    const { id, ref } = await submitted()
    const before = Date.now()
    const carrierAt = before + ahead
    await report(ref, 'delivered', carrierAt)
    const timeline = await timelineWith(id, 'delivered')
    expect(timeline.map(({ status }) => status)).toEqual(['accepted', 'submitted', 'delivered'])
    expect(isInOrder(timeline)).toBe(true)
    const [accepted, taken, delivered] = timeline
    expect(Date.parse(delivered?.at ?? '')).toBeGreaterThanOrEqual(before - 1_000)
    expect(Date.parse(delivered?.at ?? '')).toBeLessThanOrEqual(Date.now() + 1_000)
    expect(delivered?.carrierAt).toBe(isTold ? new Date(carrierAt).toISOString() : undefined)
    expect([accepted?.carrierAt, taken?.carrierAt]).toEqual([undefined, undefined])
    const event = await told(id, 'delivered')
    expect([event.at, event.carrierAt]).toEqual([delivered?.at, delivered?.carrierAt])
    expect((await told(id, 'submitted')).at).toBe(taken?.at)
  })

  test('reports that come out of order stand as they came, each once, however often the carrier repeats it', async () => {
    const { id, ref } = await submitted()
    const at = Date.now() - HOUR
    await report(ref, 'delivered', at + 3_000)
    await timelineWith(id, 'delivered')
    for (let n = 0; n < 3; n++) await report(ref, 'undelivered', at + 2_000)
    await timelineWith(id, 'undelivered')
    for (let n = 0; n < 2; n++) await report(ref, 'delivered', at + 3_000)
    // One of another carrier time is another report.
    await report(ref, 'undelivered', at + 4_000)
    const timeline = await timelineWith(id, 'undelivered', 2)
    expect(timeline.map(({ status }) => status)).toEqual([
      'accepted',
      'submitted',
      'delivered',
      'undelivered',
      'undelivered',
    ])
    expect(isInOrder(timeline)).toBe(true)
    expect(timeline.slice(2).map(({ carrierAt }) => carrierAt)).toEqual(
      [3_000, 2_000, 4_000].map((later) => new Date(at + later).toISOString()),
    )
  })

  test('a report that was written before the answer which it overtook stands behind the submission', async () => {
    const { id } = await submitted()
    const entries = [
      { at: 1_800_000_000_000, status: 'accepted', by: 'gateway' },
      { at: 1_800_000_000_700, status: 'delivered', by: 'report' },
      { at: 1_800_000_000_700, status: 'submitted', attempt: 1, by: 'gateway' },
    ] as const
    await setTimeline(stage.world.ledger, id, entries)
    const timeline = await timelineWith(id, 'delivered')
    expect(timeline.map(({ status }) => status)).toEqual(['accepted', 'submitted', 'delivered'])
  })

  test('a message from a person has both times too', async () => {
    const carrierAt = Date.now() - 2 * HOUR
    const before = Date.now()
    const inbound = [{ id: 'in-clock', from: '+989121230000', to: stage.world.line, text: 'سلام' }]
    const { pathname } = new URL(stage.world.callbackUrl)
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify({ at: carrierAt, inbound })
    expect((await stage.world.chapar.fetch(pathname, { method: 'POST', headers, body })).status).toBe(200)
    const { id, acceptedAt } = await until('it is there', async () => {
      const page = await stage.world.json<{ data: { id: string; acceptedAt: string }[] }>(
        '/v1/messages?direction=inbound',
      )
      return page.data[0] ?? null
    })
    const [received] = await timelineWith(id, 'received')
    expect(received?.at).toBe(acceptedAt)
    expect(Date.parse(acceptedAt)).toBeGreaterThanOrEqual(before - 1_000)
    expect(received?.carrierAt).toBe(new Date(carrierAt).toISOString())
    expect(await told(id, 'received')).toMatchObject({ at: acceptedAt, carrierAt: received?.carrierAt })
  })
})

test.each([
  ['2026-11-28T10:00:00Z', Date.UTC(2026, 10, 28, 10)],
  ['2026-11-28T10:00:00.250Z', Date.UTC(2026, 10, 28, 10, 0, 0, 250)],
  ['2026-11-28T13:30:00+03:30', Date.UTC(2026, 10, 28, 10)],
  ['2026-11-28 13:30:00+0330', Date.UTC(2026, 10, 28, 10)],
  ['2026-11-28 10:00:00.126+00', Date.UTC(2026, 10, 28, 10, 0, 0, 126)],
  ['Sat, 28 Nov 2026 10:00:00 +0000', Date.UTC(2026, 10, 28, 10)],
  ['Sat, 28 Nov 2026 10:00:00 GMT', Date.UTC(2026, 10, 28, 10)],
  ['2026-11-28T10:00:00', undefined],
  ['2026-11-28 10:00:00', undefined],
  ['2026-11-28', undefined],
  ['2026-11-28-10', undefined],
  ['Sat, 28 Nov 2026 10:00:00', undefined],
  ['11/28/2026 10:00 PM', undefined],
  ['2026-11-28T25:00:00Z', undefined],
  ['1795860000', undefined],
  ['', undefined],
  [null, undefined],
])('a carrier’s time that names no zone is none: %s', (text, at) => expect(zonedTime(text)).toBe(at))
