import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  fakeKavenegar,
  fakeTwilio,
  KAVENEGAR,
  kavenegarReport,
  TWILIO,
  twilioReport,
} from '../worlds/faults/carriers.ts'
import { newLane, numbers, type Stage, startStage } from '../worlds/faults/drill.ts'
import { assertInvariant, countsOf, settled } from '../worlds/faults/invariant.ts'
import { reset, well } from '../worlds/faults/troubles.ts'
import { until } from '../worlds/world.ts'

const CAMPAIGN = 500
/** Of a carrier that takes one message a call. */
const SINGLE_CALLS = 200
const kavenegar = fakeKavenegar()
const twilio = fakeTwilio()
let stage: Stage
let lines: { readonly twilio: string; readonly twilioId: string }

beforeAll(async () => {
  stage = await startStage({
    mode: 'live',
    connection: KAVENEGAR,
    carriers: { 'api.kavenegar.com': kavenegar.outbound, 'twilio.example.com': twilio.outbound },
  })
  const lane = await newLane(stage, '10005001', TWILIO, 'twilio.example.com')
  await stage.route([stage.world.connectionId, lane.id])
  lines = { twilio: lane.line, twilioId: lane.id }
  await stage.world.operator.post(`/admin/v1/tenants/${stage.world.tenantId}/senders`, {
    channel: 'sms',
    address: stage.world.line,
    lineClass: 'service',
    isDefault: true,
    connectionId: stage.world.connectionId,
  })
})
afterAll(() => stage.world.dispose())

async function breakerOf(id: string): Promise<string | undefined> {
  const { connections } = (await stage.world.operator.get('/admin/v1/health')) as {
    connections: { id: string; breaker: string }[]
  }
  return connections.find((connection) => connection.id === id)?.breaker
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

test('costs no unknown message where repeats are dropped, and all are delivered after it is back', async () => {
  let calls = 0
  kavenegar.after = () => {
    calls++
    return calls === 1 ? null : reset(calls)
  }
  const ids = await stage.send(numbers(CAMPAIGN))
  await until('it dies', async () => calls >= 3)
  kavenegar.before = reset
  await pause(300)
  expect((await countsOf(stage.world, ids))['unknown']).toBeUndefined()
  kavenegar.before = well
  kavenegar.after = well
  expect((await settled(stage.world, ids))['unknown']).toBeUndefined()
  await kavenegarReport(stage.world.chapar, stage.world.callbackUrl, [...kavenegar.ids.values()], 10)
  await until('all are delivered', async () => (await countsOf(stage.world, ids))['delivered'] === CAMPAIGN)
  await assertInvariant({ world: stage.world, ids, carriers: [kavenegar], heard: stage.receiver.heard })
})

test('costs at most two unknown messages where they are not, and the rest is delivered after it is back', async () => {
  const from = twilio.took.length
  let isDead = false
  twilio.after = () => {
    if (twilio.took.length - from > 60) isDead = true
    return isDead ? reset(0) : null
  }
  const ids = await stage.send(numbers(SINGLE_CALLS), { from: lines.twilio })
  await until('it dies', async () => isDead)
  twilio.before = reset
  await until('the breaker opens', async () => (await breakerOf(lines.twilioId)) !== 'closed')
  const calls = twilio.calls.length
  await pause(500)
  expect(twilio.calls.length).toBe(calls)
  twilio.before = well
  twilio.after = well
  const counts = await settled(stage.world, ids)
  expect(counts['unknown'] ?? 0).toBeLessThanOrEqual(2)
  for (const [sid, url] of twilio.callbacks) await twilioReport(stage.world.chapar, sid, url, 'delivered')
  await until('all that it took is delivered', async () => !(await countsOf(stage.world, ids))['submitted'])
  const { delivered = 0, unknown = 0 } = await countsOf(stage.world, ids)
  expect(delivered + unknown).toBe(SINGLE_CALLS)
  await assertInvariant({ world: stage.world, ids, carriers: [twilio], heard: stage.receiver.heard })
})
