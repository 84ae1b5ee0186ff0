import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ConnectionId, type MessageId, messageId, newRequestId } from '#worker/domain/ids.ts'
import type { MessageStatus } from '#worker/domain/messages/status.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { encodeNumber } from '#worker/lib/base32.ts'
import { aliasStatements } from '#worker/store/alias-writes.ts'
import { aliasesOf } from '#worker/store/aliases.ts'
import { REALM } from '#worker/store/codes/codes.ts'
import { monthOf } from '#worker/store/keys/month.ts'
import { sipKeyOf } from '#worker/store/keys/sip-hash.ts'
import {
  againStatement,
  appendStatement,
  claimStatement,
  recordStatement,
  sealOutcomes,
} from '#worker/store/messages/attempts.ts'
import { contentStatement } from '#worker/store/messages/batch-writes.ts'
import {
  type ListFilter,
  type ListSource,
  PERSON_SCAN_LIMIT,
  SCAN_LIMIT,
  scanMessages,
} from '#worker/store/messages/list.ts'
import { deleteParts, keepParts } from '#worker/store/messages/parts.ts'
import { messagesByKeys, statesOf } from '#worker/store/messages/reads.ts'
import { askedRefs, hashRefs, refsStatement, resolveRefs } from '#worker/store/messages/refs.ts'
import type { NewMessage } from '#worker/store/messages/rows.ts'
import { clientKeysOf } from '#worker/store/messages/sealed.ts'
import { latestTo } from '#worker/store/messages/threads.ts'
import { overdueStatement, reportStatement, type StatusChange } from '#worker/store/messages/writes.ts'
import { fillParties } from '#worker/store/parties/fill.ts'
import { entryKey, searchKeys } from '#worker/store/parties/key.ts'
import { partyStatements } from '#worker/store/parties/tail.ts'
import { chunkEnd, purgeMessages, purgeTable, tablesOf } from '#worker/store/purge.ts'
import { addSuppressions, removeSuppressions, suppressionsOf } from '#worker/store/suppressions.ts'
import { type Bindings, startBindings } from '../worlds/harness.ts'
import { entered, NO_FILTER as NONE, newMessage, ROW_AT, sealed, shared } from '../worlds/tenant-rows.ts'

const DAY = 86_400_000
const NOW = ROW_AT
const CONNECTION: ConnectionId = 'con_00000000100000000'
const TENANTS = ['live.ten_000000000001', 'live.ten_000000000002'] as const
/** Rows of each tenant that lie around those a statement touches. */
const AROUND = 3_000
/** Key of a person of this name, in the form of those that are hashes. */
const keyOfPerson = (name: string): string => name.padEnd(32, 'a')
const EVERYBODY = keyOfPerson('everybody')
/** Keys of entries in eight months, of which the rows are of the newest. */
const MONTHS = Array.from({ length: 8 }, (_, n) => ({
  number: monthOf(NOW) - n,
  sip: sipKeyOf(new Uint8Array(16).fill(n)),
}))
const MONTH = { sip: sipKeyOf(new Uint8Array(16)) }
const entriesTo = (person: string, rows: readonly NewMessage[]) =>
  rows.map(({ id }) => ({ id, key: entryKey(MONTH, person) }))
const TOUCHED = 300
/** Most rows read for one touched. */
const MOST = 4

let bindings: Bindings
let db: D1Database
beforeAll(async () => {
  bindings = await startBindings()
  db = bindings.ledger()
  for (const tenant of TENANTS) await fill(tenant)
})
afterAll(() => bindings.dispose())

let requests = 0
/** A base of its own, at this time; nobody looks at its MAC here. */
const baseAt = (at: number): string =>
  newRequestId(at).slice(4, 14) +
  encodeNumber(requests++, 6) +
  encodeNumber(0, 2) +
  encodeNumber(32_000, 3) +
  '0'.repeat(10)

const row = (realm: Realm, base: string, n: number, more: Partial<NewMessage> = {}): NewMessage =>
  newMessage(realm, messageId(base, n), n, more)
const rowsOf = (realm: Realm, base: string, count: number, more: Partial<NewMessage> = {}): NewMessage[] =>
  Array.from({ length: count }, (_, n) => row(realm, base, n, more))

