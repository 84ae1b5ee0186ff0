import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AdminClient, adminClient, pointersOf } from '../../worlds/admin-client.ts'
import { type Harness, startChapar } from '../../worlds/harness.ts'
import { until } from '../../worlds/world.ts'

let chapar: Harness
let admin: AdminClient

beforeAll(async () => {
  chapar = await startChapar({ shards: 2 })
  admin = await adminClient(chapar)
})
afterAll(() => chapar?.dispose())

const TENANTS = '/admin/v1/tenants'
const policyVersion = async (tenantId: unknown): Promise<number | undefined> =>
  (
    await chapar.control
      .prepare('SELECT version FROM tenants WHERE id = ?1')
      .bind(tenantId)
      .first<{ version: number }>()
  )?.version

describe('tenants', () => {
  it('are made from a name alone, with limits that serve most', async () => {
    const answer = await admin.call('POST', TENANTS, { name: 'Bare' })
    expect(answer.status).toBe(201)
    expect(answer.headers.get('location')).toBe(`${TENANTS}/${answer.body['id']}`)
    expect(answer.body).toMatchObject({
      status: 'active',
      version: 1,
      timeZone: 'UTC',
      pack: 'generic',
      limits: { rate: 1_000, burst: 20_000, daily: null, monthly: null },
      shards: [1],
      onUnknown: 'keep',
      defaultPurpose: 'transactional',
      closedAt: null,
    })
  })

  it('are refused field by field', async () => {
    const bad = {
      name: ' ',
      timeZone: 'Moon/Crater',
      pack: 'none',
      limits: { rate: 0, burst: 1.5, hourly: 1 },
      shards: [],
      extra: 1,
    }
    const answer = await admin.call('POST', TENANTS, bad)
    expect(answer.status).toBe(422)
    expect(pointersOf(answer)).toEqual(
      expect.arrayContaining([
        '/name',
        '/timeZone',
        '/pack',
        '/limits/rate',
        '/limits/burst',
        '/limits/hourly',
        '/shards',
        '/extra',
      ]),
    )
  })

  it('change what a change names and keep the rest, under a new version', async () => {
    const { id } = await admin.ok('POST', TENANTS, { name: 'Before', limits: { rate: 5, daily: 100 } })
    const changed = await admin.ok('PATCH', `${TENANTS}/${id}`, { name: 'After', limits: { daily: null }, pack: 'ir' })
    expect(changed).toMatchObject({ name: 'After', pack: 'ir', version: 2 })
    expect(changed['limits']).toEqual({ rate: 5, burst: 20_000, daily: null, monthly: null })
    expect(await admin.ok('GET', `${TENANTS}/${id}`)).toEqual(changed)
  })

  it('are not changed for a version that is over, and nothing of it is', async () => {
    const { id, version } = await admin.ok('POST', TENANTS, { name: 'Of two operators' })
    const change = (name: string, of: unknown) => admin.call('PATCH', `${TENANTS}/${id}`, { name, version: of })
    expect((await change('Of the first', version)).status).toBe(200)
    expect(await change('Of the second', version)).toMatchObject({ status: 409, body: { code: 'conflict' } })
    expect(await admin.ok('GET', `${TENANTS}/${id}`)).toMatchObject({ name: 'Of the first', version: 2 })
    expect((await change('Of the second', 2)).status).toBe(200)
  })

  it.each(['x\ny', 'x\r\nBcc: a@b.example', 'x\u0000y', 'x\u0085y', 'x\u2028y', 'x\u202eevil', 'x\u2066y'])(
    'have names and a brand that stand on one line and turn nothing: not %j',
    async (words) => {
      const { id } = await admin.ok('POST', TENANTS, { name: 'Worded' })
      const change = { name: words, codes: { brand: words } }
      const refused = await admin.call('PATCH', `${TENANTS}/${id}`, change)
      expect(refused.status).toBe(422)
      expect(pointersOf(refused).toSorted()).toEqual(['/codes/brand', '/name'])
    },
  )

  it('are listed by what they wait for', async () => {
    const made = await Promise.all(['One', 'Two'].map((name) => admin.ok('POST', TENANTS, { name })))
    await admin.ok('POST', `${TENANTS}/${made[0]?.['id']}/suspend`, { reason: 'a test' })
    const idsOf = async (status: string) =>
      ((await admin.ok('GET', `${TENANTS}?limit=200&status=${status}`))['data'] as { id: string; status: string }[])
        .filter(({ id }) => made.some((one) => one['id'] === id))
        .map(({ status: shown }) => shown)
    expect(await idsOf('suspended')).toEqual(['suspended'])
    expect(await idsOf('active')).toEqual(['active'])
    expect(await idsOf('pending')).toEqual([])
    expect((await admin.call('GET', `${TENANTS}?status=asleep`)).status).toBe(400)
  })

  it('have a brand in any script, also with the joiners that Persian needs', async () => {
    const { id } = await admin.ok('POST', TENANTS, { name: 'فروشگاهِ ما' })
    const brand = 'می\u200cخرم & Söhne 🛒'
    expect(await admin.ok('PATCH', `${TENANTS}/${id}`, { codes: { brand } })).toMatchObject({ codes: { brand } })
  })

  it('have a guard that enforces, whose parts change one by one', async () => {
    const { id, guard } = await admin.ok('POST', TENANTS, { name: 'Guarded', guard: { ceilings: { DE: 5 } } })
    expect(guard).toMatchObject({ mode: 'enforce', countries: null, allow: [], ceilings: { DE: 5 } })
    const changed = await admin.ok('PATCH', `${TENANTS}/${id}`, { guard: { countries: ['IR'], weights: { '+44': 3 } } })
    expect(changed['guard']).toEqual({ ...(guard as object), countries: ['IR'], weights: { '+44': 3 } })
    const bad = { countries: ['XX'], allow: ['+989121234567'], ceilings: { ZZ: 1 }, weights: { '44': 1 }, mode: 'on' }
    const refused = await admin.call('PATCH', `${TENANTS}/${id}`, { guard: bad })
    expect(pointersOf(refused).toSorted()).toEqual([
      '/guard/allow/0',
      '/guard/ceilings/ZZ',
      '/guard/countries/0',
      '/guard/mode',
      '/guard/weights/44',
    ])
  })

  it('keep their shards: a list may only grow, and only by shards that are bound', async () => {
    const { id } = await admin.ok('POST', TENANTS, { name: 'Sharded', shards: [1] })
    expect(pointersOf(await admin.call('PATCH', `${TENANTS}/${id}`, { shards: [0] }))).toEqual(['/shards'])
    expect(pointersOf(await admin.call('PATCH', `${TENANTS}/${id}`, { shards: [1, 7] }))).toEqual(['/shards/1'])
    expect(pointersOf(await admin.call('PATCH', `${TENANTS}/${id}`, { shards: [1, 1] }))).toEqual(['/shards'])
    expect(await admin.ok('PATCH', `${TENANTS}/${id}`, { shards: [1, 0] })).toMatchObject({ shards: [1, 0] })
  })

  it('are in force as changed when the answer comes: the tenant’s object has the new version', async () => {
    const { id } = await admin.ok('POST', TENANTS, { name: 'Confirmed' })
    const { version } = await admin.ok('POST', `${TENANTS}/${id}/suspend`, { reason: 'a test' })
    const namespace = await chapar.mf.getDurableObjectNamespace('TENANT', 'chapar')
    const object = namespace.get(namespace.idFromName(String(id))) as unknown as {
      policy(): Promise<{ version: number; status: string }>
    }
    expect(await object.policy()).toMatchObject({ version, status: 'suspended' })
  })

  it('suspend and resume any number of times, and close once', async () => {
    const { id } = await admin.ok('POST', TENANTS, { name: 'Closing' })
    expect(await admin.ok('POST', `${TENANTS}/${id}/suspend`, { reason: 'a test' })).toMatchObject({
      status: 'suspended',
      version: 2,
    })
    expect(await admin.ok('POST', `${TENANTS}/${id}/suspend`, { reason: 'a test' })).toMatchObject({
      status: 'suspended',
      version: 2,
    })
    expect(await admin.ok('POST', `${TENANTS}/${id}/resume`)).toMatchObject({ status: 'active' })
    const closed = await admin.ok('POST', `${TENANTS}/${id}/close`)
    expect(closed).toMatchObject({ status: 'closed', closedAt: expect.any(String) })
    for (const verb of ['resume', 'suspend']) {
      const seen = await admin.call('POST', `${TENANTS}/${id}/${verb}`, { reason: 'a test' })
      expect(seen.status).toBe(409)
    }
    expect((await admin.call('PATCH', `${TENANTS}/${id}`, { name: 'Again' })).status).toBe(409)
    expect(await policyVersion(id)).toBe(closed['version'])
  })

  it('are suspended for a reason, which operators read and the log keeps until it is resumed', async () => {
    const { id } = await admin.ok('POST', TENANTS, { name: 'Reasoned' })
    for (const body of [{}, { reason: 'x' }, { reason: 'two\nlines' }, { reason: 'fine', notice: '' }])
      expect((await admin.call('POST', `${TENANTS}/${id}/suspend`, body)).status).toBe(422)
    const first = await admin.ok('POST', `${TENANTS}/${id}/suspend`, { reason: 'complaints at night' })
    expect(first['suspension']).toEqual({
      reason: 'complaints at night',
      notice: null,
      at: expect.any(String),
    })
    const words = { reason: 'complaints at night, and a letter', notice: 'Call us.' }
    const second = await admin.ok('POST', `${TENANTS}/${id}/suspend`, words)
    expect(second).toMatchObject({ status: 'suspended', suspension: words })
    expect((second['suspension'] as { at: string }).at).toBe((first['suspension'] as { at: string }).at)
    expect(await admin.ok('GET', `${TENANTS}/${id}`)).toMatchObject({ suspension: words })
    const listed = (await admin.ok('GET', `${TENANTS}?status=suspended&limit=200`))['data'] as { id: string }[]
    expect(listed.find((one) => one.id === id)).toMatchObject({ suspension: words })
    await until('the log has the reason', async () => {
      const { data } = await admin.ok('GET', `/admin/v1/requests?object=${id}`)
      return JSON.stringify(data).includes('a letter')
    })
    const kept = () =>
      chapar.control.prepare('SELECT suspension FROM tenants WHERE id = ?1').bind(id).first('suspension')
    expect(await kept()).toMatch(/^0\.[\w+/=]{50,}$/)
    expect(await admin.ok('POST', `${TENANTS}/${id}/resume`)).toMatchObject({ status: 'active', suspension: null })
    expect(await kept()).toBeNull()
  })

  it('are found by a part of their name, however its letters are typed', async () => {
    const names = ['فروشگاه کتابخانه‌ی ملی', 'Kitab House', '100%_sure']
    for (const name of names) await admin.ok('POST', TENANTS, { name })
    const found = async (name: string, more = '') =>
      ((await admin.ok('GET', `${TENANTS}?name=${encodeURIComponent(name)}${more}`))['data'] as { name: string }[]).map(
        (one) => one.name,
      )
    expect(await found('كتابخانهي مل')).toEqual([names[0]])
    expect(await found('kiTAB')).toEqual([names[1]])
    expect(await found('%')).toEqual([names[2]])
    expect(await found('_')).toEqual([names[2]])
    expect(await found('kitab', '&status=suspended')).toEqual([])
    expect((await admin.call('GET', `${TENANTS}?name=`)).status).toBe(400)
  })

  it('are looked for among 1,000 at a time, and the page says from where to go on', async () => {
    // Behind all others, so that two pages hold them.
    const insert = `INSERT INTO tenants (id, name, status, version, settings, shards, created_at, updated_at)
      SELECT 'ten_zz' || printf('%010d', value), CASE value WHEN 1400 THEN 'Needle' ELSE 'Hay' END, 'closed', 1, '{}', '[1]', 1, 1
      FROM (WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 1500) SELECT value FROM n)`
    await chapar.control.prepare(insert).run()
    const first = await admin.ok('GET', `${TENANTS}?name=needle&limit=5&cursor=ten_zz0000000000`)
    expect(first).toEqual({ data: [], nextCursor: 'ten_zz0000001000' })
    const second = await admin.ok('GET', `${TENANTS}?name=needle&limit=5&cursor=${first['nextCursor']}`)
    expect(second).toMatchObject({ data: [{ name: 'Needle' }], nextCursor: null })
    const many = await admin.ok('GET', `${TENANTS}?name=hay&limit=5&cursor=ten_zz0000000000`)
    expect(many['nextCursor']).toBe('ten_zz0000000005')
    await chapar.control.prepare(`DELETE FROM tenants WHERE id > 'ten_zz'`).run()
  })

  it('list in pages that hold each of them once', async () => {
    for (let i = 0; i < 5; i++) await admin.ok('POST', TENANTS, { name: `Paged ${i}` })
    const seen: unknown[] = []
    let cursor = ''
    do {
      const page = await admin.ok('GET', `${TENANTS}?limit=2${cursor && `&cursor=${cursor}`}`)
      seen.push(...(page['data'] as { id: string }[]).map(({ id }) => id))
      cursor = (page['nextCursor'] as string | null) ?? ''
    } while (cursor !== '')
    const { results } = await chapar.control.prepare('SELECT id FROM tenants').all<{ id: string }>()
    expect(seen.toSorted()).toEqual(results.map(({ id }) => id).toSorted())
  })

  it('are made once if the request is repeated with its Idempotency-Key', async () => {
    const key = { 'idempotency-key': '"one-tenant"' }
    const first = await admin.call('POST', TENANTS, { name: 'Once' }, key)
    const again = await admin.call('POST', TENANTS, { name: 'Once' }, key)
    expect(again.body).toEqual(first.body)
    expect((await admin.call('POST', TENANTS, { name: 'Other' }, key)).body['code']).toBe('idempotency-mismatch')
  })

  it('of an unknown or ill-formed id are a 404', async () => {
    for (const id of ['ten_000000000000', 'x', '%00', "' OR 1=1 --"]) {
      expect((await admin.call('GET', `${TENANTS}/${encodeURIComponent(id)}`)).status).toBe(404)
    }
  })

  it('refuse a page size that is none, by the parameter’s name', async () => {
    const answer = await admin.call('GET', `${TENANTS}?limit=0&colour=red`)
    expect(answer.status).toBe(400)
    expect(pointersOf(answer).toSorted()).toEqual(['query:colour', 'query:limit'])
  })
})
