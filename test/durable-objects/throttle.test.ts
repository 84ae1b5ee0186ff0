import { afterAll, beforeAll, expect, test } from 'vitest'
import type { BreakerView, ThrottleGrant } from '#worker/domain/limits/breaker.ts'
import { type Harness, startChapar, stateFolder } from '../worlds/harness.ts'

const ENTRY = 'test/worlds/entries/limits.ts'
const persist = stateFolder()
let chapar: Harness

beforeAll(async () => {
  chapar = await startChapar({ entry: ENTRY, gateways: 2, persist })
})
afterAll(() => chapar.dispose())

async function call<Result>(name: string, method: string, arg?: unknown, gateway = 0): Promise<Result> {
  const body = JSON.stringify(arg === undefined ? [] : [arg])
  const response = await chapar.fetch(`/call/THROTTLE/${name}/${method}`, { method: 'POST', body }, gateway)
  return ((await response.json()) as { result: Result }).result
}
const admit = (name: string, gateway = 0) =>
  call<ThrottleGrant>(name, 'admit', { want: 10, rate: null, concurrency: 2 }, gateway)
const view = (name: string) => call<BreakerView>(name, 'state')

test('consumers in several Workers share permits and breaker', async () => {
  const grants = await Promise.all(Array.from({ length: 12 }, (_, i) => admit('con_a', i % 2)))
  expect(grants.reduce((sum, grant) => sum + (grant.ok ? (grant.inFlight ?? 0) : 0), 0)).toBe(2)
  for (const grant of grants)
    if (grant.ok)
      await call('con_a', 'settle', { permit: grant.permit, unknownStreak: grant.inFlight, certain: false }, 1)
  expect(await admit('con_a')).toMatchObject({ ok: false, reason: 'open' })
  expect((await view('con_a')).breaker).toBe('open')
})

test('one account’s open breaker says nothing of another', async () => {
  expect((await admit('con_b')).ok).toBe(true)
  expect((await view('con_b')).breaker).toBe('closed')
})

test('an open breaker, a begun row and permits under way outlive the object', async () => {
  const grant = await admit('con_c')
  if (!grant.ok) throw new Error('refused')
  await call('con_c', 'settle', { permit: grant.permit, unknownStreak: 1, certain: false })
  expect(await admit('con_d')).toMatchObject({ ok: true, inFlight: 2 })
  await chapar.dispose()
  chapar = await startChapar({ entry: ENTRY, gateways: 2, persist })
  expect((await view('con_a')).breaker).not.toBe('closed')
  expect(await admit('con_d')).toMatchObject({ ok: false, reason: 'busy' })
  const next = await admit('con_c')
  expect(next).toMatchObject({ ok: true, inFlight: 1, messages: 1 })
  if (next.ok) await call('con_c', 'settle', { permit: next.permit, unknownStreak: 1, certain: false })
  expect((await view('con_c')).breaker).toBe('open')
})
