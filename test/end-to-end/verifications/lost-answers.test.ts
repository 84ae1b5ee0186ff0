import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Fault } from '../../worlds/entries/faults.ts'
import { type Seen, startVerifications, type VerificationWorld } from '../../worlds/players/verification-world.ts'
import { caller, newTenant } from '../../worlds/world.ts'

const ENTRY = 'test/worlds/entries/faults.ts'
let it: VerificationWorld
/** One whose account may send six messages a day. */
let poor: VerificationWorld
beforeAll(async () => {
  it = await startVerifications({ entry: ENTRY })
  poor = await startVerifications({ entry: ENTRY, tenant: { limits: { rate: 1_000, burst: 1_000, daily: 6 } } })
})
afterEach(() => Promise.all([fail(it), fail(poor)]))
afterAll(() => Promise.all([it.world.dispose(), poor.world.dispose()]))

const fail = ({ world }: VerificationWorld, ...faults: Fault[]) =>
  world.chapar.fetch('/faults', { method: 'POST', body: JSON.stringify(faults) })
/** The object does its work, and its answer is lost. */
const lost = (match: string, more: Partial<Fault> = {}): Fault => ({
  on: 'VERIFICATION',
  match,
  times: 1,
  isLate: true,
  ...more,
})

let count = 0
const number = (): string => `+98912640${String(1_000 + count++)}`
const keyed = (key: string, body: object) => ({ body, headers: { 'idempotency-key': key } })

test('a check whose answer was lost and that the platform lets be repeated counts once', async () => {
  const to = number()
  const { id } = await it.start({ to })
  const code = await it.codeTo(to)
  await fail(it, lost('check', { isRetryable: true }))
  expect((await it.check(id, it.wrong(code))).body).toMatchObject({ status: 'pending', checksLeft: 4 })
  await fail(it, lost('check', { isRetryable: true }))
  expect(await it.check(id, code)).toMatchObject({ http: 200, body: { status: 'approved', to } })
})

test('a right check whose answer was lost is approved when it is repeated under its key, and nowhere else', async () => {
  const to = number()
  const { id } = await it.start({ to })
  const body = { code: await it.codeTo(to) }
  await fail(it, lost('check'))
  const path = `/v1/verifications/${id}/check`
  expect((await it.world.call(path, keyed('a-check', body))).status).toBe(503)
  expect(await it.world.json(path, keyed('a-check', body))).toMatchObject({ status: 'approved', to })
  expect((await it.world.call(path, keyed('b-check', body))).status).toBe(422)
})

test('a start whose answer was lost is one code of the five', async () => {
  const to = number()
  await fail(it, lost('start', { isRetryable: true }))
  for (const _ of [1, 2, 3, 4, 5]) await it.start({ to })
  expect((await it.world.call('/v1/verifications', { body: { to } })).status).toBe(429)
})

test.each([
  ['the queue took the message, and its answer was lost', { on: 'SEND_SMS', times: 1, isLate: true }],
  ['the object’s answer was lost', lost('start')],
])('a start is repeated under its key after %s: the code that arrives is right', async (_, fault) => {
  const to = number()
  const init = keyed(`start-${to}`, { to })
  await fail(it, fault)
  expect((await it.world.call('/v1/verifications', init)).status).toBe(503)
  const { id, messageIds } = await it.world.json<Seen>('/v1/verifications', { ...init, status: 202 })
  expect(messageIds.length).toBe(1)
  expect((await it.check(id, await it.codeTo(to))).body.status).toBe('approved')
})

test('the object hears nothing of a start beyond the account’s messages, and what it refuses takes none of them', async () => {
  const to = number()
  for (const _ of [1, 2, 3, 4, 5]) await poor.start({ to })
  const refused = await poor.world.call('/v1/verifications', { body: { to } })
  expect([refused.status, await refused.json()]).toMatchObject([429, { code: 'too-many-codes' }])
  expect((await poor.start({ to: number() })).status).toBe('pending')
  await fail(poor, { on: 'VERIFICATION', times: 1_000 })
  const beyond = await poor.world.call('/v1/verifications', { body: { to: number() } })
  expect([beyond.status, await beyond.json()]).toMatchObject([429, { code: 'quota-exceeded' }])
  expect(await (await poor.world.chapar.fetch('/faults')).json()).toEqual([0])
})

/** A tenant of its own, whose guard is in this mode; its isolate holds no lease, so that each start asks. */
async function guardedBy(mode: 'enforce' | 'monitor', line: string) {
  const { chapar, connectionId } = it.world
  const { token } = await newTenant(chapar, { mode: 'live', connectionId, line, tenant: { guard: { mode } } })
  return caller(chapar, token)
}

test('a code does not go out where the guard cannot be asked, and does where it only watches', async () => {
  const [strict, watched] = [await guardedBy('enforce', '10004361'), await guardedBy('monitor', '10004362')]
  const [refused, sent] = [number(), number()]
  await fail(it, { on: 'GUARD', match: 'ask', times: 100 })
  const answer = await strict('/v1/verifications', { body: { to: refused } })
  expect([answer.status, await answer.json()]).toMatchObject([503, { code: 'unavailable' }])
  expect((await watched('/v1/verifications', { body: { to: sent } })).status).toBe(202)
  expect(await it.codeTo(sent)).toMatch(/^\d{6}$/)
  expect(it.textsTo(refused)).toEqual([])
  await fail(it)
  expect((await strict('/v1/verifications', { body: { to: refused } })).status).toBe(202)
  await it.codeTo(refused)
  expect(it.textsTo(refused).length).toBe(1)
})