async function fill(tenant: Realm): Promise<void> {
  const base = baseAt(NOW)
  await contentStatement(db, await shared(db, tenant, base, '{"text":"x"}')).run()
  const rows = rowsOf(tenant, base, AROUND, { clientRef: 'same' })
  await db.batch([
    claimStatement(db, await sealed(db, rows), NOW),
    ...partyStatements(db, tenant, entriesTo(EVERYBODY, rows)),
    ...partyStatements(db, tenant, entriesTo(EVERYBODY, rows.slice(0, 200))),
  ])
  await fillParties(db, tenant)
  const refs = Array.from({ length: AROUND }, (_, n) => ({
    connectionId: CONNECTION,
    ref: `${tenant}-${n}`,
    realm: tenant,
    id: messageId(base, n),
  }))
  await refsStatement(db, await hashRefs(bindings.keys, refs)).run()
  await addSuppressions(
    db,
    Array.from({ length: AROUND }, (_, n) => ({
      realm: tenant,
      channel: 'sms' as const,
      partyKey: `gone-${n}`,
      line: '',
      party: '+989121112233',
      source: 'api' as const,
      messageId: null,
      createdAt: NOW,
      isSealed: true as const,
    })),
  ).run()
}

const changes = (rows: readonly NewMessage[], status: MessageStatus, at = NOW): StatusChange[] =>
  rows.map(({ realm, id }) => ({
    realm,
    id,
    status,
    entry: { at, status, by: 'report' as const },
  }))
const records = (rows: readonly NewMessage[]) =>
  rows.map(({ realm, id }) => ({
    realm,
    id,
    attempt: 1,
    outcome: 'accepted' as const,
    status: 'submitted' as const,
    entry: { at: NOW, status: 'submitted', attempt: 1, by: 'gateway' } as const,
  }))

/** What a statement cost; it must have changed as many rows as `changed`. */
async function costOf(statement: D1PreparedStatement, changed = TOUCHED) {
  const { meta } = await statement.run()
  expect(meta.changes).toBeGreaterThanOrEqual(changed)
  return { read: meta.rows_read, written: meta.rows_written }
}

/** A database that adds up what reads cost. */
function metered(): { db: D1Database; read(): number } {
  let read = 0
  const wrap = (statement: D1PreparedStatement): D1PreparedStatement =>
    ({
      bind: (...values: unknown[]) => wrap(statement.bind(...values)),
      all: async () => {
        const result = await statement.all()
        read += result.meta.rows_read
        return result
      },
      first: async () => {
        const result = await statement.all()
        read += result.meta.rows_read
        return result.results[0] ?? null
      },
    }) as unknown as D1PreparedStatement
  return { db: { prepare: (sql: string) => wrap(db.prepare(sql)) } as unknown as D1Database, read: () => read }
}

/** Tables whose rows are longer than a page (parties/schema.ts), or are read in the order in which they were written. */
const LONG_ROWS = ['party_index', 'party_tail', 'statistics_changes', 'verification_changes']

test('no table has a row id beside its key, but those of long rows', async () => {
  for (const database of [db, bindings.control]) {
    const { results } = await database
      .prepare(
        `SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\' AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'd1_%'`,
      )
      .all<{ name: string; sql: string }>()
    expect(results.length).toBeGreaterThan(5)
    const own = database === db ? LONG_ROWS : []
    expect(results.filter(({ sql }) => !/WITHOUT ROWID\s*$/i.test(sql)).map(({ name }) => name)).toEqual(own)
  }
})

