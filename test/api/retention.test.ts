import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Realm } from '#worker/domain/realm.ts'
import { operations } from '#worker/routes/resources.ts'
import { type Alias, aliasStatements } from '#worker/store/alias-writes.ts'
import { BASE, REALM } from '#worker/store/codes/codes.ts'
import { type Surface, startSurface } from '../worlds/surface.ts'
import { hexOf, rowsWhere } from '../worlds/tenant-rows.ts'
import { message, until } from '../worlds/world.ts'

const DAY = 86_400_000
const PURGE = '17 * * * *'
const SHARDS = [0, 1] as const
/** More than two chunks of the purge. */
const MANY = 2_300

let it: Surface
let second: { tenantId: string; token: string }
beforeAll(async () => {
  it = await startSurface({ shards: 2, tenant: { shards: [0], limits: { rate: 10_000, burst: 100_000 } } })
  const other = await it.other('30005555', { tenant: { shards: [1] } })
  second = { tenantId: other.tenantId, token: other.token }
})
afterAll(() => it.dispose())

const count = async (shard: number, table: string, where = '1 = 1'): Promise<number> =>
  (await it.chapar.ledger(shard).prepare(`SELECT count(*) AS n FROM ${table} WHERE ${where}`).first<number>('n')) ?? 0

async function sendBatch(token: string, shard: number, size: number): Promise<string[]> {
  const messages = Array.from({ length: size }, (_, n) => ({ to: `+98912700${String(n).padStart(4, '0')}` }))
  const seen = await it.call('/v1/messages/batch', {
    token,
    body: { channel: 'sms', content: { text: 'x' }, messages },
  })
  const ids = seen.json.accepted.map(({ id }) => id)
  await until('all are delivered', async () => {
    const range = `id >= x'${hexOf(ids[0] ?? '')}' AND id <= x'${hexOf(ids.at(-1) ?? '')}' AND status = 60`
    return (await count(shard, 'messages', range)) === size
  })
  return ids
}

