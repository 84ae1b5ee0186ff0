import { type ConnectionId, idFloor, type TenantId } from '#worker/domain/ids.ts'
import { STATUS_CODES } from '#worker/domain/messages/status.ts'
import { type Realm, tenantOf } from '#worker/domain/realm.ts'
import { type EpochMs, HOUR } from '#worker/domain/time.ts'
import { boundHex, CONNECTION, idsOfBase, MESSAGE_ID, REALM } from '#worker/store/codes/codes.ts'
import { inBytes } from '#worker/store/sql/tuple.ts'

/** Owner of purged rows: a realm; in the access log, which knows no modes, a tenant or '' for calls of nobody known. */
type RowOwner = Realm | TenantId | ''

export const isRealm = (owner: RowOwner): owner is Realm => owner.includes('.')

/** A page of old rows in the order of their key: behind `after`, before `before`, at most `limit` of them. */
export interface OldPage<Key = string> {
  readonly after: Key
  readonly before: string
  readonly limit: number
}

/** Last id of a page of an owner's messages; null if the page is empty. */
export async function chunkEnd(db: D1Database, owner: RowOwner, page: OldPage): Promise<string | null> {
  if (!isRealm(owner)) return null
  const row = await db
    .prepare(
      `SELECT hex(max(id)) AS id FROM (SELECT id FROM messages
WHERE realm = unhex(?1) AND id > unhex(?2) AND id < unhex(?3) ORDER BY id LIMIT ?4)`,
    )
    .bind(REALM.encode(owner), boundHex(page.after, 'id'), boundHex(page.before, 'id'), page.limit)
    .first<{ id: string }>()
  return row?.id ? MESSAGE_ID.decode(row.id) : null
}

/**
 * Condition on messages that have ended, and last changed before the cut-off. `submitted` is an end here: after 72 hours
 * without a report it becomes `unknown`, unless the provider never reports (flows/dispatch/write-outcome.ts).
 */
const EXPIRED_MESSAGES = `realm = unhex(?1) AND id > unhex(?2) AND id <= unhex(?3) AND status >= ${STATUS_CODES.submitted} AND updated_at < ?4`

/** Message ids behind `after`, up to and with `end`. */
interface MessageChunk {
  readonly after: string
  readonly end: string
}

/**
 * Deletes the messages of a chunk that `EXPIRED_MESSAGES` finds, and first the ref that each holds. Their other refs are left
 * to `deleteOrphanRefs`.
 */
export async function purgeMessages(
  db: D1Database,
  owner: RowOwner,
  { after, end }: MessageChunk,
  cutoff: EpochMs,
): Promise<number> {
  if (!isRealm(owner)) return 0
  const values = [REALM.encode(owner), boundHex(after, 'id'), boundHex(end, 'id'), cutoff]
  const [, messages] = await db.batch([
    db
      .prepare(
        `DELETE FROM refs WHERE (connection_id, ref_key) IN (SELECT connection_id, ref_key FROM messages WHERE ${EXPIRED_MESSAGES} AND ref_key IS NOT NULL)`,
      )
      .bind(...values),
    db.prepare(`DELETE FROM messages WHERE ${EXPIRED_MESSAGES}`).bind(...values),
  ])
  return messages?.meta.changes ?? 0
}

/** Key of a ref. */
export type RefKey = readonly [connectionId: ConnectionId, refKey: string]

/** Values of a key in SQL; null is before all. */
const refValues = (key: RefKey | null): readonly [string, string] =>
  key === null ? ['', ''] : [CONNECTION.encode(key[0]), key[1]]

/** Last key of a page of refs behind `after`; null if fewer than `limit` are left. */
export async function refsPageEnd(db: D1Database, after: RefKey | null, limit: number): Promise<RefKey | null> {
  const row = await db
    .prepare(
      `SELECT hex(connection_id) AS connectionId, hex(ref_key) AS refKey FROM refs WHERE (connection_id, ref_key) > (unhex(?1), unhex(?2))
ORDER BY connection_id, ref_key LIMIT 1 OFFSET ?3`,
    )
    .bind(...refValues(after), limit - 1)
    .first<{ connectionId: string; refKey: string }>()
  return row && [CONNECTION.decode(row.connectionId), row.refKey]
}

