import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Fault } from '../worlds/entries/faults.ts'
import { numbers } from '../worlds/faults/drill.ts'
import { type Harness, startChapar } from '../worlds/harness.ts'
import { rowsWhere } from '../worlds/tenant-rows.ts'
import { caller, message, newTenant } from '../worlds/world.ts'

const GATEWAYS = 3
let chapar: Harness
let lines = 0
beforeAll(async () => {
  chapar = await startChapar({ entry: 'test/worlds/entries/faults.ts', gateways: GATEWAYS })
})
afterAll(() => chapar.dispose())

async function fail(...faults: Fault[]): Promise<void> {
  const init = { method: 'POST', body: JSON.stringify(faults) }
  for (let gateway = 0; gateway < GATEWAYS; gateway++) await chapar.fetch('/faults', init, gateway)
}
beforeEach(() => fail())

/** Queues that refuse all that they are given. */
const OUTAGE: Fault = { on: 'SEND_SMS', times: 1_000_000 }

/** A tenant with these limits and what sends for it; a key is for repeats. */
async function limited(limits: Record<string, number>) {
  const line = `3000${String(lines++).padStart(6, '0')}`
  const { token } = await newTenant(chapar, { line, tenant: { limits: { rate: 1_000, burst: 20_000, ...limits } } })
  const call = caller(chapar, token)
  const post = async (path: string, body: unknown, { key = '', gateway = 0 }) => {
    const headers: Record<string, string> = key ? { 'idempotency-key': key } : {}
    const answer = await call(path, { body, headers, gateway })
    return { status: answer.status, headers: answer.headers, json: (await answer.json()) as Record<string, unknown> }
  }
  const [to = ''] = numbers(1)
  return {
    one: (options: { key?: string; gateway?: number } = {}) => post('/v1/messages', message(to), options),
    batch: (recipients: readonly string[], options: { key?: string; gateway?: number; text?: string } = {}) => {
      const { text = 'x' } = options
      const messages = recipients.map((to, n) => ({ to, content: { text: `${n} ${text}` } }))
      return post('/v1/messages/batch', { channel: 'sms', messages }, options)
    },
  }
}
type Limited = Awaited<ReturnType<typeof limited>>

/** The cap admits exactly so many messages more: a batch of one more is refused, of so many is taken, and then nothing. */
async function admitsJust(n: number, { one, batch }: Limited, cap = 'daily'): Promise<void> {
  const tooMany = await batch(numbers(n + 1))
  expect([tooMany.status, tooMany.json['violated-policies'] ?? [cap]], `${n + 1}`).toEqual([
    expect.toBeOneOf([422, 429]),
    [cap],
  ])
  expect((await batch(numbers(n))).status, `${n}`).toBe(202)
  const refused = await one()
  expect([refused.status, refused.json['violated-policies']]).toEqual([429, [cap]])
}

const TRIES = Array.from({ length: 10 }, (_, n) => n)

test.each([
  ['daily', 'without a key', {}],
  ['daily', 'with a key each', { keyed: true }],
  ['daily', 'over several gateways', { spread: true }],
  ['monthly', 'without a key', {}],
  ['monthly', 'over several gateways, with keys', { spread: true, keyed: true }],
] as const)('ten tries while the queue refuses cost nothing of a %s cap of ten: %s', async (cap, _, how) => {
  const tenant = await limited({ [cap]: 10 })
  await fail(OUTAGE)
  for (const n of TRIES) {
    const key = 'keyed' in how ? `"try-${n}"` : ''
    const refused = await tenant.one({ key, gateway: 'spread' in how ? n % GATEWAYS : 0 })
    expect([refused.status, refused.json['code']]).toEqual([503, 'queue-unavailable'])
  }
  await fail()
  await admitsJust(10, tenant, cap)
})

test('ten tries of one request under its key, and ten at once, cost nothing', async () => {
  const tenant = await limited({ daily: 10 })
  await fail(OUTAGE)
  for (const _ of TRIES) expect((await tenant.one({ key: '"same"' })).status).toBe(503)
  for (let left = TRIES.length; left > 0; left -= 5)
    for (const { status } of await Promise.all(TRIES.slice(5).map(() => tenant.one()))) expect(status).toBe(503)
  await fail()
  expect((await tenant.one({ key: '"same"' })).status).toBe(202)
  await admitsJust(9, tenant)
})

test('ten batches while the queue refuses cost nothing', async () => {
  const tenant = await limited({ daily: 10 })
  await fail(OUTAGE)
  for (const n of TRIES) expect((await tenant.batch(numbers(10), { gateway: n % GATEWAYS })).status).toBe(503)
  await fail()
  await admitsJust(10, tenant)
})

const MANY = 2_000
const LONG = 'x'.repeat(140)
/** The second of the two calls that queue a batch of `MANY` long messages is refused. */
const HALF: Fault = { on: 'SEND_SMS', times: 1, every: 2 }

/** Messages of a refused batch that the queue had taken, once the ledger has them all. */
async function queuedOf(recipients: readonly string[]): Promise<number> {
  const wanted = new Set(recipients)
  const count = async () => (await rowsWhere(chapar.ledger(), 'true')).filter(({ party }) => wanted.has(party)).length
  for (let [before, same] = [-1, 0]; ; ) {
    const now = await count()
    same = now > 0 && now === before ? same + 1 : 0
    // Between two slices a slow machine takes its time.
    if (same === 5) return now
    before = now
    await new Promise((resolve) => setTimeout(resolve, 1_000))
  }
}

test('of a batch of which a part was queued, the other part is given back', async () => {
  const tenant = await limited({ daily: MANY })
  const recipients = numbers(MANY)
  await fail(HALF)
  expect((await tenant.batch(recipients, { text: LONG })).status).toBe(503)
  const queued = await queuedOf(recipients)
  expect(queued).toBeGreaterThan(0)
  expect(queued).toBeLessThan(MANY)
  await admitsJust(MANY - queued, tenant)
})

test('its repeat under the same key takes no second token for what was queued', async () => {
  const tenant = await limited({ daily: MANY + 3 })
  const recipients = numbers(MANY)
  const options = { text: LONG, key: '"half"' }
  await fail(HALF)
  expect((await tenant.batch(recipients, options)).status).toBe(503)
  await fail(OUTAGE)
  expect((await tenant.batch(recipients, { ...options, gateway: 1 })).status).toBe(503)
  await fail()
  expect((await tenant.batch(recipients, { ...options, gateway: 2 })).status).toBe(202)
  await admitsJust(3, tenant)
})

test('what is given back never admits more than the burst at once', async () => {
  const { one } = await limited({ rate: 0.01, burst: 40 })
  await fail(OUTAGE)
  for (const n of TRIES) expect((await one({ gateway: n % GATEWAYS })).status).toBe(503)
  await fail()
  let taken = 0
  while (taken <= 41 && (await one({ gateway: taken % GATEWAYS })).status === 202) taken++
  expect(taken).toBeGreaterThan(25)
  expect(taken).toBeLessThanOrEqual(40)
})
