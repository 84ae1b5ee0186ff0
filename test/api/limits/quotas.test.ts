import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Seen, type Surface, startSurface } from '../../worlds/surface.ts'
import { newTenant, until } from '../../worlds/world.ts'

let it: Surface
let lines = 0
beforeAll(async () => {
  it = await startSurface({ gateways: 3 })
})
afterAll(() => it.dispose())

type Quotas = Readonly<Record<string, number>>

/** A tenant with these quotas, whose app may be pushed to; a client of its test mode and one of its live mode. */
async function withQuotas(quotas: Quotas) {
  const line = `3200${String(lines++).padStart(6, '0')}`
  const made = await it.other(line, { tenant: { quotas } })
  const sender = { channel: 'push', address: `app${lines}.example`, lineClass: 'service', isDefault: true }
  await it.admin(`/admin/v1/tenants/${made.tenantId}/senders`, { body: sender })
  const scopes = ['devices:write', 'suppressions:write', 'suppressions:read', 'media:write', 'webhooks:write']
  const live = await it.login(await it.credential(made.tenantId, { mode: 'live', scopes }))
  const change = (next: Quotas) =>
    it.admin(`/admin/v1/tenants/${made.tenantId}`, { method: 'PATCH', body: { quotas: next } })
  return { ...made, live, change }
}
type Owner = Awaited<ReturnType<typeof withQuotas>>

/** Quota, limit and count of a refusal; undefined if it is none. */
const full = (seen: Seen | undefined): unknown[] | undefined =>
  seen?.status === 422 && seen.json.code === 'quota-full'
    ? [seen.json['quota'], seen.json['limit'], seen.json['count']]
    : undefined
const countOf = (seen: readonly Seen[], status: number): number => seen.filter((one) => one.status === status).length
const rowsOf = (table: string, tenantId: string) =>
  it.ledger
    .prepare(`SELECT count(*) AS n FROM ${table} WHERE realm IN ('live.' || ?1, 'test.' || ?1)`)
    .bind(tenantId)
    .first<number>('n')
const counted = async (kind: string, tenantId: string, of: 'count' | 'bytes' = 'count') =>
  (await it.ledger
    .prepare('SELECT * FROM quota_counts WHERE tenant_id = ?1 AND kind = ?2')
    .bind(tenantId, kind)
    .first<number>(of)) ?? 0

/** What can be added and removed one by one, with the table that it stands in. */
const KINDS = {
  devices: {
    table: 'devices',
    add: (token: string, n: number, gateway = 0) =>
      it.call('/v1/devices', { token, gateway, body: { network: 'sandbox', token: `token-${n}-1000` } }),
    remove: (token: string, { id }: { id: string }) => it.call(`/v1/devices/${id}`, { token, method: 'DELETE' }),
  },
  suppressions: {
    table: 'suppressions',
    add: (token: string, n: number, gateway = 0) =>
      it.call('/v1/suppressions', { token, gateway, body: { channel: 'sms', recipient: `+9891211${10_000 + n}` } }),
    remove: (token: string, { recipient }: { recipient: string }) =>
      it.call(`/v1/suppressions?channel=sms&recipient=${encodeURIComponent(recipient)}`, { token, method: 'DELETE' }),
  },
  files: {
    table: 'media',
    add: (token: string, n: number, gateway = 0) =>
      it.call(`/v1/media?name=${n}.txt`, {
        token,
        gateway,
        body: `text ${n}`,
        headers: { 'content-type': 'text/plain' },
      }),
    remove: (token: string, { id }: { id: string }) => it.call(`/v1/media/${id}`, { token, method: 'DELETE' }),
  },
} as const