/** A page of refs behind `after`; it goes to `end`, or to the last one. */
interface RefPage {
  readonly after: RefKey | null
  readonly end: RefKey | null
}

/**
 * Deletes the refs of a page whose message is gone: its id is below `before`, and no row has it. Younger refs stay, because a
 * ref may be written before its message. Answers how many.
 */
export async function deleteOrphanRefs(db: D1Database, { after, end }: RefPage, before: string): Promise<number> {
  const sql = `DELETE FROM refs WHERE (connection_id, ref_key) > (unhex(?1), unhex(?2)) ${end === null ? '' : 'AND (connection_id, ref_key) <= (unhex(?4), unhex(?5))'}
AND message_id < unhex(?3) AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.realm = refs.realm AND m.id = refs.message_id)`
  return (
    await db
      .prepare(sql)
      .bind(...refValues(after), boundHex(before, 'id'), ...(end === null ? [] : refValues(end)))
      .run()
  ).meta.changes
}

/**
 * Tables of what hangs on messages or stands beside them, with the column by which the purge finds old rows: an id that holds
 * its time behind `prefix`.
 */
const PURGED = {
  contents: { key: 'base', prefix: '' },
  batches: { key: 'id', prefix: 'bat_' },
  requests: { key: 'id', prefix: 'req_' },
  deliveries: { key: 'id', prefix: 'dlv_' },
  sessions: { key: 'id', prefix: 'ses_' },
  verifications: { key: 'id', prefix: 'ver_' },
  devices: { key: 'id', prefix: 'dev_' },
} as const

type PurgedTable = keyof typeof PURGED
const PURGED_TABLES = Object.keys(PURGED) as readonly PurgedTable[]

/** Tables whose keys are bytes: a realm, and the base of messages. */
const isOfBases = (table: string): table is 'contents' | 'batches' => table === 'contents' || table === 'batches'

/** Tables whose ids hold the tenant before the time, with a condition on when their rows are old. */
const OWN: Readonly<Partial<Record<PurgedTable, string>>> = {
  sessions: 'AND t.updated_at < ?4',
  verifications: 'AND t.updated_at < ?4',
  devices: `AND t.status = 'removed' AND t.updated_at < ?4`,
}

/** Condition on rows that may go: contents and batches without messages, ended sessions, verifications, removed devices. */
const ORPHANS = (table: PurgedTable): string =>
  OWN[table] !== undefined
    ? OWN[table]
    : isOfBases(table)
      ? `AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.realm = t.realm AND ${idsOfBase('m.id', `t.${PURGED[table].key}`)})`
      : ''

/** Tables whose realm is bytes. */
const hasRealmBytes = (table: string): boolean => table === 'messages' || table === 'statistics' || isOfBases(table)

/** Column of the owner. The access log has tenants, not realms: it is for operators, who see both modes together. */
const ownerColumn = (table: string): 'realm' | 'tenant_id' => (table === 'requests' ? 'tenant_id' : 'realm')

/** Bound of one deletion: rows that are older than the cut-off, at most `limit` of them. */
interface PurgeBound {
  readonly cutoff: EpochMs
  readonly limit: number
}

/** Tables beside `messages` that have rows of this owner: the access log those of tenants, all others those of realms. */
export const tablesOf = (owner: RowOwner): readonly PurgedTable[] =>
  PURGED_TABLES.filter((table) => (table === 'requests') !== isRealm(owner))

const floorOf = (table: PurgedTable, owner: RowOwner, cutoff: EpochMs): string =>
  `${PURGED[table].prefix}${OWN[table] === undefined ? '' : tenantOf(owner as Realm).slice(4)}${idFloor('', cutoff).slice(1)}`

