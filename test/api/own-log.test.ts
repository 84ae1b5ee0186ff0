import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CREDENTIAL_SCOPES } from '#worker/domain/people/scopes.ts'
import type { Mode } from '#worker/domain/realm.ts'
import { encodeNumber } from '#worker/lib/base32.ts'
import { insertRequests, type LoggedRequest } from '#worker/store/requests.ts'
import { addMember, addPerson, type Signed, tabToken } from '../worlds/players/signed-in-people.ts'
import { type Body, type Surface, startSurface } from '../worlds/surface.ts'
import { message, until } from '../worlds/world.ts'

let it: Surface
beforeAll(async () => {
  it = await startSurface({ mode: 'live', shards: 2 })
})
afterAll(() => it.dispose())

interface Page {
  readonly data: readonly Body[]
  readonly nextCursor: string | null
  readonly lookedUntil?: string
}
const list = async (query = '', token = it.token): Promise<Page> => {
  const seen = await it.call(`/v1/requests?${query}`, { token })
  expect(seen.status, seen.text).toBe(200)
  return seen.json as unknown as Page
}
const ofTest = async () => it.login(await it.credential(it.tenantId, { mode: 'test', scopes: CREDENTIAL_SCOPES }))

describe('the log of a tenant’s own calls', () => {
  test('has its sends and reads, with what they touched, and nobody else’s', async () => {
    const other = await it.other('10009997')
    await it.call('/v1/webhooks', { token: other.token })
    await it.admin(`/admin/v1/tenants/${it.tenantId}`, { method: 'PATCH', body: { name: 'Seen' } })
    const sent = await it.call('/v1/messages', { token: it.token, body: message('+989121112233') })
    const { id } = sent.json
    const read = await it.call(`/v1/messages/${id}`, {
      token: it.token,
      headers: { 'cf-connecting-ip': '198.51.100.77' },
    })
    const refused = await it.call('/v1/messages/x', { token: it.token })
    const rows = await until('all are there', async () => {
      const { data } = await list()
      return [sent, read, refused].every(({ requestId }) => data.some((row) => row.id === requestId)) && data
    })
    expect(new Set(rows.map(({ actor }) => actor))).toEqual(new Set([it.clientId]))
    expect(rows.find((row) => row.id === read.requestId)).toMatchObject({
      ip: '198.51.100.77',
      route: '/v1/messages/:id',
      status: 200,
      object: id,
    })
    expect(Object.keys(rows[0] ?? {}).sort()).toEqual(
      [
        'actor',
        'asn',
        'at',
        'count',
        'country',
        'fields',
        'id',
        'ip',
        'method',
        'object',
        'parent',
        'problem',
        'ray',
        'role',
        'route',
        'status',
      ].sort(),
    )
    const times = rows.map(({ id: row }) => row)
    expect(times).toEqual(times.toSorted().reverse())
  })

  test('is of the token’s mode alone, also for a credential that was revoked since', async () => {
    const token = await ofTest()
    const gone = await it.credential(it.tenantId, { mode: 'test', scopes: CREDENTIAL_SCOPES })
    const goneToken = await it.login(gone)
    const seen = await it.call('/v1/webhooks', { token: goneToken })
    const revoke = `/admin/v1/tenants/${it.tenantId}/credentials/${gone.clientId}/revoke`
    await it.admin(revoke, { method: 'POST' })
    const { data } = await until('it is there', async () => {
      const page = await list(`credential=${gone.clientId}`, token)
      return page.data.some(({ id }) => id === seen.requestId) && page
    })
    expect(new Set(data.map(({ actor }) => actor))).toEqual(new Set([gone.clientId]))
    expect((await list(`credential=${gone.clientId}`)).data).toEqual([])
    expect((await list(`credential=${it.clientId}`, token)).data).toEqual([])
    expect((await list()).data.filter(({ actor }) => actor !== it.clientId)).toEqual([])
  })

  test('is filtered by address, block, status and time, over both shards, page by page', async () => {
    const T0 = Date.parse('2026-03-01T00:00:00Z')
    const rows = Array.from({ length: 3_000 }, (_, n): LoggedRequest => {
      const at = T0 + n * 1_000
      return {
        id: `req_${encodeNumber(at, 10)}${encodeNumber(n, 6)}`,
        tenantId: it.tenantId as `ten_${string}`,
        at,
        ip: n === 3 || n === 2_000 ? '192.0.2.1' : n % 100 === 0 ? '2001:db8:5::7' : '198.51.100.1',
        country: null,
        asn: null,
        ray: null,
        // A person who pressed a link is no caller of the tenant's, and the address is not the tenant's to see.
        actor: n === 5 ? null : it.clientId,
        method: 'GET',
        route: '/v1/messages',
        status: n % 500 === 7 ? 403 : 200,
        count: 1,
      }
    })
    await insertRequests(
      it.chapar.ledger(0),
      it.chapar.keys,
      rows.filter((_, n) => n % 2 === 0),
    )
    await insertRequests(
      it.chapar.ledger(1),
      it.chapar.keys,
      rows.filter((_, n) => n % 2 === 1),
    )
    await it.admin(`/admin/v1/tenants/${it.tenantId}`, { method: 'PATCH', body: { shards: [1, 0] } })
    const window = 'after=2026-03-01T00:00:00Z&before=2026-03-02T00:00:00Z'
    await until('both shards are asked', async () => {
      const { data } = await list(`${window}&limit=2`)
      return data.length === 2 && data[0]?.id === rows[2_999]?.id && data[1]?.id === rows[2_998]?.id
    })
    const whole = async (query: string): Promise<Body[]> => {
      const found: Body[] = []
      let cursor = ''
      for (let n = 0; n < 100; n++) {
        const page = await list(`${window}&${query}${cursor}`)
        found.push(...page.data)
        if (page.nextCursor === null) {
          expect(page.lookedUntil).toBeUndefined()
          return found
        }
        if (page.data.length < 50) expect(page.lookedUntil).toMatch(/^2026-03-01T/)
        else expect(page.lookedUntil).toBeUndefined()
        cursor = `&cursor=${page.nextCursor}`
      }
      throw new Error('no end')
    }
    const here = rows.filter(({ actor }) => actor !== null)
    const idsOf = (of: readonly { readonly id: string }[]) => of.map(({ id }) => id)
    const where = (holds: (row: LoggedRequest) => boolean) => idsOf(here.filter(holds)).reverse()
    expect(idsOf(await whole('ip=192.0.2.1'))).toEqual(where(({ ip }) => ip === '192.0.2.1'))
    expect(idsOf(await whole('ip=2001:db8:5::/64'))).toEqual(where(({ ip }) => ip.startsWith('2001:')))
    expect(idsOf(await whole('status=403'))).toEqual(where(({ status }) => status === 403))
    expect(idsOf(await whole('limit=100'))).toEqual(where(() => true))
    expect(await whole('status=500')).toEqual([])
  })

  test.each([
    ['ip=192.0.2.1/8', 'query:ip'],
    ['ip=x', 'query:ip'],
    ['status=ok', 'query:status'],
    ['status=99', 'query:status'],
    ['cursor=x', 'query:cursor'],
    [`cursor=msg_${'0'.repeat(35)}`, 'query:cursor'],
    ['after=yesterday', 'query:after'],
    ['limit=101', 'query:limit'],
    ['person=cli_x', 'query:person'],
    ['tenantId=x', 'query:tenantId'],
  ])('does not take %s: a 400 that names the parameter', async (query, pointer) => {
    const seen = await it.call(`/v1/requests?${query}`, { token: it.token })
    expect([seen.status, seen.json.errors?.[0]?.pointer]).toEqual([400, pointer])
  })
})

