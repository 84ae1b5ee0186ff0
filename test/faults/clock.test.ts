import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { HOUR } from '#worker/domain/time.ts'
import { refusal as kavenegarRefusal } from '../fixtures/kavenegar/answers.ts'
import { fakeKavenegar, fakeTwilio, KAVENEGAR, TWILIO, twilioReport } from '../worlds/faults/carriers.ts'
import { newLane, numbers, type Stage, startStage } from '../worlds/faults/drill.ts'
import { assertInvariant, countsOf, settled } from '../worlds/faults/invariant.ts'
import { once, reset, well } from '../worlds/faults/troubles.ts'
import { until } from '../worlds/world.ts'

const first = fakeKavenegar()
const second = fakeTwilio()
const lonely = fakeTwilio()
let stage: Stage
let lonelyLine: string
beforeAll(async () => {
  stage = await startStage({
    mode: 'live',
    connection: KAVENEGAR,
    carriers: {
      'api.kavenegar.com': first.outbound,
      'second.example.com': second.outbound,
      'lonely.example.com': lonely.outbound,
    },
  })
  const { id } = await stage.connect({ ...TWILIO, settings: { ...TWILIO.settings, url: 'https://second.example.com' } })
  const lane = await newLane(stage, '10005001', TWILIO, 'lonely.example.com')
  lonelyLine = lane.line
  await stage.route([stage.world.connectionId, id, lane.id])
})
afterAll(() => stage.world.dispose())

const holds = (ids: readonly string[]) =>
  assertInvariant({ world: stage.world, ids, carriers: [first, second, lonely], heard: stage.receiver.heard })

describe('a route of several connections', () => {
  test('goes on behind a connection that certainly took nothing, and is never taken by both', async () => {
    first.before = () => kavenegarRefusal(418)
    const ids = await stage.send(numbers(20))
    expect(await settled(stage.world, ids)).toEqual({ submitted: 20 })
    expect([first.took.length, second.took.length]).toEqual([0, 20])
    await holds(ids)
    first.before = well
  })

  test('ends at a connection that may have taken the message', async () => {
    first.before = () => kavenegarRefusal(418)
    second.after = once(reset)
    const ids = await stage.send(numbers(1))
    expect(await settled(stage.world, ids)).toEqual({ unknown: 1 })
    expect(lonely.calls.length).toBe(0)
    await holds(ids)
    first.before = well
  })
})

test('what was never reported is unknown after 72 hours, is told so, and is corrected by a late report', async () => {
  const ids = await stage.send(numbers(3), { from: lonelyLine })
  expect(await settled(stage.world, ids)).toEqual({ submitted: 3 })
  await stage.sweep(71 * HOUR)
  expect(await countsOf(stage.world, ids)).toEqual({ submitted: 3 })
  await stage.sweep(73 * HOUR)
  expect(await countsOf(stage.world, ids)).toEqual({ unknown: 3 })
  await holds(ids)
  for (const [sid, url] of lonely.callbacks) await twilioReport(stage.world.chapar, sid, url, 'delivered')
  await until('they are corrected', async () => (await countsOf(stage.world, ids))['delivered'] === 3)
  await holds(ids)
})

describe('while the only carrier is dead', () => {
  test('a message whose validity ends becomes expired, and the carrier is not called for it', async () => {
    lonely.before = reset
    const lost = await stage.send(numbers(2), { from: lonelyLine })
    expect(await settled(stage.world, lost)).toEqual({ unknown: 2 })
    const calls = lonely.calls.length
    const validUntil = new Date(Date.now() + 2_000).toISOString()
    const short = await stage.send(numbers(3), { from: lonelyLine, validUntil })
    await until('their time is over', async () => (await countsOf(stage.world, short))['expired'] === 3)
    expect(lonely.calls.length).toBe(calls)
    await holds([...lost, ...short])
  })
})
