import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { LeaseGrant } from '#worker/domain/limits/lease.ts'
import type { Policy } from '#worker/domain/tenants/tenant.ts'
import { parseList } from '../lib/http/structured-field-parser.ts'
import { type Harness, startChapar, stateFolder } from '../worlds/harness.ts'
import { insertTenant } from '../worlds/tenant-rows.ts'

const ENTRY = 'test/worlds/entries/limits.ts'
const GATEWAYS = 8

let chapar: Harness
let tenants = 0
let tenant = ''

beforeAll(async () => {
  chapar = await startChapar({ entry: ENTRY, gateways: GATEWAYS })
})
afterAll(() => chapar.dispose())
beforeEach(() => {
  tenant = `ten_t${++tenants}`
})

const post = (path: string, { gateway = 0, clock = 0, as = tenant, body = '', mode = 'live' } = {}) => {
  const headers = { 'x-tenant': as, 'x-clock': String(clock), 'x-mode': mode }
  return chapar.fetch(path, { method: 'POST', headers, body }, gateway)
}
const admit = async (query: string, options?: Parameters<typeof post>[1]) =>
  (await (await post(`/admit?${query}`, options)).json()) as { admitted: number; local: number }
const policyAt = async (clock: number, gateway = 0): Promise<Policy | null> =>
  (
    await chapar.fetch('/policy', { headers: { 'x-tenant': tenant, 'x-clock': String(clock) } }, gateway)
  ).json() as Promise<Policy | null>
const call = async <Result>(method: string, ...args: unknown[]): Promise<Result> => {
  const response = await post(`/call/TENANT/${tenant}/${method}`, { body: JSON.stringify(args) })
  if (!response.ok) throw new Error(`status ${response.status}`)
  return ((await response.json()) as { result: Result }).result
}
const moveClock = (offset: number) => post('/clock', { body: String(offset) })
const setStatus = (status: string) =>
  chapar.control
    .prepare('UPDATE tenants SET status = ?2, version = version + 1 WHERE id = ?1')
    .bind(tenant, status)
    .run()

describe('eight gateways that share one tenant object', () => {
  test('never admit more than burst + rate × time', async () => {
    const limits = { rate: 40, burst: 200 }
    await insertTenant(chapar.control, tenant, limits)
    const begunAt = performance.now()
    // A trickle everywhere, so that all hold leases; then spikes of singles and of batches.
    const calls = Array.from({ length: GATEWAYS * 6 }, (_, i) => {
      const n = i % 6 === 5 ? 20 : 1
      return { gateway: i % GATEWAYS, n, times: n === 1 ? 60 : 5 }
    })
    const counts: number[] = []
    const asked: number[] = []
    for (let gateway = 0; gateway < GATEWAYS; gateway++) counts.push((await admit('n=1', { gateway })).admitted)
    for (let round = 0; round < 2; round++)
      await Promise.all(
        calls.map(async ({ gateway, n, times }) => {
          asked.push(n * times)
          const { admitted } = await admit(`n=${n}&times=${times}`, { gateway })
          counts.push(n * admitted)
        }),
      )
    const sum = (numbers: number[]) => numbers.reduce((total, each) => total + each, 0)
    const messages = sum(counts)
    const seconds = (performance.now() - begunAt) / 1_000
    expect(messages).toBeLessThanOrEqual(limits.burst + limits.rate * seconds)
    expect(messages).toBeGreaterThanOrEqual(limits.burst / 2)
    expect(sum(asked)).toBeGreaterThan(messages)
  })

  test('refuse nothing of a tenant that asks for half its burst at once', async () => {
    await insertTenant(chapar.control, tenant, { rate: 1, burst: 400 })
    const counts = await Promise.all(
      Array.from({ length: GATEWAYS }, (_, gateway) => admit('n=1&times=25', { gateway })),
    )
    expect(counts.reduce((sum, { admitted }) => sum + admitted, 0)).toBe(200)
  })

  test('stop at the daily cap to the message', async () => {
    await insertTenant(chapar.control, tenant, { rate: 10_000, burst: 10_000, daily: 500 })
    const counts = await Promise.all(
      Array.from({ length: GATEWAYS }, (_, gateway) => admit('n=1&times=200', { gateway })),
    )
    const admitted = counts.reduce((sum, each) => sum + each.admitted, 0)
    expect(admitted).toBeLessThanOrEqual(500)
    expect(admitted).toBeGreaterThan(430)
  })
})