describe('a hot write reads at most four rows for each that it touches', () => {
  const [tenant] = TENANTS
  const rows = rowsOf(tenant, baseAt(NOW + 1_000), TOUCHED)
  const most = MOST * TOUCHED

  test('claim, the first time and when it is delivered again', async () => {
    expect((await costOf(claimStatement(db, await sealed(db, rows), NOW))).read).toBeLessThanOrEqual(most)
    expect((await costOf(claimStatement(db, await sealed(db, rows), NOW), 0)).read).toBeLessThanOrEqual(most)
  })
  test('record', async () => {
    expect((await costOf(recordStatement(db, await entered(db, records(rows)), NOW))).read).toBeLessThanOrEqual(most)
  })
  test('report, that advances and that does not', async () => {
    const report = await entered(db, changes(rows, 'delivered'))
    expect((await costOf(reportStatement(db, report, CONNECTION, NOW))).read).toBeLessThanOrEqual(most)
    expect((await costOf(reportStatement(db, report, CONNECTION, NOW), 0)).read).toBeLessThanOrEqual(most)
  })
  test('append', async () => {
    const later = changes(rows, 'undelivered', NOW + 5)
    const states = await statesOf(
      db,
      bindings.keys,
      rows.map(({ realm, id }) => [realm, id] as const),
    )
    const entries = later.map((change, n) => ({ ...change, bytes: states[n]?.timelineBytes ?? 0 }))
    expect((await costOf(appendStatement(db, await entered(db, entries), NOW))).read).toBeLessThanOrEqual(most)
  })
  test('overdue', async () => {
    const others = rowsOf(tenant, baseAt(NOW + 2_000), TOUCHED)
    await claimStatement(db, await sealed(db, others), NOW).run()
    expect(
      (await costOf(overdueStatement(db, await entered(db, changes(others, 'unknown')), NOW))).read,
    ).toBeLessThanOrEqual(most)
  })
  test('an attempt that ends and opens the next, once, and the claim of that', async () => {
    const called = rowsOf(tenant, baseAt(NOW + 3_000), TOUCHED)
    await claimStatement(db, await sealed(db, called), NOW).run()
    await recordStatement(db, await entered(db, records(called)), NOW).run()
    const ends = (await entered(db, changes(called, 'submitted'))).map((change) => ({ ...change, attempt: 1 }))
    const again = () => againStatement(db, ends, CONNECTION, NOW)
    expect((await costOf(again())).read).toBeLessThanOrEqual(most)
    expect((await again().run()).meta.changes).toBe(0)
    const next = called.map((one) => ({ ...one, attempt: 2 }))
    expect((await costOf(claimStatement(db, await sealed(db, next), NOW))).read).toBeLessThanOrEqual(most)
  })
  test('refs', async () => {
    const refs = rows.map(({ realm, id }, n) => ({ connectionId: CONNECTION, ref: `new-${n}`, realm, id }))
    expect((await costOf(refsStatement(db, await hashRefs(bindings.keys, refs)))).read).toBeLessThanOrEqual(most)
  })
})

test('opt-outs are lifted by their keys: at most five rows read for each, of thousands', async () => {
  const [realm] = TENANTS
  const keys = Array.from({ length: TOUCHED }, (_, n) => ({
    realm,
    channel: 'sms' as const,
    partyKey: `back-${n}`,
    line: '',
  }))
  const rest = { party: '0.', source: 'keyword' as const, messageId: null, createdAt: NOW, isSealed: true as const }
  await addSuppressions(
    db,
    keys.map((key) => ({ ...key, ...rest })),
  ).run()
  expect((await costOf(removeSuppressions(db, keys))).read).toBeLessThanOrEqual(5 * TOUCHED)
})

test('kept parts are deleted by their keys: at most five rows read for each, of thousands', async () => {
  const parts = Array.from({ length: AROUND }, (_, n) => ({
    connectionId: CONNECTION,
    groupKey: `group-${n}`,
    ref: `in:part-${n}`,
    number: 1,
    total: 2,
    part: '{}',
    receivedAt: NOW,
  }))
  const kept = await keepParts({ db, keys: bindings.keys }, parts, ({ groupKey }) => ({
    dueAt: NOW,
    id: groupKey,
    kind: 'inbound-parts',
    realm: TENANTS[0],
    body: '{}',
  }))
  expect(kept).toHaveLength(AROUND)
  expect((await costOf(deleteParts(db, parts.slice(0, TOUCHED)))).read).toBeLessThanOrEqual(5 * TOUCHED)
})

