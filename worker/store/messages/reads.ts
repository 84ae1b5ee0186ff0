import { BASE_DIGITS, type ConnectionId, type MessageId } from '#worker/domain/ids.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { messages, refs } from '#worker/store/ledger-schema.ts'
import { columnsOf, type Row } from '#worker/store/sql/columns.ts'
import { byKeys, type MessageKey, type MessageRow, ROW_COLUMNS } from './rows.ts'
import { CHANGED_NAMES } from './writes.ts'

const WITH_SHARED = `${ROW_COLUMNS}, c.content AS shared`
const SHARED = `LEFT JOIN contents c ON m.content IS NULL AND c.realm = m.realm AND c.base = substr(m.id, 5, ${BASE_DIGITS})`
const BY_ID = `SELECT ${WITH_SHARED} FROM messages m ${SHARED} WHERE m.realm = ?1 AND m.id = ?2`

export function messageById(db: D1Database, realm: Realm, id: MessageId): Promise<MessageRow | null> {
  return db.prepare(BY_ID).bind(realm, id).first<MessageRow>()
}

const STATE_NAMES = [
  ...CHANGED_NAMES,
  'attempt',
  'outcome',
  'connectionId',
  'providerRef',
  'timeline',
  'updatedAt',
] as const
export type StateRow = Pick<MessageRow, (typeof STATE_NAMES)[number]>

const STATES = byKeys(columnsOf(messages, STATE_NAMES, 'm'))

/** States of those of some messages that exist. */
export async function statesOf(db: D1Database, keys: readonly MessageKey[]): Promise<readonly StateRow[]> {
  return (await STATES(db, keys).all<StateRow>()).results
}

const REF_NAMES = ['ref', 'realm', 'messageId'] as const
type RefRow = Row<typeof refs, (typeof REF_NAMES)[number]>

/** Messages that a connection's refs stand for, as far as they are on this shard. */
export async function resolveRefs(
  db: D1Database,
  connection: ConnectionId,
  own: readonly string[],
): Promise<readonly RefRow[]> {
  const sql = `SELECT ${columnsOf(refs, REF_NAMES, 'r')} FROM json_each(?2) j
CROSS JOIN refs r ON r.connection_id = ?1 AND r.ref = j.value`
  return (await db.prepare(sql).bind(connection, JSON.stringify(own)).all<RefRow>()).results
}

/** Counts the refs of a connection that start with `prefix`, up to `limit`. */
export async function countRefs(
  db: D1Database,
  connection: ConnectionId,
  prefix: string,
  limit: number,
): Promise<number> {
  const row = await db
    .prepare(
      'SELECT count(*) AS count FROM (SELECT 1 FROM refs WHERE connection_id = ?1 AND ref > ?2 AND ref < ?3 LIMIT ?4)',
    )
    .bind(connection, prefix, `${prefix}~`, limit)
    .first<{ count: number }>()
  return row?.count ?? 0
}

/** Messages of a realm, and the line from which the newest of them is looked for. */
interface FromLine {
  readonly realm: Realm
  readonly ids: readonly MessageId[]
  readonly line: string
}
const NEWEST_FROM = `SELECT j.key AS at, max(m.id) AS id FROM json_each(?1) j CROSS JOIN json_each(j.value->1) i
CROSS JOIN messages m ON m.realm = (j.value->>0) AND m.id = i.value
WHERE m.line = (j.value->>2) AND m.direction = 1 GROUP BY j.key`

/** Answers for each of some messages which is the newest outbound one from its line. */
export async function newestFrom(db: D1Database, asked: readonly FromLine[]): Promise<readonly (MessageId | null)[]> {
  const rows = JSON.stringify(asked.map(({ realm, ids, line }) => [realm, ids, line]))
  const { results } = await db.prepare(NEWEST_FROM).bind(rows).all<{ at: number; id: MessageId }>()
  const found = new Map(results.map(({ at, id }) => [at, id]))
  return asked.map((_, i) => found.get(i) ?? null)
}

const WHOLE = byKeys(WITH_SHARED, SHARED)

/** Reads messages with their contents; keys of none are left out. */
export async function messagesByKeys(db: D1Database, keys: readonly MessageKey[]): Promise<readonly MessageRow[]> {
  return (await WHOLE(db, keys).all<MessageRow>()).results
}