describe('people of the account', () => {
  test('are named with their role, their mode’s calls alone, the fields that they gave and why they were refused', async () => {
    const { chapar, tenantId } = it
    const [owner, viewer] = [await addPerson(chapar), await addPerson(chapar)]
    await addMember(chapar, owner, tenantId, 'owner')
    await addMember(chapar, viewer, tenantId, 'viewer')
    const tokenOf = (one: Signed, mode: Mode) => tabToken(chapar, one, { tenantId, mode })
    const [live, ofTab, weak] = [
      await tokenOf(owner, 'live'),
      await tokenOf(owner, 'test'),
      await tokenOf(viewer, 'live'),
    ]
    await it.admin(`/admin/v1/tenants/${tenantId}`, { method: 'PATCH', body: { name: 'With members' } })
    await until('members are known', async () => {
      const answers = await Promise.all([live, weak].map((token) => it.call('/v1/channels', { token })))
      return answers.every(({ status }) => status === 200)
    })
    const url = 'https://hooks.example.com/marker-of-a-value'
    const made = await it.call('/v1/webhooks', { token: live, body: { url, description: 'd' } })
    expect(made.status, made.text).toBe(201)
    const refused = await it.call('/v1/requests', { token: weak })
    expect(refused.status).toBe(403)
    const inTest = await it.call('/v1/webhooks', { token: ofTab })
    const gone = await it.call('/v1/channels', { token: `${live.slice(0, -8)}AAAAAAAA` })
    expect([inTest.status, gone.status]).toEqual([200, 401])
    const rowsOf = async (query: string, token: string) =>
      new Map((await list(`limit=100&${query}`, token)).data.map((row) => [row.id, row]))
    await until('all are there', async () => {
      const [own, other] = [await rowsOf('', live), await rowsOf('', ofTab)]
      return own.has(made.requestId) && own.has(refused.requestId) && other.has(inTest.requestId)
    })
    const own = await rowsOf(`person=${owner.id}`, live)
    const object = made.json['id']
    const act = { actor: owner.id, role: 'owner', object, fields: ['url', 'description'], problem: null }
    expect(own.get(made.requestId)).toMatchObject(act)
    expect(new Set([...own.values()].map(({ actor }) => actor))).toEqual(new Set([owner.id]))
    expect(own.has(inTest.requestId)).toBe(false)
    const why = { actor: viewer.id, role: 'viewer', status: 403, problem: 'forbidden', fields: null }
    expect((await rowsOf(`person=${viewer.id}`, live)).get(refused.requestId)).toMatchObject(why)
    expect([...(await rowsOf(`person=${owner.id}`, ofTab)).keys()]).toContain(inTest.requestId)
    expect((await rowsOf('', ofTab)).has(made.requestId)).toBe(false)
    expect((await rowsOf(`credential=${it.clientId}`, live)).has(made.requestId)).toBe(false)
    // Another account sees none of them, though it asks for them by name.
    const other = await it.other('10009996')
    expect((await rowsOf(`person=${owner.id}`, other.token)).size).toBe(0)
    const { data } = await it.admin(`/admin/v1/requests?person=${owner.id}&limit=200`)
    const ids = data.map(({ id }) => id)
    expect(ids).toEqual(expect.arrayContaining([made.requestId, inTest.requestId]))
    expect(ids).not.toContain(refused.requestId)
    expect(JSON.stringify(data)).not.toContain('marker-of-a-value')
    expect(data.find(({ id }) => id === made.requestId)).toMatchObject({ tenantId, role: 'owner' })
  })
})