describe('a hot read reads at most four rows for each key', () => {
  const [tenant] = TENANTS
  const most = MOST * TOUCHED
  const rows = rowsOf(tenant, baseAt(NOW + 3_000), TOUCHED)
  const keys = rows.map(({ realm, id }): [Realm, MessageId] => [realm, id])
  beforeAll(async () => {
    await claimStatement(db, await sealed(db, rows), NOW).run()
  })

  test('refs, known and unknown', async () => {
    const meter = metered()
    const refs = Array.from({ length: TOUCHED }, (_, n) => (n % 2 ? `${tenant}-${n}` : `nobody-${n}`))
    const asked = await askedRefs(bindings.keys, CONNECTION, refs)
    expect(await resolveRefs(meter.db, CONNECTION, asked)).toHaveLength(TOUCHED / 2)
    expect(meter.read()).toBeLessThanOrEqual(most)
  })
  test('suppressions, of those who opted out and of others', async () => {
    const meter = metered()
    const parties = Array.from({ length: TOUCHED }, (_, n) => (n % 2 ? `gone-${n}` : `here-${n}`))
    expect(await suppressionsOf(meter.db, tenant, { name: 'sms' }, parties)).toHaveLength(TOUCHED / 2)
    expect(meter.read()).toBeLessThanOrEqual(most)
  })
  test('opt-outs of people with several addresses, at most twice as many, and those addresses', async () => {
    const identity = (n: number) => ({ partyKey: `gone-${n}`, party: `whatsapp:+98912111${1_000 + n}` })
    const known = Array.from({ length: AROUND }, (_, n) => ({
      realm: tenant,
      channel: 'sms' as const,
      told: 'heard' as const,
      both: [identity(n), { partyKey: `alias-${n}`, party: `whatsapp:IR.${n}` }] as const,
    }))
    await db.batch(await aliasStatements({ db, keys: bindings.keys }, known, NOW))
    const meter = metered()
    const parties = Array.from({ length: TOUCHED }, (_, n) => (n % 2 ? `alias-${n}` : `here-${n}`))
    const found = await suppressionsOf(meter.db, tenant, { name: 'sms', aliases: true }, parties)
    expect(found.map(({ partyKey }) => partyKey)).toEqual(parties.filter((_, n) => n % 2))
    expect(meter.read()).toBeLessThanOrEqual(2 * most)
    const others = metered()
    const reached = await aliasesOf({ db: others.db, keys: bindings.keys }, tenant, 'sms', parties)
    expect(reached.map((some) => some.length)).toEqual(parties.map((_, n) => n % 2))
    expect(others.read()).toBeLessThanOrEqual(2 * most)
  })
  test('threads, of people who were written to and of others', async () => {
    const base = baseAt(NOW + 4_000)
    const sent = rowsOf(tenant, base, TOUCHED)
    const entries = sent.map(({ id }, n) => ({ id, key: entryKey(MONTH, keyOfPerson(`thread-${n}`)) }))
    await db.batch([claimStatement(db, await sealed(db, sent), NOW), ...partyStatements(db, tenant, entries)])
    const replies = sent.map(({ line }, n) => ({
      realm: tenant,
      line,
      keys: searchKeys(MONTHS, keyOfPerson(n % 2 ? `thread-${n}` : `nobody-${n}`)),
    }))
    const meter = metered()
    expect(await latestTo(meter.db, replies)).toEqual(sent.map(({ id }, n) => (n % 2 ? id : null)))
    // Three buckets in each of eight months, and what SQLite counts of its own tables.
    expect(meter.read()).toBeLessThanOrEqual(250 * TOUCHED)
  })
  test('states and whole messages', async () => {
    for (const read of [statesOf, messagesByKeys]) {
      const meter = metered()
      expect(await read(meter.db, bindings.keys, keys)).toHaveLength(TOUCHED)
      expect(meter.read()).toBeLessThanOrEqual(most)
    }
  })
})

