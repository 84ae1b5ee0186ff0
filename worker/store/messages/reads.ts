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

/** The latest outbound message from a line to a person, for each key, null if none: an inbound message answers that one. */
export async function latestTo(
  db: D1Database,
  keys: readonly (readonly [realm: Realm, partyKey: string, line: string])[],
): Promise<readonly (MessageId | null)[]> {
  const [realm, partyKey, line] = ['(j.value->>0)', '(j.value->>1)', '(j.value->>2)']
  const sql = `SELECT j.key AS at, (
SELECT id FROM (SELECT id, line, direction FROM messages INDEXED BY messages_by_party
WHERE realm = ${realm} AND party_key = ${partyKey} ORDER BY id DESC LIMIT 50)
WHERE line = ${line} AND direction = 1 ORDER BY id DESC LIMIT 1) AS id FROM json_each(?1) j`
  const { results } = await db.prepare(sql).bind(JSON.stringify(keys)).all<{ at: number; id: MessageId | null }>()
  const found = new Map(results.map(({ at, id }) => [at, id]))
  return keys.map((_, i) => found.get(i) ?? null)
}

const WHOLE = byKeys(WITH_SHARED, SHARED)

/** Reads messages with their contents; keys of none are left out. */
export async function messagesByKeys(db: D1Database, keys: readonly MessageKey[]): Promise<readonly MessageRow[]> {
  return (await WHOLE(db, keys).all<MessageRow>()).results
}
