import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import { callsAbout, callsFrom, callsOfTenant } from '#worker/flows/auth/access-log.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { encodeNumber } from '#worker/lib/base32.ts'
import { insertRequests, type LoggedRequest, type RequestRead } from '#worker/store/requests.ts'
import { type AdminClient, adminClient, pointersOf } from '../../worlds/admin-client.ts'
import { type Bindings, type Harness, startBindings, startChapar } from '../../worlds/harness.ts'
import { LINE, message, newTenant, until } from '../../worlds/world.ts'

/** Calls through a database and rows that it read, over all shards. */
interface Spent {
  calls: number
  rows: number
}

/** The databases of a platform, which count what is asked of them. */
function counted(bindings: Bindings, shards: number): { readonly platform: Platform; readonly spent: Spent } {
  const spent: Spent = { calls: 0, rows: 0 }
  const note = <Result extends { readonly meta: { readonly rows_read?: number } }>(
    results: readonly Result[],
  ): void => {
    spent.calls++
    for (const { meta } of results) spent.rows += Number(meta.rows_read ?? 0)
  }
  const watched = (statement: D1PreparedStatement): D1PreparedStatement =>
    new Proxy(statement, {
      get: (target, name) =>
        name === 'bind'
          ? (...values: unknown[]) => watched(target.bind(...values))
          : name === 'all'
            ? async () => {
                const found = await target.all()
                note([found])
                return found
              }
            : Reflect.get(target, name, target),
    })
  const database = (db: D1Database): D1Database =>
    new Proxy(db, {
      get: (target, name) =>
        name === 'prepare'
          ? (sql: string) => watched(target.prepare(sql))
          : name === 'batch'
            ? async (statements: readonly D1PreparedStatement[]) => {
                const plain = await Promise.all(statements.map((one) => one.all()))
                spent.calls -= statements.length - 1
                return plain
              }
            : Reflect.get(target, name, target),
    })
  const env = Object.fromEntries(
    Array.from({ length: shards }, (_, n) => [`LEDGER_${n}`, database(bindings.ledger(n))]),
  )
  return { platform: { env, keys: bindings.keys } as unknown as Platform, spent }
}

const idOf = (at: number, n: number): `req_${string}` => `req_${encodeNumber(at, 10)}${encodeNumber(n, 6)}`
const T0 = 1_790_000_000_000

/** Milliseconds in which a busy machine pages through the whole log, each call of which is opened: 8 seconds on an idle one. */
const WHOLE_LOG_MS = 240_000