describe('the account’s senders', () => {
  test('are the tenant’s own, with what carries them left out', async () => {
    const { data, nextCursor } = (await it.call('/v1/senders', { token: it.token })).json
    expect(data).toEqual([
      {
        channel: 'sms',
        address: it.line,
        kind: 'line',
        lineClass: 'advertising',
        isDefault: true,
        mode: 'live',
        state: 'active',
      },
    ])
    expect(nextCursor).toBeNull()
    expect((await it.call('/v1/senders?channel=voice', { token: it.token })).json.data).toEqual([])
    expect((await it.call('/v1/senders?channel=pigeon', { token: it.token })).status).toBe(400)
  })

  test('are inactive where nothing carries them: no route in this mode, a connection that is off, or another’s', async () => {
    const stateOf = async (address: string, token: string) => {
      const { data } = (await it.call('/v1/senders', { token })).json
      return data.find((one) => one['address'] === address)?.['state']
    }
    const eventually = (address: string, token: string, state: string) =>
      until(`${address} is ${state}`, async () => (await stateOf(address, token)) === state)
    await eventually(it.line, await ofTest(), 'inactive')
    const { id } = await it.admin('/admin/v1/connections', {
      body: { channel: 'sms', provider: 'sandbox', name: 'Elsewhere', settings: {} },
    })
    const tied = { channel: 'sms', address: '30009999', lineClass: 'service', connectionId: id }
    await it.admin(`/admin/v1/tenants/${it.tenantId}/senders`, { body: tied })
    await eventually('30009999', it.token, 'inactive')
    for (const [verb, state] of [
      ['disable', 'inactive'],
      ['enable', 'active'],
    ] as const) {
      await it.admin(`/admin/v1/connections/${it.connectionId}/${verb}`, { method: 'POST' })
      // A change of the tenant brings its policy anew, which else takes a minute.
      await it.admin(`/admin/v1/tenants/${it.tenantId}`, { method: 'PATCH', body: { name: verb } })
      await eventually(it.line, it.token, state)
    }
  })
})