describe('the cap of an identity level', () => {
  const setLevel = async (level: string) => {
    await chapar.control
      .prepare(
        `UPDATE tenants SET version = version + 1,
          settings = json_set(settings, '$.pack', 'generic', '$.identityLevel', ?2) WHERE id = ?1`,
      )
      .bind(tenant, level)
      .run()
    await call('reload')
  }

  test('leaves the whole day to live, whatever was sent in test before the level had one', async () => {
    await insertTenant(chapar.control, tenant, { rate: 10_000, burst: 10_000 })
    await setLevel('L0')
    for (const gateway of [0, 1]) expect((await post('/admit?n=300', { mode: 'test', gateway })).status).toBe(200)
    await setLevel('L1')
    expect((await post('/admit?n=200', { clock: 5_000 })).status).toBe(200)
    expect(await (await post('/admit', { clock: 5_000 })).json()).toMatchObject({ 'violated-policies': ['daily'] })
    expect((await post('/admit?n=300', { mode: 'test', clock: 5_000 })).status).toBe(200)
  })

  test('bounds nothing from the moment on at which the level is raised', async () => {
    await insertTenant(chapar.control, tenant, { rate: 10_000, burst: 10_000 })
    await setLevel('L1')
    expect((await post('/admit')).status).toBe(200)
    expect((await post('/admit?n=300')).status).toBe(422)
    await setLevel('L2')
    expect((await post('/admit?n=300')).status).toBe(200)
  })

  test('takes nothing from a larger cap of the operator, which counts both modes', async () => {
    await insertTenant(chapar.control, tenant, { rate: 10_000, burst: 10_000, daily: 400 })
    await setLevel('L1')
    expect((await post('/admit?n=150')).status).toBe(200)
    expect((await post('/admit?n=200', { mode: 'test', gateway: 1 })).status).toBe(200)
    expect((await post('/admit?n=51')).status).toBe(429)
    expect((await post('/admit?n=51', { mode: 'test', gateway: 1 })).status).toBe(429)
    expect((await post('/admit?n=401', { mode: 'test', gateway: 1 })).status).toBe(422)
    expect((await post('/admit?n=201')).status).toBe(422)
    expect((await post('/admit?n=50')).status).toBe(200)
    expect((await post('/admit', { mode: 'test', gateway: 1 })).status).toBe(429)
  })
})

test('a lease is spent without calls to the object', async () => {
  await insertTenant(chapar.control, tenant, { rate: 1_000, burst: 100_000 })
  const { admitted, local } = await admit('n=1&times=500')
  expect(admitted).toBe(500)
  expect(local).toBeGreaterThan(475)
  expect(await call('leases')).toBe(500 - local)
})

test('a suspended tenant is refused within five seconds, tokens left or not', async () => {
  await insertTenant(chapar.control, tenant)
  for (const gateway of [0, 1]) await admit('n=1', { gateway })
  await setStatus('suspended')
  expect(await call('reload')).toBe(2)
  for (const gateway of [0, 1]) {
    const response = await post('/admit', { gateway, clock: 5_000 })
    expect(response.status).toBe(403)
    expect(await response.json()).toMatchObject({ code: 'tenant-suspended' })
  }
})

test('what is given back while a tenant is suspended is its own once it is open again', async () => {
  await insertTenant(chapar.control, tenant, { rate: 1_000, burst: 10_000, daily: 1_000 })
  const request = { holder: 'x', need: 10, want: 50, mode: 'live' }
  const { grant } = await call<{ grant: LeaseGrant }>('lease', request)
  if (!grant.ok) throw new Error('refused')
  const ended = [{ ...grant.lease, unspent: grant.lease.prefetched, refunded: 4 }]
  await setStatus('suspended')
  await call('reload')
  expect(await call('lease', { ...request, ended })).toMatchObject({ grant: { ok: false } })
  await setStatus('active')
  await call('reload')
  expect(await call('usage')).toMatchObject({ usage: { daily: { used: 6 } } })
})

test('a policy is used for less than five seconds and then asked for again', async () => {
  await insertTenant(chapar.control, tenant)
  expect((await policyAt(0))?.version).toBe(1)
  await setStatus('active')
  await call('reload')
  expect((await policyAt(3_000))?.version).toBe(1)
  expect((await policyAt(5_000 + 3_000))?.version).toBe(2)
})

test('a policy is read again after a minute even if nobody reloads', async () => {
  await insertTenant(chapar.control, tenant)
  expect(await call<Policy>('policy')).toMatchObject({ version: 1, limits: { burst: 1_000 } })
  await setStatus('active')
  await moveClock(55_000)
  expect((await call<Policy>('policy')).version).toBe(1)
  await moveClock(61_000)
  expect((await call<Policy>('policy')).version).toBe(2)
  await moveClock(0)
})

test('while the database fails the last policy holds for ten minutes, and after that nothing is granted', async () => {
  await insertTenant(chapar.control, tenant)
  await call('policy')
  await chapar.control.prepare('ALTER TABLE tenants RENAME TO away').run()
  try {
    await moveClock(9 * 60_000)
    expect((await call<Policy>('policy')).version).toBe(1)
    await expect(call('reload')).rejects.toThrow('500')
    await moveClock(11 * 60_000)
    const response = await post('/admit', { clock: 0 })
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('1')
  } finally {
    await chapar.control.prepare('ALTER TABLE away RENAME TO tenants').run()
  }
  expect((await post('/admit')).status).toBe(200)
  await moveClock(0)
})