describe('a look into 12,000 calls of 300 tenants on two shards', () => {
  const SHARDS = 2
  const inserted: LoggedRequest[] = []
  let bindings: Bindings
  beforeAll(async () => {
    bindings = await startBindings({ shards: SHARDS })
    for (let shard = 0; shard < SHARDS; shard++) {
      const rows = Array.from({ length: 6_000 }, (_, n): LoggedRequest => {
        const at = T0 + n * 2_500
        const ip =
          n % 3 === 0 ? `2001:db8:1:${(n % 9).toString(16)}::${(n % 500).toString(16)}` : `192.0.${n % 4}.${n % 250}`
        return {
          id: idOf(at, shard * 100_000 + n),
          tenantId: `ten_${String(n % 300).padStart(12, '0')}`,
          at,
          ip,
          country: 'IR',
          asn: 64_500,
          ray: null,
          actor: 'cli_a',
          method: 'GET',
          route: '/v1/messages/:id',
          status: n % 10 === 0 ? 404 : 200,
          count: 1,
          ...(n % 100 === 0 ? { object: 'con_watched0' } : {}),
          ...(n % 1_000 === 1 ? { object: `cli_${n}`, parent: 'con_watched0' } : {}),
        }
      })
      await insertRequests(bindings.ledger(shard), bindings.keys, rows)
      inserted.push(...rows)
    }
  })
  afterAll(() => bindings.dispose())

  const all = { from: 0, to: T0 + 1e9, cursor: '' }

  /** Every page, each within its bound of calls and rows. */
  async function pages(look: (platform: Platform, cursor: string) => ReturnType<typeof callsFrom>, most: number) {
    const rows: RequestRead[] = []
    let cursor = ''
    for (let n = 0; n < 1_000; n++) {
      const { platform, spent } = counted(bindings, SHARDS)
      const page = await look(platform, cursor)
      rows.push(...page.rows)
      expect(spent.calls).toBeLessThanOrEqual(SHARDS * 4)
      expect(spent.rows).toBeLessThanOrEqual(most)
      if (page.nextCursor === null) return rows
      cursor = page.nextCursor
    }
    throw new Error('no end')
  }
  const stored = (holds: (row: LoggedRequest) => boolean): string[] => ids(inserted.filter(holds))
  const ids = (rows: readonly { readonly id: string }[]): string[] => rows.map(({ id }) => id).sort()
  const newestFirst = (rows: readonly { readonly id: string }[]): boolean =>
    rows.every((row, n) => n === 0 || (rows[n - 1]?.id ?? '') > row.id)

  test('by one address: all of them, newest first, and no more rows are read than are shown', async () => {
    const rows = await pages(
      (platform, cursor) => callsFrom(platform, '192.0.1.1', { ...all, cursor, limit: 5 }),
      SHARDS * 2 * 6,
    )
    expect(rows.length).toBeGreaterThan(15)
    expect(ids(rows)).toEqual(stored(({ ip }) => ip === '192.0.1.1'))
    expect(newestFirst(rows)).toBe(true)
    const window = { from: T0 + 5_000_000, to: T0 + 9_000_000 }
    const within = await pages(
      (platform, cursor) => callsFrom(platform, '192.0.1.1', { ...window, cursor, limit: 5 }),
      SHARDS * 2 * 6,
    )
    expect(ids(within)).toEqual(stored(({ ip, at }) => ip === '192.0.1.1' && at >= window.from && at < window.to))
  })

  test.each([
    ['192.0.1.0/24', '192.0.1.'],
    ['192.0.0.0/23', /^192\.0\.[01]\./],
    ['192.0.1.1/32', /^192\.0\.1\.1$/],
    ['2001:db8:1:3::/64', '2001:db8:1:3::'],
    ['2001:db8:1::/48', '2001:'],
    ['2001:db8:1:3::1e/128', /^2001:db8:1:3::1e$/],
    ['::ffff:192.0.1.1', /^192\.0\.1\.1$/],
    ['0.0.0.0/0', '192.'],
    ['198.51.100.0/24', /^$/],
    ['2001:db8:2::/48', /^$/],
  ])(
    'by the block %s',
    async (block, where) => {
      const rows = await pages(
        (platform, cursor) => callsFrom(platform, block, { ...all, cursor, limit: 200 }),
        SHARDS * 2 * 510 * 4,
      )
      expect(ids(rows)).toEqual(stored(({ ip }) => (typeof where === 'string' ? ip.startsWith(where) : where.test(ip))))
    },
    WHOLE_LOG_MS,
  )

  test('by a block in a time window reads a bounded number of rows a page', async () => {
    const window = { from: T0 + 10_000_000, to: T0 + 10_500_000 }
    const rows = await pages(
      (platform, cursor) => callsFrom(platform, '192.0.0.0/16', { ...window, cursor, limit: 50 }),
      SHARDS * 2 * 510 * 4,
    )
    expect(ids(rows)).toEqual(stored(({ ip, at }) => ip.startsWith('192.0.') && at >= window.from && at < window.to))
  })

  test('by an object, and by what belongs to it', async () => {
    const rows = await pages(
      (platform, cursor) => callsAbout(platform, 'con_watched0', { ...all, cursor, limit: 20 }),
      SHARDS * 2 * 2 * 21,
    )
    expect(ids(rows)).toEqual(stored(({ object, parent }) => object === 'con_watched0' || parent === 'con_watched0'))
    expect(newestFirst(rows)).toBe(true)
  })

  test('by a message finds the call that made it, at a seek a tenant of its shard', async () => {
    const [id = ''] = stored(({ at }) => at === T0 + 77_500)
    const made = `msg_${id.slice(4)}${'0'.repeat(19)}`
    const { platform, spent } = counted(bindings, SHARDS)
    const { rows } = await callsAbout(platform, made, { ...all, limit: 20 })
    expect(ids(rows)).toEqual([id])
    expect(spent.calls).toBeLessThanOrEqual(SHARDS)
    expect(spent.rows).toBeLessThanOrEqual(3 * 300 + 10)
  })

  test('over several months, each under keys of its own: by an address, by a block and by a name', async () => {
    const address = '198.18.7.9'
    const rows = Array.from({ length: 60 }, (_, n): LoggedRequest => {
      const at = Date.UTC(2027, n % 6, 3) + n * 1_000
      const ip = n % 5 === 0 ? `198.18.7.${n}` : address
      return { ...(inserted[0] as LoggedRequest), id: idOf(at, n), at, ip, object: 'sender/sms/10004346' }
    })
    for (let shard = 0; shard < SHARDS; shard++)
      await insertRequests(
        bindings.ledger(shard),
        bindings.keys,
        rows.filter((_, n) => n % SHARDS === shard),
      )
    const window = { from: Date.UTC(2027, 0), to: Date.UTC(2027, 8) }
    const whole = async (
      look: (
        platform: Platform,
        page: typeof window & { cursor: string; limit: number },
      ) => ReturnType<typeof callsFrom>,
    ) => {
      const found: RequestRead[] = []
      for (let cursor: string | null = ''; cursor !== null; ) {
        const page: Awaited<ReturnType<typeof look>> = await look(counted(bindings, SHARDS).platform, {
          ...window,
          cursor,
          limit: 7,
        })
        expect(page.rows.length).toBeGreaterThan(0)
        found.push(...page.rows)
        cursor = page.nextCursor
      }
      return found
    }
    const at = await whole((platform, page) => callsFrom(platform, address, page))
    expect(ids(at)).toEqual(ids(rows.filter(({ ip }) => ip === address)))
    expect(newestFirst(at)).toBe(true)
    const block = await whole((platform, page) => callsFrom(platform, '198.18.7.0/26', page))
    expect(ids(block)).toEqual(ids(rows))
    const named = await whole((platform, page) => callsAbout(platform, 'sender/sms/10004346', page))
    expect(ids(named)).toEqual(ids(rows))
    expect(newestFirst(named)).toBe(true)
    expect(named[0]).toMatchObject({ object: 'sender/sms/10004346', ip: expect.stringMatching(/^198\.18\.7\./) })
  })

  test('of a tenant as before', async () => {
    const tenant = `ten_${'7'.padStart(12, '0')}`
    const rows = await pages(
      (platform, cursor) => callsOfTenant(platform, tenant, { ...all, cursor, limit: 15 }),
      SHARDS * 2 * 16,
    )
    expect(ids(rows)).toEqual(stored(({ tenantId }) => tenantId === tenant))
  })
})

