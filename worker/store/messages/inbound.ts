import type { ConnectionId } from '#worker/domain/ids.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { MESSAGE_ID } from '#worker/store/codes/codes.ts'
import { messages } from '#worker/store/ledger-schema.ts'
import { bulk } from '#worker/store/sql/bulk.ts'
import { insertFrom } from '#worker/store/sql/columns.ts'
import { refsStatement } from './refs.ts'
import { byKeys, MESSAGE, type MessageKey, type SealedMessage } from './rows.ts'

/** Inbound message. Connection and `refKey` are the key by which a duplicate delivery of it is known. */
interface InboundRow {
  readonly message: SealedMessage
  readonly connectionId: ConnectionId
  readonly refKey: string
}

const INSERT_TAKEN = bulk(
  MESSAGE,
  (places) => `${insertFrom(messages, places)}
CROSS JOIN refs r ON r.connection_id = ${places.key.connectionId} AND r.ref_key = ${places.key.refKey} AND r.message_id = ${places.at.id}
WHERE true ON CONFLICT DO NOTHING`,
)

/**
 * Writes inbound messages, each once, in two statements for one D1 batch: of two deliveries of a message the first to write the
 * ref row wins, and a message is written only beside a ref that names it.
 */
export function takeInbound(db: D1Database, rows: readonly InboundRow[], now: EpochMs): D1PreparedStatement[] {
  const own = rows.map(({ connectionId, refKey, message: { realm, id } }) => ({ connectionId, refKey, realm, id }))
  const taken = rows.map(({ connectionId, refKey, message }) => ({ ...message, connectionId, refKey }))
  return [refsStatement(db, own), INSERT_TAKEN(db, taken, now)]
}

const IDS = byKeys('hex(m.id) AS id')

/** Statement that finds those messages that the ledger has, of some keys; `takenIds` reads its rows. */
export const takenStatement = (db: D1Database, keys: readonly MessageKey[]): D1PreparedStatement => IDS(db, keys)

export const takenIds = (rows: readonly { readonly id: string }[]): ReadonlySet<string> =>
  new Set(rows.map(({ id }) => MESSAGE_ID.decode(id)))
