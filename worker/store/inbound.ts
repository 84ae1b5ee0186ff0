import type { ConnectionId, MessageId, TenantId } from '../domain/ids.ts'
import type { EpochMs } from '../domain/time.ts'
import { decodeText, encodeText } from './codec.ts'
import { COLUMNS, type NewMessage, toRow } from './message-rows.ts'

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
  const refs = rows.map(({ connectionId, ref, message }) => [connectionId, ref, message.tenantId, message.id])
  const messages = rows.map(({ connectionId, ref, message }) => [...toRow(message, now), connectionId, ref])
  return [
    db
      .prepare(
        'INSERT INTO refs (connection_id, ref, tenant_id, message_id) SELECT value->>0, value->>1, value->>2, value->>3 FROM json_each(?1) WHERE true ON CONFLICT DO NOTHING',
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

/** Keeps a part (a repeat changes nothing) and answers all parts that are there. */
export async function keepPart(db: D1Database, part: InboundPart): Promise<readonly InboundPart[]> {
  const [, parts] = await db.batch<InboundPart>([
    db
      .prepare(
        'INSERT INTO inbound_parts (connection_id, group_key, number, total, part, received_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING',
      )
      .bind(part.connectionId, part.groupKey, part.number, part.total, encodeText(part.part), part.receivedAt),
    partsStatement(db, part.connectionId, part.groupKey),
  ])
  return (parts?.results ?? []).map((row) => ({ ...row, part: decodeText(row.part) }))
}

const partsStatement = (db: D1Database, connection: ConnectionId, groupKey: string) =>
  db
    .prepare(
      `SELECT connection_id AS connectionId, group_key AS groupKey, number, total, part, received_at AS receivedAt
FROM inbound_parts WHERE connection_id = ?1 AND group_key = ?2 ORDER BY number`,
    )
    .bind(connection, groupKey)

/** The parts that are there, in order. */
export async function partsOf(
  db: D1Database,
  connection: ConnectionId,
  groupKey: string,
): Promise<readonly InboundPart[]> {
  const { results } = await partsStatement(db, connection, groupKey).all<InboundPart>()
  return results.map((row) => ({ ...row, part: decodeText(row.part) }))
}

export const deleteParts = (db: D1Database, connection: ConnectionId, groupKey: string): D1PreparedStatement =>
  db.prepare('DELETE FROM inbound_parts WHERE connection_id = ?1 AND group_key = ?2').bind(connection, groupKey)

/** The messages that were made from these ids, whichever were taken. */
export async function takenIds(
  db: D1Database,
  keys: readonly (readonly [TenantId, MessageId])[],
): Promise<ReadonlySet<string>> {
  const { results } = await db
    .prepare(
      'SELECT m.id FROM json_each(?1) j CROSS JOIN messages m ON m.tenant_id = j.value->>0 AND m.id = j.value->>1',
    )
    .bind(JSON.stringify(keys))
    .all<{ id: string }>()
  return new Set(results.map(({ id }) => id))
}