describe('a page of the list reads at most 500 rows, however many there are', () => {
  const ALL = { from: 'msg_', before: 'msg_~' }
  const PERSON = (full: number): ListSource => ({ by: 'party', keys: searchKeys(MONTHS, EVERYBODY), full })
  const PAGES: readonly (readonly [string, ListSource | 'a client ref', ListFilter, number])[] = [
    ['the newest hundred', { by: 'id' }, NONE, 101],
    ['a recipient of thousands', PERSON(101), { ...NONE, direction: 'outbound' }, 101],
    ['a recipient of thousands, who never answered', PERSON(21), { ...NONE, direction: 'inbound' }, PERSON_SCAN_LIMIT],
    ['a reference of thousands', 'a client ref', NONE, 101],
    ['a reference of thousands with a filter', 'a client ref', { ...NONE, statuses: [60] }, SCAN_LIMIT],
    ['a state that hardly any has', { by: 'id' }, { ...NONE, statuses: [10, 20] }, SCAN_LIMIT],
    ['a channel that none has', { by: 'id' }, { ...NONE, channel: 'voice' }, SCAN_LIMIT],
    ['a state that all have', { by: 'id' }, { ...NONE, line: '10004346' }, SCAN_LIMIT],
  ]
  test.each(PAGES)('%s', async (_, asked, filter, scan) => {
    const meter = metered()
    const ref = { realm: TENANTS[1], clientRef: 'same', since: 0 }
    const source: ListSource =
      asked === 'a client ref' ? { by: 'clientRef', keys: await clientKeysOf(bindings.keys, 'messages', ref) } : asked
    const rows = source.by === 'party' ? PERSON_SCAN_LIMIT : scan
    const found = await scanMessages(meter.db, TENANTS[1], { source, range: ALL, filter, rows })
    expect(found.rows.length).toBe(scan)
    expect(meter.read()).toBeLessThanOrEqual(500)
  })
})

test.each([
  ['echoes our ref', null, 4.2],
  ['does not', 'theirs', 6.2],
] as const)(
  'a message delivered by a carrier that %s costs few rows written, its purge included',
  async (_, ref, most) => {
    const tenant = `live.ten_${ref === null ? '5' : '6'}00000000000` as Realm
    const at = NOW - 200 * DAY
    const base = baseAt(at)
    const rows = rowsOf(tenant, base, 1_000, { acceptedAt: at })
    const costs = [
      await costOf(contentStatement(db, await shared(db, tenant, base, '{"text":"x"}')), 1),
      await costOf(claimStatement(db, await sealed(db, rows), at), rows.length),
      ...(await Promise.all(
        partyStatements(db, tenant, entriesTo(EVERYBODY, rows)).map((statement) => costOf(statement, 1)),
      )),
    ]
    const refs = rows.map(({ id }, n) => ({ connectionId: CONNECTION, ref: `${ref}-${n}`, realm: tenant, id }))
    const outcomes = await sealOutcomes(bindings.keys, records(rows), ref === null ? [] : refs)
    costs.push(await costOf(recordStatement(db, outcomes.records, at), rows.length))
    if (ref !== null) costs.push(await costOf(refsStatement(db, outcomes.refs), rows.length))
    costs.push(
      await costOf(reportStatement(db, await entered(db, changes(rows, 'delivered', at)), CONNECTION, at), rows.length),
    )

    let purged = 0
    const counting = {
      prepare: (sql: string) => db.prepare(sql),
      batch: async (statements: D1PreparedStatement[]) => {
        const results = await db.batch(statements)
        purged += results.reduce((sum, { meta }) => sum + meta.rows_written, 0)
        return results
      },
    } as unknown as D1Database
    const end = await chunkEnd(db, tenant, { after: '', before: 'msg_~', limit: 1_000 })
    expect(await purgeMessages(counting, tenant, { after: '', end: end ?? '' }, NOW)).toBe(rows.length)
    for (const table of tablesOf(tenant)) await purgeTable(db, table, tenant, { cutoff: NOW, limit: 1_000 })
    const left =
      'SELECT (SELECT count(*) FROM messages WHERE realm = unhex(?1)) + (SELECT count(*) FROM contents WHERE realm = unhex(?1)) + (SELECT count(*) FROM refs WHERE realm = unhex(?1)) AS n'
    expect(await db.prepare(left).bind(REALM.encode(tenant)).first('n')).toBe(0)
    const written = costs.reduce((sum, cost) => sum + cost.written, purged)
    expect(written / rows.length).toBeLessThanOrEqual(most)
  },
)
