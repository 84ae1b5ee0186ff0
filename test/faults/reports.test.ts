import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DAY, HOUR, MINUTE } from '#worker/domain/time.ts'
import type { ReportJob } from '#worker/jobs.ts'
import {
  fakeKavenegar,
  fakeTwilio,
  KAVENEGAR,
  kavenegarReport,
  TWILIO,
  twilioReport,
} from '../worlds/faults/carriers.ts'
import { newLane, numbers, type Stage, startStage } from '../worlds/faults/drill.ts'
import { assertInvariant, countsOf, heldOf, settled } from '../worlds/faults/invariant.ts'
import { seeded } from '../worlds/random.ts'
import { until } from '../worlds/world.ts'

const kavenegar = fakeKavenegar()
const twilio = fakeTwilio()
let stage: Stage
let lane: { readonly id: string; readonly line: string }
beforeAll(async () => {
  stage = await startStage({
    mode: 'live',
    connection: KAVENEGAR,
    carriers: { 'api.kavenegar.com': kavenegar.outbound, 'twilio.example.com': twilio.outbound },
  })
  lane = await newLane(stage, '10005001', TWILIO, 'twilio.example.com')
  await stage.route([stage.world.connectionId, lane.id])
})
afterAll(() => stage.world.dispose())

const holds = (ids: readonly string[]) =>
  assertInvariant({ world: stage.world, ids, carriers: [kavenegar, twilio], heard: stage.receiver.heard })
const reaches = (ids: readonly string[], state: string) =>
  until(`all are ${state}`, async () => (await countsOf(stage.world, ids))[state] === ids.length)

/** Messages over kavenegar, with its ids of them. */
async function overKavenegar(count: number): Promise<{ ids: string[]; refs: string[] }> {
  const before = kavenegar.ids.size
  const ids = await stage.send(numbers(count))
  await settled(stage.world, ids)
  return { ids, refs: [...kavenegar.ids.values()].slice(before) }
}

/** One message over twilio, with where and under which SID it is reported. */
async function overTwilio(): Promise<{ ids: string[]; sid: string; url: string }> {
  twilio.callbacks.clear()
  const ids = await stage.send(numbers(1), { from: lane.line })
  await settled(stage.world, ids)
  const [[sid, url] = ['', '']] = twilio.callbacks
  return { ids, sid, url }
}

const report = (refs: readonly string[], status: number, url = stage.world.callbackUrl) =>
  kavenegarReport(stage.world.chapar, url, refs, status)

describe('a report that comes before its attempt is recorded', () => {
  test('and says that the message was taken: that is told once, as it was recorded', async () => {
    twilio.after = async () => {
      const [sid, url] = [...twilio.callbacks].at(-1) ?? ['', '']
      expect((await twilioReport(stage.world.chapar, sid, url, 'sent')).status).toBe(200)
      // The carrier's own answer is slower than the report's way to the ledger.
      await new Promise((resolve) => setTimeout(resolve, 1_000))
      return null
    }
    const { ids } = await overTwilio().finally(() => {
      twilio.after = () => null
    })
    const [held] = await until('the report is in the timeline', async () => {
      const rows = await heldOf(stage.world, ids)
      return rows[0]?.timeline.some(({ by }) => by === 'report') && rows
    })
    expect(held?.timeline.map(({ status, by }) => [status, by])).toEqual([
      ['accepted', 'gateway'],
      ['submitted', 'gateway'],
      ['submitted', 'report'],
    ])
    await holds(ids)
  })
})

describe('reports that nobody may believe change nothing', () => {
  test('with a wrong path secret, or none', async () => {
    const { ids, refs } = await overKavenegar(2)
    const url = new URL(stage.world.callbackUrl)
    const forged = url.href.replace(/[^/]+$/, '0'.repeat(32))
    expect((await report(refs, 11, forged)).status).toBe(403)
    expect((await report(refs, 11, url.href.replace(/\/[^/]+$/, ''))).status).toBe(403)
    await report(refs, 10)
    await reaches(ids, 'delivered')
    for (const { timeline } of await holds(ids)) expect(timeline.length).toBe(3)
  })

  test('with a signature of another token', async () => {
    const { ids, sid, url } = await overTwilio()
    expect((await twilioReport(stage.world.chapar, sid, url, 'undelivered', 'f'.repeat(32))).status).toBe(403)
    expect((await twilioReport(stage.world.chapar, sid, url, 'delivered')).status).toBe(200)
    await reaches(ids, 'delivered')
    for (const { timeline } of await holds(ids)) expect(timeline.length).toBe(3)
  })

  test('of another connection, signed well', async () => {
    const { ids, sid, url } = await overTwilio()
    const other = await stage.connect(TWILIO)
    const foreign = url.replace(lane.id, other.id)
    expect((await twilioReport(stage.world.chapar, sid, foreign, 'undelivered')).status).toBe(200)
    expect((await twilioReport(stage.world.chapar, sid, url, 'delivered')).status).toBe(200)
    await reaches(ids, 'delivered')
    for (const { timeline } of await holds(ids)) expect(timeline.length).toBe(3)
  })
})

