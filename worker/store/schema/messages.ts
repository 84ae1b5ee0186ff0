import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { STATUS_CODES, UNSUCCESSFUL } from '#worker/domain/messages/status.ts'
import {
  baseBytes,
  batchBytes,
  connectionBytes,
  hexBytes,
  messageBytes,
  outcomeCode,
  realmBytes,
} from '#worker/store/codes/columns.ts'

/** Tables of messages: their rows, what the messages of a request share, and the refs of carriers. */

/** Condition of the index of messages that did not succeed: a statement that names the index must have it word for word. */
export const UNSUCCESSFUL_ROWS = `status IN (${UNSUCCESSFUL.map((status) => STATUS_CODES[status]).join(', ')})`

/** Condition of the index of messages that send another one again, word for word likewise. */
export const SENT_AGAIN_ROWS = 'in_reply_to IS NOT NULL AND (kind & 1) = 0'

/** Condition of the index of messages that people wrote, word for word likewise. */
export const INBOUND_ROWS = '(kind & 1) = 1'

/** Messages of both directions, sealed under keys of the tenant and of the month that the id names. `line`: the tenant's own. */
export const messages = sqliteTable(
  'messages',
  {
    realm: realmBytes('realm').notNull(),
    id: messageBytes('id').notNull(),
    /** Direction, purpose, channel, encoding, and whether the id's base names a batch, in one number (store/codes/codes.ts). */
    kind: integer('kind').notNull(),
    /** Encoding that has no number in `kind`. */
    encoding: text('encoding'),
    /** Code of domain/messages/status.ts. Its tens are the rank: a status gives way only to one of a higher rank. */
    status: integer('status').notNull(),
    /** Number of the latest claimed attempt; 0 in a tombstone. */
    attempt: integer('attempt').notNull(),
    /** Outcome of the latest attempt; null: it is under way. */
    outcome: outcomeCode('outcome'),
    connectionId: connectionBytes('connection_id'),
    /** Hash of the carrier's ref, as in `refs`; null: the carrier echoes ours. */
    refKey: hexBytes('ref_key'),
    /** The person's address with client ref and metadata, sealed (store/messages/sealed.ts); null: no address is known yet. */
    sealed: hexBytes('sealed'),
    line: text('line').notNull(),
    /** JSON of the content, sealed; one byte: there is none; null: it stands once for the whole request, in `contents`. */
    content: hexBytes('content'),
    units: integer('units').notNull(),
    /** Keyed hash of the client ref, by which the message is found. */
    clientKey: hexBytes('client_key'),
    /** The message that an inbound one answers; of an outbound one, the one that it sends again. */
    refersTo: messageBytes('in_reply_to'),
    validUntil: integer('valid_until'),
    /** Milliseconds from the time of the id to the acceptance. */
    acceptedAfter: integer('accepted_after').notNull(),
    updatedAt: integer('updated_at').notNull(),
    /** Entries, one behind the other (messages/timeline.ts): it is only ever appended to. Failure and price are read from it. */
    timeline: hexBytes('timeline').notNull(),
    /** Time of the first report that the message was delivered, or read; null: there was none. */
    deliveredAt: integer('delivered_at'),
  },
  (table) => [
    primaryKey({ columns: [table.realm, table.id] }),
    index('messages_by_client_ref').on(table.realm, table.clientKey, table.id).where(sql`client_key IS NOT NULL`),
    index('messages_inbound').on(table.realm, table.id).where(sql.raw(INBOUND_ROWS)),
    index('messages_sent_again').on(table.realm, table.refersTo, table.id).where(sql.raw(SENT_AGAIN_ROWS)),
    index('messages_unsuccessful').on(table.realm, table.status, table.id).where(sql.raw(UNSUCCESSFUL_ROWS)),
  ],
)

/** Contents that the messages of one request share, sealed. `base`: the part that the ids of these messages have in common. */
export const contents = sqliteTable(
  'contents',
  { realm: realmBytes('realm').notNull(), base: baseBytes('base').notNull(), content: hexBytes('content').notNull() },
  (table) => [primaryKey({ columns: [table.realm, table.base] })],
)

/** Batches, each written with the first of its messages that is claimed, or when it is canceled before. */
export const batches = sqliteTable(
  'batches',
  {
    realm: realmBytes('realm').notNull(),
    id: batchBytes('id').notNull(),
    total: integer('total').notNull(),
    /** Items that were accepted; null: the batch was canceled, and dispatch has taken up none of its messages yet. */
    accepted: integer('accepted'),
    /** The client ref sealed, and its keyed hash, by which the batch is found. */
    clientRef: hexBytes('client_ref'),
    clientKey: hexBytes('client_key'),
    acceptedAt: integer('accepted_at').notNull(),
    /** Time since which the claim ends messages of the batch instead of giving them to a carrier. */
    canceledAt: integer('canceled_at'),
    /** JSON of its rows by status code (messages/batch-counts.ts); null: it is small, and they are counted when asked. */
    counts: text('counts'),
  },
  (table) => [
    primaryKey({ columns: [table.realm, table.id] }),
    index('batches_by_client_ref').on(table.realm, table.clientKey, table.id).where(sql`client_key IS NOT NULL`),
  ],
)

/**
 * Carriers' own refs of messages, for carriers that do not echo ours. A ref with `in:` before it is that of an inbound message,
 * by which a second delivery of it is known.
 */
export const refs = sqliteTable(
  'refs',
  {
    connectionId: connectionBytes('connection_id').notNull(),
    /** Keyed hash of the ref (store/messages/refs.ts). */
    refKey: hexBytes('ref_key').notNull(),
    realm: realmBytes('realm').notNull(),
    messageId: messageBytes('message_id').notNull(),
  },
  (table) => [primaryKey({ columns: [table.connectionId, table.refKey] })],
)