describe('what an address did, through the API', () => {
  const IP = '203.0.113.9'
  const V6 = '2001:db8:77:1::5'
  let chapar: Harness
  let admin: AdminClient
  const itemsOf = (page: Record<string, unknown>) => page['data'] as Record<string, unknown>[]
  beforeAll(async () => {
    chapar = await startChapar({ shards: 2 })
    admin = await adminClient(chapar)
  })
  afterAll(() => chapar.dispose())

  it('is one look: sends and reads of two tenants, an operator’s act and a refused sign-in', async () => {
    const one = await newTenant(chapar)
    const two = await newTenant(chapar, { line: `${LINE}9` })
    const from = (ip: string, token: string) => ({ 'cf-connecting-ip': ip, authorization: `Bearer ${token}` })
    const json = { 'content-type': 'application/json' }
    const send = await chapar.fetch('/v1/messages', {
      method: 'POST',
      headers: { ...from(IP, one.token), ...json },
      body: JSON.stringify(message('+989121112233')),
    })
    expect(send.status).toBe(202)
    const { id } = (await send.json()) as { id: string }
    expect((await chapar.fetch(`/v1/messages/${id}`, { headers: from(IP, one.token) })).status).toBe(200)
    expect((await chapar.fetch('/v1/webhooks', { headers: from(IP, two.token) })).status).toBe(200)
    expect((await chapar.fetch('/v1/webhooks', { headers: from(V6, two.token) })).status).toBe(200)
    expect((await chapar.fetch('/v1/webhooks', { headers: from(IP, 'x.y.z') })).status).toBe(401)
    const act = await admin.call(
      'PATCH',
      `/admin/v1/tenants/${two.tenantId}`,
      { name: 'Renamed' },
      { 'cf-connecting-ip': IP },
    )
    expect(act.status).toBe(200)
    const calls = await until('all five', async () => {
      const found = itemsOf(await admin.ok('GET', `/admin/v1/requests?ip=${IP}`))
      return found.length === 5 && found
    })
    expect(calls.map(({ method, route, tenantId }) => `${method} ${route} ${tenantId}`)).toEqual([
      'PATCH /admin/v1/tenants/:tenantId ',
      'GET /v1/webhooks ',
      `GET /v1/webhooks ${two.tenantId}`,
      `GET /v1/messages/:id ${one.tenantId}`,
      `POST /v1/messages ${one.tenantId}`,
    ])
    expect(itemsOf(await admin.ok('GET', `/admin/v1/requests?ip=203.0.113.0/24&limit=2`))).toHaveLength(2)
    expect(itemsOf(await admin.ok('GET', '/admin/v1/requests?ip=2001:db8:77:1::/64'))).toMatchObject([{ ip: V6 }])
    const about = itemsOf(await admin.ok('GET', `/admin/v1/requests?object=${id}`))
    expect(about.filter(({ route }) => route !== '/admin/v1/requests').map(({ method }) => method)).toEqual([
      'GET',
      'POST',
    ])
  })

  it.each([
    ['', 'query:tenantId'],
    ['ip=192.0.2.1&object=x', 'query:tenantId'],
    ['tenantId=x&ip=192.0.2.1', 'query:ip'],
    ['ip=192.0.2.1/24', 'query:ip'],
    ['ip=192.0.2', 'query:ip'],
    ['ip=', 'query:ip'],
    ['ip=localhost', 'query:ip'],
    ['ip=2001:db8::/129', 'query:ip'],
    ['ip=010.0.0.1', 'query:ip'],
    ['object=', 'query:object'],
    ['ip=192.0.2.1&from=now', 'query:from'],
    ['ip=192.0.2.1&reason=', 'query:reason'],
    ['address=192.0.2.1', 'query:address'],
    ['ip=192.0.2.1&cursor=x', 'query:cursor'],
    [`ip=192.0.2.1&cursor=req_${'0'.repeat(16)}`, 'query:cursor'],
    [`object=con_x&cursor=4c0000201.req_${'0'.repeat(16)}`, 'query:cursor'],
    ['tenantId=&cursor=%00', 'query:cursor'],
  ])('is not looked for by %j: a 400 that names the parameter', async (query, pointer) => {
    const answer = await admin.call('GET', `/admin/v1/requests?${query}`)
    expect([answer.status, pointersOf(answer)[0]]).toEqual([400, pointer])
  })
})
