import type { ConnectionId } from '#worker/domain/ids.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { decodeText, encodeText } from '#worker/store/codec.ts'
import { MESSAGE_ID } from '#worker/store/codes/codes.ts'
import { inboundParts, messages, work } from '#worker/store/ledger-schema.ts'
import { bulk } from '#worker/store/sql/bulk.ts'
import { columnNames, columnsOf, insertFrom } from '#worker/store/sql/columns.ts'
import { tupleFrom, tupleOf } from '#worker/store/sql/tuple.ts'
import { WORK, type WorkRow } from '#worker/store/work.ts'
import { byKeys, MESSAGE, MESSAGE_BYTES, MESSAGE_WRITERS, type MessageKey, type NewMessage } from './rows.ts'
import { refsStatement } from './writes.ts'

/** Inbound message. Connection and `ref` are the key by which a duplicate delivery of it is known. */
export interface InboundRow {
  readonly message: NewMessage
  readonly connectionId: ConnectionId
  readonly ref: string
}

const { names } = MESSAGE
const TAKEN = tupleFrom(
  { ...MESSAGE_WRITERS, ref: ({ ref }: NewMessage & { readonly ref: string }) => ref },
  MESSAGE_BYTES,
)
const INSERT_TAKEN = bulk(
  TAKEN,
  ({ at, key }) => `${insertFrom(messages, { names, values: names.map((name) => at[name]).join(', ') })}
CROSS JOIN refs r ON r.connection_id = ${key.connectionId} AND r.ref = ${key.ref} AND r.message_id = ${at.id}
WHERE true ON CONFLICT DO NOTHING`,
)

/**
 * Writes inbound messages, each once, in two statements for one D1 batch: of two deliveries of a message the first to write the
 * ref row wins, and a message is written only beside a ref that names it.
 */
export function takeInbound(db: D1Database, rows: readonly InboundRow[], now: EpochMs): D1PreparedStatement[] {
  const own = rows.map(({ connectionId, ref, message: { realm, id } }) => ({ connectionId, ref, realm, id }))
  const taken = rows.map(({ connectionId, ref, message }) => ({ ...message, connectionId, ref }))
  return [refsStatement(db, own), INSERT_TAKEN(db, taken, now)]
}

/** Part of a longer inbound message. */
export type InboundPart = Readonly<typeof inboundParts.$inferSelect>
const PART = tupleOf<InboundPart>()(columnNames(inboundParts), { part: ({ part }) => encodeText(part) })
const INSERT_PARTS = `${insertFrom(inboundParts, PART)} WHERE true ON CONFLICT DO NOTHING`

/** Key of all parts that have one reference between the same two. */
export type PartGroup = Pick<InboundPart, 'connectionId' | 'groupKey'>
const GROUP = tupleOf<PartGroup>()(['connectionId', 'groupKey'], {})
const OF_GROUP = `p.connection_id = ${GROUP.at.connectionId} AND p.group_key = ${GROUP.at.groupKey}`

/**
 * Writes the work that ends a group's wait, if none of its parts is there yet. In the bound rows the group stands behind the
 * work.
 */
const INSERT_WAITS = `${insertFrom(work, WORK)} WHERE NOT EXISTS (SELECT 1 FROM inbound_parts p
WHERE p.connection_id = (j.value->>${WORK.names.length}) AND p.group_key = (j.value->>${WORK.names.length + 1}))
ON CONFLICT DO NOTHING`

/**
 * Writes parts (one that is there already stays as it is) and gives all parts of their groups. A group's first part is written
 * together with the work that ends its wait, so that no group waits for ever.
 */
export async function keepParts(
  db: D1Database,
  parts: readonly InboundPart[],
  waitOf: (part: InboundPart) => WorkRow,
): Promise<readonly InboundPart[]> {
  const groups = [...new Map(parts.map((part) => [`${part.connectionId} ${part.groupKey}`, part])).values()]
  const waits = groups.map((part) => [...WORK.row(waitOf(part), 0), part.connectionId, part.groupKey])
  const [, , found] = await db.batch<InboundPart>([
    db.prepare(INSERT_WAITS).bind(JSON.stringify(waits)),
    db.prepare(INSERT_PARTS).bind(PART.json(parts)),
    partsStatement(db, groups),
  ])
  return (found?.results ?? []).map(decoded)
}

const decoded = (row: InboundPart): InboundPart => ({ ...row, part: decodeText(row.part) })

const partsStatement = (db: D1Database, groups: readonly PartGroup[]): D1PreparedStatement =>
  db
    .prepare(
      `SELECT ${columnsOf(inboundParts, columnNames(inboundParts), 'p')} FROM json_each(?1) j
CROSS JOIN inbound_parts p ON ${OF_GROUP}`,
    )
    .bind(GROUP.json(groups))

/** Parts of a group that have come, in no order. */
export async function partsOf(db: D1Database, group: PartGroup): Promise<readonly InboundPart[]> {
  return (await partsStatement(db, [group]).all<InboundPart>()).results.map(decoded)
}

/** Key of one part. */
export type PartKey = Pick<InboundPart, 'connectionId' | 'groupKey' | 'ref'>
const PART_KEY = tupleOf<PartKey>()(['connectionId', 'groupKey', 'ref'], {})

export const deleteParts = (db: D1Database, parts: readonly PartKey[]): D1PreparedStatement =>
  db
    .prepare(
      `DELETE FROM inbound_parts WHERE (connection_id, group_key, ref) IN (SELECT ${PART_KEY.values} FROM json_each(?1) j)`,
    )
    .bind(PART_KEY.json(parts))

const IDS = byKeys('hex(m.id) AS id')

/** Statement that finds those messages that the ledger has, of some keys; `takenIds` reads its rows. */
export const takenStatement = (db: D1Database, keys: readonly MessageKey[]): D1PreparedStatement => IDS(db, keys)

export const takenIds = (rows: readonly { readonly id: string }[]): ReadonlySet<string> =>
  new Set(rows.map(({ id }) => MESSAGE_ID.decode(id)))
