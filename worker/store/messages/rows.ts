import type { Failure } from '#worker/domain/carriers/provider.ts'
import { type BatchId, baseOf, batchIdOf, type MessageId } from '#worker/domain/ids.ts'
import type { Direction, Message, Metadata, TimelineEntry, Waiting } from '#worker/domain/messages/message.ts'
import { type MessageStatus, rankOf, STATUS_CODES, statusOf } from '#worker/domain/messages/status.ts'
import { expiryOf } from '#worker/domain/messages/validity.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { decodeText, encodeText } from '#worker/store/codec.ts'
import { messages } from '#worker/store/ledger-schema.ts'
import { bulk } from '#worker/store/sql/bulk.ts'
import { columnNames, columnsOf } from '#worker/store/sql/columns.ts'
import { tupleFrom, type Writer } from '#worker/store/sql/tuple.ts'

type StoredMessage = Readonly<typeof messages.$inferSelect>

/** Fields that have another value in the code than in the database. */
interface Meant {
  readonly direction: Direction
  readonly status: MessageStatus
  readonly metadata: Metadata | null
  readonly batched: boolean
  readonly failure: Failure | null
}

/** Message as it is first written. `content` null: the content stands once for the whole request, in `contents`. */
export type NewMessage = Omit<StoredMessage, keyof Meant | 'outcome' | 'updatedAt'> & Meant

/** Values of all columns but the outcome, which no message has at first. */
export const MESSAGE_WRITERS: {
  readonly [Name in Exclude<keyof StoredMessage, 'outcome'>]: Writer<NewMessage>
} = {
  realm: (m) => m.realm,
  id: (m) => m.id,
  direction: (m) => (m.direction === 'outbound' ? 1 : 2),
  channel: (m) => m.channel,
  status: (m) => STATUS_CODES[m.status],
  attempt: (m) => m.attempt,
  connectionId: (m) => m.connectionId,
  providerRef: (m) => m.providerRef,
  partyKey: (m) => m.partyKey,
  party: (m) => encodeText(m.party),
  line: (m) => m.line,
  content: (m) => (m.content === null ? null : encodeText(m.content)),
  units: (m) => m.units,
  encoding: (m) => m.encoding,
  purpose: (m) => m.purpose,
  clientRef: (m) => m.clientRef,
  metadata: (m) => (m.metadata === null ? null : JSON.stringify(m.metadata)),
  batched: (m) => (m.batched ? 1 : 0),
  inReplyTo: (m) => m.inReplyTo,
  validUntil: (m) => m.validUntil,
  failure: (m) => (m.failure === null ? null : JSON.stringify(m.failure)),
  acceptedAt: (m) => m.acceptedAt,
  updatedAt: (_, now) => now,
  timeline: (m) => m.timeline,
}

/** Form in which the bulk statements are given messages. */
export const MESSAGE = tupleFrom(MESSAGE_WRITERS)

/**
 * Stored message as D1 gives it, without the blind index. `shared`: the content of its request, for a message without its own.
 */
export type MessageRow = Omit<StoredMessage, 'partyKey'> & { readonly shared?: string | null }

/** Key of a message. */
export type MessageKey = readonly [realm: Realm, id: MessageId]
const KEY = tupleFrom({ realm: ([realm]: MessageKey) => realm, id: ([, id]) => id })

/**
 * Statement that reads messages by their keys. CROSS JOIN, because SQLite may else scan the table and search the JSON for each
 * row. `columns`: of `messages m` · `more`: further joins.
 */
export const byKeys = (columns: string, more = '') =>
  bulk(
    KEY,
    ({ key }) => `SELECT ${columns} FROM json_each(?1) j
CROSS JOIN messages m ON m.realm = ${key.realm} AND m.id = ${key.id} ${more}`,
  )

/** Columns of a `MessageRow` for a SELECT from `messages m`. */
export const ROW_COLUMNS = columnsOf(
  messages,
  columnNames(messages).filter((name) => name !== 'partyKey'),
  'm',
)

export const entryJson = (entry: TimelineEntry): string => JSON.stringify(entry)

export const parseTimeline = (stored: string): readonly TimelineEntry[] => JSON.parse(`[${stored}]`) as TimelineEntry[]

/**
 * Entries as they happened by our clock. They stand as they were written, and a report may be written before the answer that it
 * overtook.
 */
const inOrder = (timeline: readonly TimelineEntry[]): readonly TimelineEntry[] =>
  timeline.toSorted((a, b) => a.at - b.at || rankOf(a.status) - rankOf(b.status))

export const batchIdOfRow = (row: Pick<MessageRow, 'batched' | 'id'>): BatchId | null =>
  row.batched === 1 ? batchIdOf(baseOf(row.id)) : null

function waitingOf(row: MessageRow, timeline: readonly TimelineEntry[]): Waiting | null {
  const { outcome, attempt, acceptedAt, validUntil } = row
  const isOpen = statusOf(row.status) === (outcome === 'again' ? 'submitted' : 'accepted')
  if (!isOpen || (outcome !== 'repeat' && outcome !== 'deferred' && outcome !== 'again')) return null
  const until = timeline.findLast((entry) => entry.attempt === attempt)?.until
  return until === undefined
    ? { for: 'next-attempt', until: expiryOf(acceptedAt, validUntil ?? undefined) }
    : { for: 'repeat', until }
}

/** Makes the domain's message of a row. */
export function fromRow(row: MessageRow): Message {
  const content = row.content ?? row.shared ?? null
  const outbound = row.direction === 1
  const party = decodeText(row.party)
  const timeline = parseTimeline(row.timeline)
  return {
    realm: row.realm,
    id: row.id,
    direction: outbound ? 'outbound' : 'inbound',
    channel: row.channel,
    status: statusOf(row.status),
    to: outbound ? party : row.line,
    from: outbound ? row.line : party,
    content: content === null ? null : JSON.parse(decodeText(content)),
    units: row.units,
    encoding: row.encoding,
    purpose: row.purpose,
    clientRef: row.clientRef,
    metadata: row.metadata === null ? null : (JSON.parse(row.metadata) as Metadata),
    batchId: batchIdOfRow(row),
    inReplyTo: row.inReplyTo,
    validUntil: row.validUntil,
    attempt: row.attempt,
    connectionId: row.connectionId,
    failure: row.failure === null ? null : (JSON.parse(row.failure) as Failure),
    acceptedAt: row.acceptedAt,
    updatedAt: row.updatedAt,
    price: timeline.findLast(({ price }) => price !== undefined)?.price ?? null,
    waiting: waitingOf(row, timeline),
    timeline: inOrder(timeline),
  }
}