/** Copies of a tenant's delivered message, without their requests. */
async function multiply(shard: number, id: string, copies: number): Promise<void> {
  const db = it.chapar.ledger(shard)
  const { results } = await db.prepare(`SELECT name FROM pragma_table_info('messages')`).all<{ name: string }>()
  const columns = results.map(({ name }) => name)
  // What is sealed opens in no other row.
  const other: Readonly<Record<string, string>> = {
    id: `CAST(substr(id, 1, 20) || unhex(printf('%04x', 2 * n.i)) AS BLOB)`,
    sealed: 'NULL',
    content: "x'00'",
  }
  const values = columns.map((name) => other[name] ?? name)
  await db
    .prepare(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2)
INSERT INTO messages (${columns.join(', ')}) SELECT ${values.join(', ')} FROM messages, n WHERE id = unhex(?1)`,
    )
    .bind(hexOf(id), copies)
    .run()
}

/** What hangs beside the messages and no call of this test makes. */
async function addBeside(shard: number, tenantId: string): Promise<void> {
  const db = it.chapar.ledger(shard)
  const at = Date.now()
  const { base } = await it.idAt(at)
  await db
    .prepare(
      `INSERT INTO deliveries (realm, id, endpoint_id, at, attempt, outcome, duration_ms, event_ids)
VALUES (?1, 'dlv_' || ?2, 'whe_0', ?3, 1, 'succeeded', 1, '[]')`,
    )
    .bind(`test.${tenantId}`, base.slice(0, 16), at)
    .run()
  await db
    .prepare(
      `INSERT INTO dead_letters (id, queue, kind, realm, items, job, at) VALUES (?1, 'audit', 'audit', '', 0, '0.', ?2)`,
    )
    .bind(`dlt_${base.slice(0, 16)}`, at)
    .run()
}

const TABLES = ['messages', 'contents', 'batches', 'requests', 'deliveries', 'dead_letters'] as const
const counts = async (shard: number) =>
  Object.fromEntries(await Promise.all(TABLES.map(async (table) => [table, await count(shard, table)] as const)))
const purgeAt = (days: number, from: number): Promise<void> => it.chapar.scheduled(PURGE, from + days * DAY)

describe('the purge', () => {
  test('takes nothing at 185 days, and at 187 all that is final and was not changed since', async () => {
    const kept = await sendBatch(it.token, 0, 20)
    const others = await sendBatch(second.token, 1, 20)
    const single = (await it.good('/v1/messages', { body: message('+989121112233') }, 202)).id
    await until('the single one', async () => (await it.good(`/v1/messages/${single}`)).status === 'delivered')
    await multiply(0, single, MANY)
    await addBeside(0, it.tenantId)
    await addBeside(1, second.tenantId)
    const now = Date.now()
    // One that still waits for a carrier, one that its carrier took and never reports on, one that was changed yesterday,
    // as seen from then.
    const [open = '', silent = '', recent = ''] = kept
    await it.ledger.prepare('UPDATE messages SET status = 10 WHERE id = unhex(?1)').bind(hexOf(open)).run()
    await it.ledger.prepare('UPDATE messages SET status = 20 WHERE id = unhex(?1)').bind(hexOf(silent)).run()
    await it.ledger
      .prepare('UPDATE messages SET updated_at = ?2 WHERE id = unhex(?1)')
      .bind(hexOf(recent), now + 100 * DAY)
      .run()

    const last = await it.call('/v1/channels', { token: it.token })
    await until('the rows of all calls', () => it.rowOf(last.requestId))
    const before = await Promise.all(SHARDS.map(counts))
    for (const each of before) for (const table of TABLES) expect(each[table], table).toBeGreaterThan(0)
    await purgeAt(185, now)
    expect(await Promise.all(SHARDS.map(counts))).toEqual(before)

    await purgeAt(187, now)
    const rows = await rowsWhere(it.ledger, 'true')
    expect(rows.map(({ id }) => id)).toEqual([open, recent].sort())
    expect(await counts(1)).toEqual(Object.fromEntries(TABLES.map((table) => [table, 0])))
    // The content and the batch of what stays stay too.
    expect(await counts(0)).toMatchObject({ contents: 1, batches: 1, requests: 0, deliveries: 0, dead_letters: 0 })
    expect((await it.good(`/v1/messages/${recent}`))['content']).toEqual({ text: 'x' })

    await it.ledger.prepare('UPDATE messages SET status = 60, updated_at = ?1').bind(now).run()
    await purgeAt(188, now)
    expect(await counts(0)).toMatchObject({ messages: 0, contents: 0, batches: 0 })
    expect(others.length).toBe(20)
  })

  test('goes on where it was stopped', async () => {
    const single = (await it.good('/v1/messages', { body: message('+989121112244') }, 202)).id
    await until('the single one', async () => (await it.good(`/v1/messages/${single}`)).status === 'delivered')
    await multiply(0, single, MANY)
    const now = Date.now()
    const stop = `CREATE TRIGGER stop BEFORE DELETE ON messages WHEN hex(old.id) LIKE '%${(2 * 1_500).toString(16)}' BEGIN SELECT RAISE(ABORT, 'stopped'); END`
    await it.ledger.prepare(stop).run()
    await purgeAt(187, now)
    const left = await count(0, 'messages')
    expect(left).toBeGreaterThan(0)
    expect(left).toBeLessThan(MANY)
    const cursor = await it.ledger.prepare(`SELECT value FROM cursors WHERE name = 'purge'`).first<string>('value')
    expect(JSON.parse(cursor ?? '{}')).toMatchObject({ owner: `test.${it.tenantId}` })
    await it.ledger.prepare('DROP TRIGGER stop').run()
    await purgeAt(187, now + 3_600_000)
    expect(await count(0, 'messages')).toBe(0)
    expect(await count(0, 'cursors')).toBe(0)
  })

  test('comes to the other shard although one fails', async () => {
    const [id = ''] = await sendBatch(second.token, 1, 5)
    const [blocked = ''] = await sendBatch(it.token, 0, 5)
    const now = Date.now()
    const stop = `CREATE TRIGGER stop BEFORE DELETE ON messages BEGIN SELECT RAISE(ABORT, 'stopped'); END`
    await it.ledger.prepare(stop).run()
    await purgeAt(187, now)
    await it.ledger.prepare('DROP TRIGGER stop').run()
    expect([
      await count(1, 'messages', `id = x'${hexOf(id)}'`),
      await count(0, 'messages', `id = x'${hexOf(blocked)}'`),
    ]).toEqual([0, 1])
    await purgeAt(188, now)
    expect(await count(0, 'messages')).toBe(0)
  })
})

describe('a message that has no row', () => {
  const read = operations.find(({ method, path }) => method === 'GET' && path === '/v1/messages/:id')
  const get = async (path: string) => it.call(path, { token: it.token, ...(read ? { operation: read } : {}) })
  const lost = async (): Promise<unknown> => (await it.admin('/admin/v1/health'))['lost']

  test('is accepted while its queue may hold it', async () => {
    for (const age of [0, 13 * DAY]) {
      const { id } = await it.idAt(Date.now() - age)
      const seen = await get(`/v1/messages/${id}`)
      expect([seen.status, seen.json.status]).toEqual([200, 'accepted'])
    }
    expect(await lost()).toBe(0)
  })

  test('is past its retention after that: 410, for its batch and for cancel too', async () => {
    const { id, batch } = await it.idAt(Date.now() - 187 * DAY)
    for (const seen of [
      await get(`/v1/messages/${id}`),
      await it.call(`/v1/batches/${batch}`, { token: it.token }),
      await it.call(`/v1/messages/${id}/cancel`, { method: 'POST', token: it.token }),
    ])
      expect([seen.status, seen.json.code]).toEqual([410, 'gone'])
    expect(await lost()).toBe(0)
  })

  test('is lost in between: failed for good, and counted once for the operators', async () => {
    const ids = await Promise.all([15, 100, 185].map(async (days) => (await it.idAt(Date.now() - days * DAY)).id))
    for (const [n, id] of ids.entries()) {
      for (let turn = 0; turn < 3; turn++) {
        const seen = await get(`/v1/messages/${id}`)
        expect([seen.status, seen.json.status]).toEqual([200, 'failed'])
        expect(seen.json['failure']).toMatchObject({ code: 'lost' })
      }
      expect(await lost()).toBe(n + 1)
    }
    const cancel = await it.call(`/v1/messages/${ids[0]}/cancel`, { method: 'POST', token: it.token })
    expect([cancel.status, cancel.json.code]).toEqual([409, 'not-cancelable'])
  })

  test('is nothing at all if it was rejected in its batch', async () => {
    const at = Date.now() - 20 * DAY
    const { base, id } = await it.idAt(at, 1, 2)
    const insert =
      'INSERT INTO batches (realm, id, total, accepted, accepted_at) VALUES (unhex(?1), unhex(?2), 2, 1, ?3)'
    await it.ledger
      .prepare(insert)
      .bind(REALM.encode(`test.${it.tenantId}` as Realm), BASE.encode(base), at)
      .run()
    const [made = ''] = await sendBatch(it.token, 0, 1)
    await it.ledger
      .prepare('UPDATE messages SET id = unhex(?2) WHERE id = unhex(?1)')
      .bind(hexOf(made), hexOf(`msg_${base}0000`))
      .run()
    const before = await lost()
    expect((await get(`/v1/messages/${id}`)).status).toBe(404)
    expect(await lost()).toBe(before)
  })

  test('of another tenant is nothing either', async () => {
    const { id } = await it.idAt(Date.now() - 30 * DAY, 0, 1, second.tenantId)
    expect((await get(`/v1/messages/${id}`)).status).toBe(404)
  })
})

test('one run takes all aliases of people that nobody told for the retention, however many, and none that holds an opt-out', async () => {
  const db = it.chapar.ledger(0)
  const told = (n: number): Alias => ({
    realm: 'live.ten_a',
    channel: 'chat',
    told: 'heard',
    both: [
      { partyKey: `number-${n}`, party: `whatsapp:+98912${1_000_000 + n}` },
      { partyKey: `id-${n}`, party: `whatsapp:IR.${n}` },
    ],
  })
  const people = Array.from({ length: 1_000 }, (_, n) => told(n))
  await db.batch(await aliasStatements({ db, keys: it.chapar.keys }, people, Date.now() - 400 * DAY))
  await db
    .prepare(`INSERT INTO suppressions VALUES ('live.ten_a', 'chat', 'id-7', '', 'whatsapp:IR.7', 'keyword', NULL, 0)`)
    .run()
  expect(await count(0, 'aliases')).toBe(2_000)
  await it.chapar.scheduled(PURGE, Date.now())
  expect(await count(0, 'aliases')).toBe(2)
  expect(await count(0, 'aliases', `'id-7' IN (party_key, other_key)`)).toBe(2)
})
