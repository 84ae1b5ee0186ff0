import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { MINUTE } from '#worker/domain/time.ts'
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
import { until } from '../worlds/world.ts'

const RECORD = 'SET\n  outcome = '
const OUTAGE = 1_000_000

const kavenegar = fakeKavenegar()
const twilio = fakeTwilio()
let stage: Stage
let twilioLine: string
beforeAll(async () => {
  stage = await startStage({
    isFaulty: true,
    mode: 'live',
    connection: KAVENEGAR,
    carriers: { 'api.kavenegar.com': kavenegar.outbound, 'twilio.example.com': twilio.outbound },
  })
  const lane = await newLane(stage, '10005001', TWILIO, 'twilio.example.com')
  twilioLine = lane.line
  await stage.route([stage.world.connectionId, lane.id])
  await stage.world.operator.post(`/admin/v1/tenants/${stage.world.tenantId}/senders`, {
    channel: 'sms',
    address: stage.world.line,
    lineClass: 'service',
    isDefault: true,
    connectionId: stage.world.connectionId,
  })
})
afterAll(() => stage.world.dispose())
beforeEach(() => stage.fail())

const holds = (ids: readonly string[]) =>
  assertInvariant({ world: stage.world, ids, carriers: [kavenegar, twilio], heard: stage.receiver.heard })

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

describe('the gateway dies after the submit and before the record', () => {
  /** Nothing of the outcome is kept: neither the ledger nor the queue takes it. */
  async function sendAndDie(from: string): Promise<string[]> {
    await stage.fail({ on: 'LEDGER_0', match: RECORD, times: OUTAGE }, { on: 'REPORT', times: OUTAGE })
    const ids = await stage.send(numbers(3), { from })
    await until('the outcome is lost', async () => ((await stage.failures())[1] ?? 0) > 0)
    // The queue delivers the job again after two seconds.
    await pause(3_000)
    await stage.fail()
    expect(await countsOf(stage.world, ids)).toEqual({ accepted: 3 })
    return ids
  }

  test('where the carrier cannot be asked, the message is not sent again and ends unknown; a report corrects it', async () => {
    const ids = await sendAndDie(twilioLine)
    await stage.sweep(16 * MINUTE)
    expect(await countsOf(stage.world, ids)).toEqual({ unknown: 3 })
    await holds(ids)
    expect(twilio.calls.length).toBe(3)
    for (const [sid, url] of twilio.callbacks) await twilioReport(stage.world.chapar, sid, url, 'delivered')
    await until('the reports correct them', async () => (await countsOf(stage.world, ids))['delivered'] === 3)
    await holds(ids)
  })

  test('where it can be asked, the sweep asks and the message ends as the carrier says', async () => {
    const before = kavenegar.calls.length
    const ids = await sendAndDie(stage.world.line)
    expect(kavenegar.calls.length).toBe(before + 3)
    await stage.sweep(16 * MINUTE)
    await until('the answers are applied', async () => (await countsOf(stage.world, ids))['delivered'] === 3)
    await holds(ids)
  })
})

describe('the ledger fails while a slice is worked', () => {
  test('three times at the record: what the carrier said is kept by the queue, its refs and deadline too', async () => {
    const before = kavenegar.took.length
    await stage.fail({ on: 'LEDGER_0', match: RECORD, times: 3 })
    const ids = await stage.send(numbers(4))
    expect(await settled(stage.world, ids)).toEqual({ submitted: 4 })
    expect(await stage.failures()).toEqual([3])
    await holds(ids)
    const refs = [...kavenegar.ids.values()].slice(before)
    await kavenegarReport(stage.world.chapar, stage.world.callbackUrl, refs, 10)
    await until('the refs are known', async () => (await countsOf(stage.world, ids))['delivered'] === 4)
    await holds(ids)
  })

  test('a deferral that is recorded late is followed up all the same', async () => {
    let isFirst = true
    kavenegar.before = () => {
      if (!isFirst) return null
      isFirst = false
      return Response.json({ return: { status: 418, message: '' }, entries: null }, { status: 418 })
    }
    await stage.fail({ on: 'LEDGER_0', match: RECORD, times: 3 })
    const ids = await stage.send(numbers(2))
    await until('the late record is in', async () => {
      const held = await heldOf(stage.world, ids)
      return held.length === 2 && held.every(({ outcome }) => outcome !== null)
    })
    // The follow-up that came before its record was in vain; its work row brings it back.
    await pause(6_000)
    await stage.sweep(6 * MINUTE)
    expect(await settled(stage.world, ids)).toEqual({ submitted: 2 })
    await holds(ids)
  })

  test('a record whose answer was lost is not written twice', async () => {
    await stage.fail({ on: 'LEDGER_0', match: RECORD, times: 1, isLate: true })
    const ids = await stage.send(numbers(4))
    expect(await settled(stage.world, ids)).toEqual({ submitted: 4 })
    for (const { timeline } of await holds(ids))
      expect(timeline.map(({ status }) => status)).toEqual(['accepted', 'submitted'])
  })

  test('every third statement: nothing is lost and nothing is sent twice', async () => {
    await stage.fail({ on: 'LEDGER_0', times: 40, every: 3 })
    const ids = await stage.send(numbers(60))
    expect((await settled(stage.world, ids))['submitted']).toBe(60)
    await stage.fail()
    await stage.sweep(6 * MINUTE)
    await holds(ids)
  })

  test('the claim is refused at first: the job comes again', async () => {
    await stage.fail({ on: 'LEDGER_0', match: 'INSERT INTO messages', times: 4 })
    const ids = await stage.send(numbers(4))
    expect(await settled(stage.world, ids)).toEqual({ submitted: 4 })
    await holds(ids)
  })

  test('the notify queue refuses: the work row brings the events', async () => {
    await stage.fail({ on: 'NOTIFY', times: OUTAGE })
    const ids = await stage.send(numbers(4))
    await settled(stage.world, ids)
    await until('it is refused', async () =>
      (await heldOf(stage.world, ids)).every(({ outcome }) => outcome === 'accepted'),
    )
    await pause(200)
    const heard = new Set(stage.receiver.heard.map(({ id }) => id))
    expect(ids.some((id) => heard.has(`evt_${id.slice(4)}_submitted`))).toBe(false)
    await stage.fail()
    await stage.sweep(6 * MINUTE)
    await holds(ids)
  })

  test('the queue refuses the next attempt: its work row brings it', async () => {
    let isFirst = true
    kavenegar.before = () => {
      if (!isFirst) return null
      isFirst = false
      return Response.json({ return: { status: 418, message: '' }, entries: null }, { status: 418 })
    }
    const ids = await stage.send(numbers(2))
    await stage.fail({ on: 'SEND_SMS', times: OUTAGE })
    await until('it is deferred', async () => {
      const held = await heldOf(stage.world, ids)
      return held.length === 2 && held.every(({ outcome }) => outcome === 'deferred')
    })
    await pause(300)
    await stage.fail()
    await stage.sweep(7 * MINUTE)
    expect(await settled(stage.world, ids)).toEqual({ submitted: 2 })
    await holds(ids)
  })
})