describe.each(Object.entries(KINDS))('the quota of %s', (kind, { table, add, remove }) => {
  let owner: Owner
  const made: { id: string; recipient: string }[] = []
  beforeAll(async () => {
    owner = await withQuotas({ [kind]: 20 })
  })

  test('90 at once over three gateways and both modes: the quota is written and not one more', async () => {
    const seen = await Promise.all(
      Array.from({ length: 90 }, (_, n) => add(n % 2 ? owner.live : owner.token, n, n % 3)),
    )
    expect(countOf(seen, 201)).toBe(20)
    expect(countOf(seen, 422)).toBe(70)
    expect(await rowsOf(table, owner.tenantId)).toBe(20)
    expect(await counted(kind, owner.tenantId)).toBe(20)
    made.push(...seen.filter(({ status }, n) => status === 201 && n % 2 === 0).map(({ json }) => json as never))
    expect(full(await add(owner.token, 900))).toEqual([kind, 20, 20])
  })

  test('a removal makes room for one', async () => {
    expect((await remove(owner.token, made.pop() as never)).status).toBe(204)
    expect((await add(owner.token, 901)).status).toBe(201)
    expect(full(await add(owner.token, 902))).toEqual([kind, 20, 20])
  })

  test('a quota that is lowered below what there is takes nothing away, and refuses until there is room', async () => {
    await owner.change({ [kind]: 18 })
    await until('the new quota', async () => full(await add(owner.token, 903))?.[1] === 18)
    expect(await rowsOf(table, owner.tenantId)).toBe(20)
    for (let n = 0; n < 2; n++) {
      expect((await remove(owner.token, made.pop() as never)).status).toBe(204)
      expect((await add(owner.token, 904)).status).toBe(422)
    }
    expect((await remove(owner.token, made.pop() as never)).status).toBe(204)
    expect((await add(owner.token, 905)).status).toBe(201)
    expect(await counted(kind, owner.tenantId)).toBe(18)
  })
})

test('what is there already is no new one, also at the quota', async () => {
  const owner = await withQuotas({ devices: 2, suppressions: 2 })
  for (const kind of ['devices', 'suppressions'] as const) {
    for (let n = 0; n < 2; n++) expect((await KINDS[kind].add(owner.token, n)).status).toBe(201)
    expect((await KINDS[kind].add(owner.token, 1)).status).toBe(200)
    expect((await KINDS[kind].add(owner.token, 2)).status).toBe(422)
    expect((await KINDS[kind].add(owner.token, 0)).status).toBe(200)
  }
})

test('bytes of files are counted, by what is announced and by what comes', async () => {
  const owner = await withQuotas({ fileBytes: 1_000 })
  const upload = (bytes: number, name: string) =>
    it.call(`/v1/media?name=${name}`, {
      token: owner.token,
      body: 'x'.repeat(bytes),
      headers: { 'content-type': 'text/plain' },
    })
  const first = await upload(600, 'a')
  expect(first.status).toBe(201)
  expect(full(await upload(500, 'b'))).toEqual(['fileBytes', 1_000, 600])
  expect((await upload(400, 'c')).status).toBe(201)
  expect(full(await upload(1, 'd'))).toEqual(['fileBytes', 1_000, 1_000])
  await it.call(`/v1/media/${first.json.id}`, { token: owner.token, method: 'DELETE' })
  const seen = await Promise.all(Array.from({ length: 30 }, (_, n) => upload(100, `e${n}`)))
  expect(countOf(seen, 201)).toBe(6)
  expect(await counted('files', owner.tenantId, 'bytes')).toBe(1_000)
  const bucket = await it.chapar.mf.getR2Bucket('MEDIA', 'chapar')
  const { objects } = await bucket.list({ prefix: `test.${owner.tenantId}/` })
  // Sealing adds 16 bytes to each.
  expect(objects.reduce((sum, { size }) => sum + size - 16, 0)).toBe(1_000)
})