test('there is no lease for a tenant that is not there, and none is remembered as missing', async () => {
  expect((await post('/admit')).status).toBe(401)
  expect(await policyAt(0)).toBeNull()
  await insertTenant(chapar.control, tenant)
  expect((await post('/admit')).status).toBe(200)
})

test('an object that cannot be reached is a 503 with Retry-After, not a 500', async () => {
  const response = await post('/admit', { as: 'ten_dead' })
  expect(response.status).toBe(503)
  expect(response.headers.get('retry-after')).toMatch(/^[15]$/)
  expect(await response.json()).toMatchObject({ code: 'unavailable' })
})

test('a 429 names the limits that were reached and when to come again', async () => {
  await insertTenant(chapar.control, tenant, { rate: 2, burst: 10, daily: 1_000 })
  expect((await post('/admit?n=10')).status).toBe(200)
  const response = await post('/admit?n=4')
  expect(response.status).toBe(429)
  expect(response.headers.get('retry-after')).toBe('2')
  expect(await response.json()).toMatchObject({
    type: 'https://iana.org/assignments/http-problem-types#quota-exceeded',
    'violated-policies': ['burst'],
  })
  expect(parseList(response.headers.get('ratelimit-policy') ?? '')).toEqual([
    { name: 'burst', parameters: { q: 10, w: 5 } },
    { name: 'daily', parameters: { q: 1_000, w: 86_400 } },
  ])
  expect(parseList(response.headers.get('ratelimit') ?? '')[0]).toMatchObject({ name: 'burst', parameters: { r: 0 } })
})

test('an answer that was admitted tells the limits too', async () => {
  await insertTenant(chapar.control, tenant, { rate: 10, burst: 100, daily: 1_000, monthly: 5_000 })
  const response = await post('/admit?n=30')
  const [burst, daily, monthly] = parseList(response.headers.get('ratelimit') ?? '')
  expect(burst).toEqual({ name: 'burst', parameters: { r: 70, t: 4 } })
  expect([daily?.parameters['r'], monthly?.parameters['r']]).toEqual([970, 4_970])
})

test('more than the burst at once is a 422 that names the burst, not a 429', async () => {
  await insertTenant(chapar.control, tenant, { rate: 10, burst: 100 })
  for (const attempt of ['without a policy at hand', 'with one']) {
    const response = await post('/admit?n=101')
    expect(response.status, attempt).toBe(422)
    expect(await response.json()).toMatchObject({
      code: 'burst-exceeded',
      burst: 100,
      detail: expect.stringContaining('100'),
    })
  }
})

test('what is given back to a lease can be spent again', async () => {
  await insertTenant(chapar.control, tenant, { rate: 1, burst: 100, daily: 1_000 })
  await admit('n=1')
  const { local } = await admit('n=1&times=300&refund=1')
  expect(local).toBe(300)
})

test('what an older script counted of a day is all of live, so that a level’s cap is not exceeded by it', async () => {
  const persist = stateFolder()
  const before = await startChapar({ entry: ENTRY, persist })
  await insertTenant(before.control, 'ten_kept', { rate: 1_000, burst: 1_000 })
  await before.control
    .prepare(`UPDATE tenants SET settings = json_set(settings, '$.pack', 'generic', '$.identityLevel', 'L1')`)
    .run()
  const lease = async (harness: Harness, need: number) => {
    const body = JSON.stringify([{ holder: 'x', need, want: 0, mode: 'live' }])
    const answer = await harness.fetch('/call/TENANT/ten_kept/lease', { method: 'POST', body })
    return ((await answer.json()) as { result: { grant: LeaseGrant } }).result.grant
  }
  expect(await lease(before, 150)).toMatchObject({ ok: true })
  await before.fetch('/call/TENANT/ten_kept/forgetLiveDaily', { method: 'POST', body: '[]' })
  await before.dispose()
  const after = await startChapar({ entry: ENTRY, persist })
  expect(await lease(after, 51)).toMatchObject({ ok: false, violated: ['daily'] })
  expect(await lease(after, 50)).toMatchObject({ ok: true })
  await after.dispose()
})

test('tokens that were granted are gone after a restart of the runtime', async () => {
  const persist = stateFolder()
  const before = await startChapar({ entry: ENTRY, persist })
  await insertTenant(before.control, 'ten_kept', { rate: 0.001, burst: 100 })
  const lease = (harness: Harness, need: number) =>
    harness.fetch('/call/TENANT/ten_kept/lease', {
      method: 'POST',
      body: JSON.stringify([{ holder: 'x', need, want: 0 }]),
    })
  expect((await lease(before, 90)).status).toBe(200)
  await before.dispose()
  const after = await startChapar({ entry: ENTRY, persist })
  const { result } = (await (await lease(after, 20)).json()) as { result: { grant: LeaseGrant } }
  expect(result.grant).toMatchObject({ ok: false, violated: ['burst'] })
  await after.dispose()
})
