import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { refusal as kavenegarRefusal } from '../fixtures/kavenegar/answers.ts'
import { refusal as twilioRefusal } from '../fixtures/twilio/answers.ts'
import {
  type Carrier,
  fakeKavenegar,
  fakeTwilio,
  KAVENEGAR,
  kavenegarReport,
  type Trouble,
  TWILIO,
  twilioReport,
} from '../worlds/faults/carriers.ts'
import { newLane, numbers, type Stage, startStage } from '../worlds/faults/drill.ts'
import { assertInvariant, countsOf, settled } from '../worlds/faults/invariant.ts'
import { fiveHundred, half, html, huge, once, reset, silent } from '../worlds/faults/troubles.ts'
import { until } from '../worlds/world.ts'

type When = 'before' | 'after'
type Case = readonly [string, When, Trouble]

const wrongCount: Trouble = () =>
  Response.json({ return: { status: 200 }, entries: [{ messageid: 1, status: 1, receptor: '09120000000' }] })

const KAVENEGAR_CASES: readonly Case[] = [
  ['a reset before anything is taken', 'before', reset],
  ['a reset after all is taken', 'after', reset],
  ['429', 'before', () => kavenegarRefusal(429, { 'retry-after': '1' })],
  ['500', 'after', fiveHundred],
  ['HTML', 'after', html],
  ['half a JSON', 'after', half],
  ['10 MB', 'after', huge],
  ['a wrong count of entries', 'after', wrongCount],
  ['a time-out after all is taken', 'after', silent],
]
const BUSY: Case = ['a reset after all is taken, and a busy carrier', 'after', reset]
/** A carrier that is busy when it is called once more. */
const busyNext = () => {
  const carrier = fakeKavenegar()
  carrier.before = (call) => (call === 2 ? kavenegarRefusal(429, { 'retry-after': '1' }) : null)
  return carrier
}
const TWILIO_CASES: readonly Case[] = [
  ['a reset before it is taken', 'before', reset],
  ['a reset after it is taken', 'after', reset],
  ['500', 'after', fiveHundred],
  ['HTML', 'after', html],
  ['half a JSON', 'after', half],
  ['10 MB', 'after', huge],
  ['a time-out', 'after', silent],
]
const THROTTLED: Case = ['429', 'before', () => twilioRefusal(429, 20429, { 'retry-after': '1' })]

interface Lane<Kind extends Carrier> {
  readonly carrier: Kind
  readonly callbackUrl: string
  readonly ids: readonly string[]
}
interface Lanes<Kind extends Carrier> {
  readonly stage: Stage
  lane(name: string): Lane<Kind>
}

/** One gateway with a carrier of its own for every case, all in trouble at the same time. */
async function startLanes<Kind extends Carrier>(
  cases: readonly Case[],
  connection: typeof KAVENEGAR | typeof TWILIO,
  newCarrier: (name: string) => Kind,
  count: number,
): Promise<Lanes<Kind>> {
  const carriers: Record<string, Carrier['outbound']> = {}
  const stage = await startStage({ mode: 'live', connection, carriers })
  const made: { name: string; carrier: Kind; id: string; line: string; callbackUrl: string }[] = []
  for (const [n, [name, when, trouble]] of cases.entries()) {
    const carrier = newCarrier(name)
    carrier[when] = once(trouble)
    carriers[`carrier${n}.example.com`] = carrier.outbound
    made.push({ name, carrier, ...(await newLane(stage, `1000${n + 5000}`, connection, `carrier${n}.example.com`)) })
  }
  await stage.route(made.map(({ id }) => id))
  const lanes = new Map<string, Lane<Kind>>()
  for (const { name, carrier, line, callbackUrl } of made)
    lanes.set(name, { carrier, callbackUrl, ids: await stage.send(numbers(count), { from: line }) })
  return {
    stage,
    lane: (name) => {
      const lane = lanes.get(name)
      if (!lane) throw new Error(`no lane for ${name}`)
      return lane
    },
  }
}

const holds = ({ world, receiver }: Stage, { carrier, ids }: Lane<Carrier>) =>
  assertInvariant({ world, ids, carriers: [carrier], heard: receiver.heard })

describe('a carrier that drops repeats (kavenegar)', () => {
  let lanes: Lanes<ReturnType<typeof fakeKavenegar>>
  beforeAll(async () => {
    const newCarrier = (name: string) => (name === BUSY[0] ? busyNext() : fakeKavenegar())
    lanes = await startLanes([...KAVENEGAR_CASES, BUSY], KAVENEGAR, newCarrier, 5)
  })
  afterAll(() => lanes.stage.world.dispose())

  test.each(KAVENEGAR_CASES)('%s: the same localid goes again, one message each is delivered', async (name) => {
    const { stage } = lanes
    const lane = lanes.lane(name)
    const { carrier, callbackUrl, ids } = lane
    expect(await settled(stage.world, ids)).toEqual({ submitted: 5 })
    await holds(stage, lane)
    expect(carrier.calls.length).toBe(10)
    expect(carrier.took.length).toBe(5)
    await kavenegarReport(stage.world.chapar, callbackUrl, [...carrier.ids.values()], 10)
    await until('all are delivered', async () => (await countsOf(stage.world, ids))['delivered'] === 5)
    await holds(stage, lane)
  })

  test('that took all and is busy when it is asked again: the localid stays, nobody gets a message twice', async () => {
    const lane = lanes.lane(BUSY[0])
    expect(await settled(lanes.stage.world, lane.ids)).toEqual({ submitted: 5 })
    await holds(lanes.stage, lane)
    expect(lane.carrier.calls.length).toBe(15)
    expect(new Set(lane.carrier.calls.map(({ ref }) => ref)).size).toBe(5)
    expect(lane.carrier.took.length).toBe(5)
  })
})

async function report(stage: Stage, { carrier }: Lane<ReturnType<typeof fakeTwilio>>): Promise<void> {
  for (const [sid, url] of carrier.callbacks)
    expect((await twilioReport(stage.world.chapar, sid, url, 'delivered')).status).toBe(200)
}

describe('a carrier that does not (twilio)', () => {
  let lanes: Lanes<ReturnType<typeof fakeTwilio>>
  beforeAll(async () => {
    lanes = await startLanes([...TWILIO_CASES, THROTTLED], TWILIO, fakeTwilio, 2)
  })
  afterAll(() => lanes.stage.world.dispose())

  test.each(TWILIO_CASES)(
    '%s: that message is unknown, never sent again, corrected by a report',
    async (name, when) => {
      const { stage } = lanes
      const lane = lanes.lane(name)
      expect(await settled(stage.world, lane.ids)).toEqual({ unknown: 1, submitted: 1 })
      await holds(stage, lane)
      expect(lane.carrier.calls.length).toBe(2)
      await report(stage, lane)
      const reached = when === 'after' ? 2 : 1
      await until('the reports are in', async () => (await countsOf(stage.world, lane.ids))['delivered'] === reached)
      await holds(stage, lane)
    },
  )

  test('429 is certainly not taken: tried again and delivered once', async () => {
    const { stage } = lanes
    const lane = lanes.lane(THROTTLED[0])
    expect(await settled(stage.world, lane.ids)).toEqual({ submitted: 2 })
    await report(stage, lane)
    await until('all are delivered', async () => (await countsOf(stage.world, lane.ids))['delivered'] === 2)
    await holds(stage, lane)
  })
})