test('an opt-out of a person is written whatever the quota says', async () => {
  const owner = await withQuotas({ suppressions: 0 })
  expect(full(await KINDS.suppressions.add(owner.token, 1))).toEqual(['suppressions', 0, 0])
  const other = await newTenant(it.chapar, { line: '3299000001', tenant: { quotas: { suppressions: 0 } } })
  const { pathname } = new URL(other.connection.callbackUrl)
  const inbound = [{ id: 'in-1', from: '+989121119999', to: '3299000001', text: 'لغو' }]
  const body = JSON.stringify({ at: Date.now(), inbound })
  const answer = await it.chapar.fetch(pathname, { method: 'POST', body })
  expect(answer.status).toBe(200)
  await until('the opt-out', async () => (await rowsOf('suppressions', other.tenantId)) === 1)
  expect(await counted('suppressions', other.tenantId)).toBe(1)
})

test('endpoints of both modes count together', async () => {
  const owner = await withQuotas({ endpoints: 3 })
  const make = (n: number) =>
    it.call('/v1/webhooks', {
      token: n % 2 ? owner.live : owner.token,
      gateway: n % 3,
      body: { url: `https://hooks.example.com/${n}` },
    })
  const seen = await Promise.all(Array.from({ length: 12 }, (_, n) => make(n)))
  expect(countOf(seen, 201)).toBe(3)
  expect(full(seen.find(({ status }) => status === 422))).toEqual(['endpoints', 3, 3])
})

test('senders and credentials of a tenant are counted where they are', async () => {
  const { tenantId } = await it.other('3299000002', { tenant: { quotas: { senders: 4, credentials: 3 } } })
  const path = `/admin/v1/tenants/${tenantId}`
  const sender = (n: number) =>
    it.call(`${path}/senders`, {
      token: it.operatorToken,
      body: { channel: 'sms', address: `3298${100_000 + n}`, lineClass: 'service' },
    })
  const seen = await Promise.all(Array.from({ length: 20 }, (_, n) => sender(n)))
  expect(countOf(seen, 201) + countOf(seen, 200)).toBe(3)
  expect(full(seen.find(({ status }) => status === 422))).toEqual(['senders', 4, 4])
  const credential = () =>
    it.call(`${path}/credentials`, {
      token: it.operatorToken,
      body: { name: 'more', mode: 'test', kind: 'secret', scopes: ['messages:read'] },
    })
  const credentials = await Promise.all(Array.from({ length: 8 }, credential))
  expect(countOf(credentials, 201)).toBe(2)
  const [one] = credentials.filter(({ status }) => status === 201)
  await it.admin(`${path}/credentials/${one?.json['clientId']}`, { method: 'DELETE' })
  expect((await credential()).status).toBe(201)
})

test('idempotency keys are counted, and a key that is known is answered at the quota', async () => {
  const owner = await withQuotas({ idempotencyKeys: 48 })
  const add = (n: number) =>
    it.call('/v1/suppressions', {
      token: owner.token,
      body: { channel: 'sms', recipient: `+9891212${10_000 + n}` },
      headers: { 'idempotency-key': `"key-${n}"` },
    })
  const seen = await Promise.all(Array.from({ length: 300 }, (_, n) => add(n)))
  // Each of the sixteen objects is given more than its share of three.
  expect([countOf(seen, 201), countOf(seen, 422)]).toEqual([48, 252])
  expect(full(seen.find(({ status }) => status === 422))).toEqual(['idempotencyKeys', 48, 48])
  const known = seen.findIndex(({ status }) => status === 201)
  const again = await add(known)
  expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([201, 'true'])
})

test('a tenant is shown its operator’s quotas, and each part is changed alone', async () => {
  const made = await it.admin('/admin/v1/tenants', { body: { name: 'Quotas', quotas: { devices: 5 } } })
  expect(made['quotas']).toMatchObject({ devices: 5, endpoints: 20, files: 100_000 })
  const bad = await it.call('/admin/v1/tenants', {
    token: it.operatorToken,
    body: { name: 'Bad', quotas: { devices: -1, spoons: 3 } },
  })
  expect(bad.json.errors?.map(({ pointer }) => pointer)).toContain('/quotas/devices')
})