/** Deletes old rows of an owner from one table; answers how many. */
export async function purgeTable(
  db: D1Database,
  table: PurgedTable,
  owner: RowOwner,
  { cutoff, limit }: PurgeBound,
): Promise<number> {
  const { key } = PURGED[table]
  const [mine, floor] = [1, 2].map((n) => inBytes(`?${n}`, isOfBases(table)))
  const sql = `DELETE FROM ${table} WHERE ${ownerColumn(table)} = ${mine} AND ${key} IN (
SELECT t.${key} FROM ${table} t WHERE t.${ownerColumn(table)} = ${mine} AND t.${key} < ${floor} ${ORPHANS(table)} ORDER BY t.${key} LIMIT ?3)`
  const before = floorOf(table, owner, cutoff)
  const values = isOfBases(table) ? [REALM.encode(owner as Realm), boundHex(before, 'base')] : [owner, before]
  return (
    await db
      .prepare(sql)
      .bind(...values, limit, ...(OWN[table] === undefined ? [] : [cutoff]))
      .run()
  ).meta.changes
}

/** Deletes old dead letters and tallies, whose keys hold no owner; answers how many. */
export async function purgeRest(db: D1Database, { cutoff, limit }: PurgeBound): Promise<number> {
  const [letters, tallies] = await db.batch([
    db
      .prepare('DELETE FROM dead_letters WHERE id IN (SELECT id FROM dead_letters WHERE at < ?1 ORDER BY id LIMIT ?2)')
      .bind(cutoff, limit),
    db.prepare('DELETE FROM tallies WHERE hour < ?1').bind(Math.floor(cutoff / HOUR)),
  ])
  return (letters?.meta.changes ?? 0) + (tallies?.meta.changes ?? 0)
}

export async function readCursor(db: D1Database, name: string): Promise<string | null> {
  return (
    (await db.prepare('SELECT value FROM cursors WHERE name = ?1').bind(name).first<{ value: string }>())?.value ?? null
  )
}

export async function writeCursor(db: D1Database, name: string, value: string | null, now: EpochMs): Promise<void> {
  const statement =
    value === null
      ? db.prepare('DELETE FROM cursors WHERE name = ?1').bind(name)
      : db
          .prepare(
            'INSERT INTO cursors (name, value, updated_at) VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at',
          )
          .bind(name, value, now)
  await statement.run()
}

/** Position at which the purge of a shard goes on: the owner, the last message id looked at, and the last file id after that. */
export interface PurgePosition {
  readonly owner: RowOwner
  readonly after: string
  readonly file?: string
}

const CURSOR = 'purge'

/** Position at which the last run stopped; null if it came to the end. */
export async function readPosition(db: D1Database): Promise<PurgePosition | null> {
  const stored = await readCursor(db, CURSOR)
  return stored === null ? null : (JSON.parse(stored) as PurgePosition)
}

export const writePosition = (db: D1Database, position: PurgePosition | null, now: EpochMs): Promise<void> =>
  writeCursor(db, CURSOR, position === null ? null : JSON.stringify(position), now)

/** Bound behind which owners' bytes are found; those of no realm lie between the modes. */
function ownerBound(after: RowOwner): string {
  if (after === '') return ''
  return isRealm(after) ? REALM.encode(after) : LAST_LIVE
}
const LAST_LIVE = '7f'.padEnd(16, 'f')

/** The first owner behind `after` that has rows on this shard; null if none has. Costs one seek a table. */
export async function nextOwner(db: D1Database, after: RowOwner): Promise<RowOwner | null> {
  const rows = await Promise.all(
    ['messages', 'statistics', 'verification_statistics', 'media', 'party_index', 'party_tail', ...PURGED_TABLES].map(
      async (table): Promise<RowOwner | null> => {
        const column = ownerColumn(table)
        if (!hasRealmBytes(table)) {
          const sql = `SELECT min(${column}) AS id FROM ${table} WHERE ${column} > ?1`
          return (await db.prepare(sql).bind(after).first<RowOwner | null>('id')) ?? null
        }
        const sql = `SELECT hex(min(realm)) AS id FROM ${table} WHERE realm > unhex(?1)`
        const hex = await db.prepare(sql).bind(ownerBound(after)).first<string>('id')
        return hex ? REALM.decode(hex) : null
      },
    ),
  )
  const ids = rows.flatMap((id) => id ?? [])
  return ids.length === 0 ? null : ids.reduce((a, b) => (a < b ? a : b))
}