describe('late and disorderly reports', () => {
  test('a late delivered corrects expired, and both are told', async () => {
    const { ids, sid, url } = await overTwilio()
    const { pathname } = new URL(url)
    expect(pathname).toContain(lane.id)
    const queue = await stage.world.chapar.queue('REPORT')
    const job = {
      kind: 'report',
      id: 'req_x',
      connectionId: lane.id as ReportJob['connectionId'],
      receivedAt: Date.now(),
      proof: 'signature',
      receipts: [{ attemptRef: new URL(url).searchParams.get('ref') ?? '', status: 'expired', at: Date.now() }],
    } as const satisfies ReportJob
    await queue.send(job)
    await reaches(ids, 'expired')
    await twilioReport(stage.world.chapar, sid, url, 'delivered')
    await reaches(ids, 'delivered')
    await holds(ids)
    const [id = ''] = ids
    const told = stage.receiver.heard
      .filter(({ id: event }) => event.startsWith(`evt_${id.slice(4)}`))
      .map(({ type }) => type)
    expect(new Set(told)).toEqual(new Set(['message.submitted', 'message.expired', 'message.delivered']))
  })

  test('several for one message in one callback, in any order and doubled: the highest stands, each is in the timeline', async () => {
    const { ids, refs } = await overKavenegar(30)
    const random = seeded(11)
    // 1 queued, 6 failed, 11 undelivered, 10 delivered.
    const said = refs.map((ref) => ({ ref, codes: [1, 6, 11, 10].filter(() => random() < 0.7) }))
    const records = said
      .flatMap(({ ref, codes }) => [...codes, ...codes].map((status) => ({ messageid: ref, status })))
      .sort(() => random() - 0.5)
    const { pathname } = new URL(stage.world.callbackUrl)
    for (let from = 0; from < records.length; from += 20) {
      const body = JSON.stringify(records.slice(from, from + 20))
      const headers = { 'content-type': 'application/json' }
      expect((await stage.world.chapar.fetch(pathname, { method: 'POST', headers, body })).status).toBe(200)
    }
    const NAMES: Readonly<Record<number, string>> = { 1: 'submitted', 6: 'failed', 11: 'undelivered', 10: 'delivered' }
    const expected = said.map(({ codes }) => NAMES[[10, 11, 6].find((code) => codes.includes(code)) ?? 1])
    await until('all are applied', async () => {
      const held = new Map((await heldOf(stage.world, ids)).map((one) => [one.id as string, one]))
      return ids.every((id, n) => {
        const one = held.get(id)
        const states = new Set(one?.timeline.map(({ status }) => status as string))
        return one?.status === expected[n] && said[n]?.codes.every((code) => states.has(NAMES[code] ?? ''))
      })
    })
    await holds(ids)
  })
})

describe('a report whose message is not there yet', () => {
  const early = (ref: string, receivedAt: number): ReportJob => ({
    kind: 'report',
    id: 'req_early',
    connectionId: stage.world.connectionId as ReportJob['connectionId'],
    receivedAt,
    proof: 'path-secret',
    receipts: [{ providerRef: ref, status: 'delivered', at: receivedAt }],
  })
  const parked = () =>
    stage.world.ledger.prepare("SELECT count(*) AS n FROM work WHERE kind = 'parked-report'").first<{ n: number }>()

  test('is parked after ten minutes and matched by the sweep', async () => {
    const ref = String(8_000_000 + kavenegar.ids.size)
    const queue = await stage.world.chapar.queue('REPORT')
    await queue.send(early(ref, Date.now() - 11 * MINUTE))
    await until('it is parked', async () => (await parked())?.n === 1)
    const { ids, refs } = await overKavenegar(1)
    expect(refs).toEqual([ref])
    await stage.sweep(HOUR + MINUTE)
    await reaches(ids, 'delivered')
    await holds(ids)
  })

  test('and never comes is kept for the operator after a day, and can be replayed', async () => {
    const queue = await stage.world.chapar.queue('REPORT')
    await queue.send(early('999999999', Date.now() - 2 * DAY))
    await until('it is parked', async () => (await parked())?.n === 1)
    await stage.sweep(HOUR + MINUTE)
    const { data } = (await stage.world.operator.get('/admin/v1/dead-letters')) as {
      data: { id: string; kind: string }[]
    }
    expect(data.map(({ kind }) => kind)).toEqual(['report'])
    await stage.world.operator.post(`/admin/v1/dead-letters/${data[0]?.id}/replay`, {})
    await until('it is parked again', async () => (await parked())?.n === 1)
  })
})
