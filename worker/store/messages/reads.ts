import { BASE_DIGITS, type ConnectionId, type MessageId } from '#worker/domain/ids.ts'
import type { Realm } from '#worker/domain/realm.ts'
import type { MessageRow } from './rows.ts'
import type { ChangedRow } from './writes.ts'
import { CHANGED_COLUMNS } from './writes.ts'

const BASE_START = 5
const WITH_CONTENT = `SELECT m.*, c.content AS shared FROM messages m
LEFT JOIN contents c ON m.content IS NULL AND c.realm = m.realm AND c.base = substr(m.id, ${BASE_START}, ${BASE_DIGITS})`

export function messageById(db: D1Database, realm: Realm, id: MessageId): Promise<MessageRow | null> {
  return db.prepare(`${WITH_CONTENT} WHERE m.realm = ?1 AND m.id = ?2`).bind(realm, id).first<MessageRow>()
}

export type StateRow = Pick<
  MessageRow,
  'id' | 'status' | 'attempt' | 'outcome' | 'connection_id' | 'timeline' | 'updated_at' | 'provider_ref'
> &
  ChangedRow

/** CROSS: else SQLite may scan the table and look into the JSON for each row. */
const byKeys = (columns: string) =>
  `SELECT ${columns} FROM json_each(?1) j CROSS JOIN messages ON messages.realm = j.value->>0 AND messages.id = j.value->>1`

/** The states of some messages, whichever exist. */
export async function statesOf(
  db: D1Database,
  keys: readonly (readonly [Realm, MessageId])[],
): Promise<readonly StateRow[]> {
  const sql = byKeys(`${CHANGED_COLUMNS}, attempt, outcome, connection_id, provider_ref, timeline, updated_at`)
  return (await db.prepare(sql).bind(JSON.stringify(keys)).all<StateRow>()).results
}

interface RefRow {
  readonly ref: string
  readonly realm: Realm
  readonly message_id: MessageId
}

/** Our messages behind a connection's own refs, whichever this shard knows. */
export async function resolveRefs(
  db: D1Database,
  connection: ConnectionId,
  refs: readonly string[],
): Promise<readonly RefRow[]> {
  const sql =
    'SELECT r.ref, r.realm, r.message_id FROM json_each(?2) j CROSS JOIN refs r ON r.connection_id = ?1 AND r.ref = j.value'
  return (await db.prepare(sql).bind(connection, JSON.stringify(refs)).all<RefRow>()).results
}

/** How many refs of a connection begin so, counted up to `limit`: a key range. */
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

/** The latest outbound message from each line to a person, which is what an inbound message answers; null without one. */
export async function latestTo(
  db: D1Database,
  keys: readonly (readonly [realm: Realm, partyKey: string, line: string])[],
): Promise<readonly (MessageId | null)[]> {
  const sql = `SELECT j.key AS at, (
SELECT id FROM (SELECT id, line, direction FROM messages INDEXED BY messages_by_party
WHERE realm = j.value->>0 AND party_key = j.value->>1 ORDER BY id DESC LIMIT 50)
WHERE line = j.value->>2 AND direction = 1 ORDER BY id DESC LIMIT 1) AS id FROM json_each(?1) j`
  const { results } = await db.prepare(sql).bind(JSON.stringify(keys)).all<{ at: number; id: MessageId | null }>()
  const found = new Map(results.map(({ at, id }) => [at, id]))
  return keys.map((_, i) => found.get(i) ?? null)
}

/** Whole messages with their contents, whichever exist. */
export async function messagesByKeys(
  db: D1Database,
  keys: readonly (readonly [Realm, MessageId])[],
): Promise<readonly MessageRow[]> {
  const sql = `SELECT m.*, c.content AS shared FROM json_each(?1) j
CROSS JOIN messages m ON m.realm = j.value->>0 AND m.id = j.value->>1
LEFT JOIN contents c ON m.content IS NULL AND c.realm = m.realm AND c.base = substr(m.id, ${BASE_START}, ${BASE_DIGITS})`
  return (await db.prepare(sql).bind(JSON.stringify(keys)).all<MessageRow>()).results
}
