import type { ConnectionId, MessageId } from '#worker/domain/ids.ts'
import type { Realm } from '#worker/domain/realm.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { decodeText, encodeText } from '#worker/store/codec.ts'
import type { WorkRow } from '#worker/store/work.ts'
import { COLUMNS, type NewMessage, toRow } from './rows.ts'

/** An inbound message with the key under which the carrier's repeats of it are known. */
export interface InboundRow {
  readonly message: NewMessage
  readonly connectionId: ConnectionId
  readonly ref: string
}

const FIELDS = COLUMNS.map((_, i) => `j.value->>${i}`).join(', ')

/**
 * Takes inbound messages once: the ref row decides which of two repeats wins, and the message is written only beside a ref
 * that names it. Two statements for one D1 batch.
 */
export function takeInbound(db: D1Database, rows: readonly InboundRow[], now: EpochMs): D1PreparedStatement[] {
  const refs = rows.map(({ connectionId, ref, message }) => [connectionId, ref, message.realm, message.id])
  const messages = rows.map(({ connectionId, ref, message }) => [...toRow(message, now), connectionId, ref])
  return [
    db
      .prepare(
        'INSERT INTO refs (connection_id, ref, realm, message_id) SELECT value->>0, value->>1, value->>2, value->>3 FROM json_each(?1) WHERE true ON CONFLICT DO NOTHING',
      )
      .bind(JSON.stringify(refs)),
    db
      .prepare(
        `INSERT INTO messages (${COLUMNS.join(', ')}) SELECT ${FIELDS} FROM json_each(?1) j
CROSS JOIN refs r ON r.connection_id = j.value->>${COLUMNS.length} AND r.ref = j.value->>${COLUMNS.length + 1} AND r.message_id = j.value->>1
WHERE true ON CONFLICT DO NOTHING`,
      )
      .bind(JSON.stringify(messages)),
  ]
}

/** One part of a longer inbound message. */
export interface InboundPart {
  readonly connectionId: ConnectionId
  readonly groupKey: string
  readonly number: number
  readonly total: number
  /** JSON of the part. */
  readonly part: string
  readonly receivedAt: EpochMs
}

/** The parts of one message, as far as they came. */
export type PartGroup = Pick<InboundPart, 'connectionId' | 'groupKey'>

const keysOf = (groups: readonly PartGroup[]): string =>
  JSON.stringify(groups.map(({ connectionId, groupKey }) => [connectionId, groupKey]))

/**
 * Keeps parts (a repeat changes nothing) and answers all parts of their groups. A group's first part is kept together with
 * the work that ends its wait, so that none waits for ever.
 */
export async function keepParts(
  db: D1Database,
  parts: readonly InboundPart[],
  waitOf: (part: InboundPart) => WorkRow,
): Promise<readonly InboundPart[]> {
  const groups = [...new Map(parts.map((part) => [`${part.connectionId} ${part.groupKey}`, part])).values()]
  const waits = groups.map((part) => {
    const { dueAt, id, kind, realm, body } = waitOf(part)
    return [part.connectionId, part.groupKey, dueAt, id, kind, realm, body]
  })
  const rows = parts.map((p) => [p.connectionId, p.groupKey, p.number, p.total, encodeText(p.part), p.receivedAt])
  const [, , found] = await db.batch<InboundPart>([
    db
      .prepare(
        `INSERT INTO work (due_at, id, kind, realm, body)
SELECT j.value->>2, j.value->>3, j.value->>4, j.value->>5, j.value->>6 FROM json_each(?1) j
WHERE NOT EXISTS (SELECT 1 FROM inbound_parts p WHERE p.connection_id = j.value->>0 AND p.group_key = j.value->>1)
ON CONFLICT DO NOTHING`,
      )
      .bind(JSON.stringify(waits)),
    db
      .prepare(
        `INSERT INTO inbound_parts (connection_id, group_key, number, total, part, received_at)
SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5 FROM json_each(?1) WHERE true ON CONFLICT DO NOTHING`,
      )
      .bind(JSON.stringify(rows)),
    partsStatement(db, groups),
  ])
  return (found?.results ?? []).map(decoded)
}

const decoded = (row: InboundPart): InboundPart => ({ ...row, part: decodeText(row.part) })

const partsStatement = (db: D1Database, groups: readonly PartGroup[]): D1PreparedStatement =>
  db
    .prepare(
      `SELECT p.connection_id AS connectionId, p.group_key AS groupKey, p.number, p.total, p.part, p.received_at AS receivedAt
FROM json_each(?1) j CROSS JOIN inbound_parts p ON p.connection_id = j.value->>0 AND p.group_key = j.value->>1
ORDER BY p.connection_id, p.group_key, p.number`,
    )
    .bind(keysOf(groups))

/** The parts that are there, in order. */
export async function partsOf(db: D1Database, group: PartGroup): Promise<readonly InboundPart[]> {
  return (await partsStatement(db, [group]).all<InboundPart>()).results.map(decoded)
}

/** Deletes all parts of these groups. */
export const deleteParts = (db: D1Database, groups: readonly PartGroup[]): D1PreparedStatement =>
  db
    .prepare(
      'DELETE FROM inbound_parts WHERE (connection_id, group_key) IN (SELECT value->>0, value->>1 FROM json_each(?1))',
    )
    .bind(keysOf(groups))

/** The messages that were made from these ids, whichever were taken. */
export async function takenIds(
  db: D1Database,
  keys: readonly (readonly [Realm, MessageId])[],
): Promise<ReadonlySet<string>> {
  const { results } = await db
    .prepare('SELECT m.id FROM json_each(?1) j CROSS JOIN messages m ON m.realm = j.value->>0 AND m.id = j.value->>1')
    .bind(JSON.stringify(keys))
    .all<{ id: string }>()
  return new Set(results.map(({ id }) => id))
}
