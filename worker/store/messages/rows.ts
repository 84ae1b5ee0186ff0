import { type BatchId, baseOf, batchIdOf, type MessageId, timeOfId } from '#worker/domain/ids.ts'
import type { Message, Metadata, TimelineEntry, Waiting } from '#worker/domain/messages/message.ts'
import { type MessageStatus, rankOf, STATUS_CODES, statusOf } from '#worker/domain/messages/status.ts'
import { failureThatLed } from '#worker/domain/messages/timeline.ts'
import { expiryOf } from '#worker/domain/messages/validity.ts'
import type { Realm } from '#worker/domain/realm.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { decodeText, encodeText } from '#worker/store/codec.ts'
import {
  CONNECTION,
  encodingText,
  type Kind,
  kindNumber,
  kindOf,
  MESSAGE_ID,
  REALM,
} from '#worker/store/codes/codes.ts'
import { messages } from '#worker/store/ledger-schema.ts'
import { bulk } from '#worker/store/sql/bulk.ts'
import { bytesOf, columnNames, columnsOf, reader } from '#worker/store/sql/columns.ts'
import { tupleFrom, type Writer } from '#worker/store/sql/tuple.ts'
import { timelineHex, timelineOf } from './timeline.ts'

type StoredMessage = Readonly<typeof messages.$inferSelect>

/** Fields that the database holds in another form than the code. */
type Coded = 'kind' | 'encoding' | 'party' | 'acceptedAfter' | 'timeline'

/** Message as it is first written. `content` null: the content stands once for the whole request, in `contents`. */
export type NewMessage = Omit<StoredMessage, Coded | 'status' | 'metadata' | 'outcome' | 'updatedAt'> &
  Kind & {
    readonly status: MessageStatus
    readonly metadata: Metadata | null
    /** Empty: not known yet. */
    readonly party: string
    readonly acceptedAt: EpochMs
    /** Entries; a connection that one names is that of the row. */
    readonly timeline: readonly TimelineEntry[]
  }

/** Values of all columns but the outcome, which no message has at first. */
export const MESSAGE_WRITERS: {
  readonly [Name in Exclude<keyof StoredMessage, 'outcome'>]: Writer<NewMessage>
} = {
  realm: (m) => REALM.encode(m.realm),
  id: (m) => MESSAGE_ID.encode(m.id),
  kind: kindNumber,
  encoding: (m) => encodingText(m.encoding),
  status: (m) => STATUS_CODES[m.status],
  attempt: (m) => m.attempt,
  connectionId: (m) => (m.connectionId === null ? null : CONNECTION.encode(m.connectionId)),
  providerRef: (m) => m.providerRef,
  party: (m) => (m.party === '' ? null : encodeText(m.party)),
  line: (m) => m.line,
  content: (m) => (m.content === null ? null : encodeText(m.content)),
  units: (m) => m.units,
  clientRef: (m) => m.clientRef,
  metadata: (m) => (m.metadata === null ? null : JSON.stringify(m.metadata)),
  inReplyTo: (m) => (m.inReplyTo === null ? null : MESSAGE_ID.encode(m.inReplyTo)),
  validUntil: (m) => m.validUntil,
  acceptedAfter: (m) => m.acceptedAt - timeOfId(m.id),
  updatedAt: (_, now) => now,
  timeline: (m) => timelineHex(m.id, m.timeline),
}

/** Columns of bytes that a new message is written with. */
export const MESSAGE_BYTES = bytesOf(messages) as readonly (keyof typeof MESSAGE_WRITERS)[]

/** Form in which the bulk statements are given messages. */
export const MESSAGE = tupleFrom(MESSAGE_WRITERS, MESSAGE_BYTES)

/** Key of a message. */
export type MessageKey = readonly [realm: Realm, id: MessageId]
const KEY = tupleFrom({ realm: ([realm]: MessageKey) => REALM.encode(realm), id: ([, id]) => MESSAGE_ID.encode(id) }, [
  'realm',
  'id',
])

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

/** Columns that an event is made of. */
const CHANGED_NAMES = [
  'realm', 'id', 'kind', 'encoding', 'status', 'party', 'line', 'clientRef', 'metadata', 'units',
] as const // biome-ignore format: a column list reads better in rows
const STATE_NAMES = [
  ...CHANGED_NAMES,
  'attempt',
  'outcome',
  'connectionId',
  'providerRef',
  'timeline',
  'updatedAt',
] as const
const ROW_NAMES = columnNames(messages)

/** Fields that any row has in the code. */
interface Meant extends Kind {
  readonly party: string
}
type Row<Name extends keyof StoredMessage> = Readonly<Pick<StoredMessage, Exclude<Name, Coded>>> & Meant
export type ChangedRow = Row<(typeof CHANGED_NAMES)[number]>
export type StateRow = Row<(typeof STATE_NAMES)[number]> & {
  readonly timeline: readonly TimelineEntry[]
  readonly timelineBytes: number
}
/** Stored message. `shared`: the content of its request, for a message without its own. */
export type MessageRow = Row<keyof StoredMessage> & {
  readonly acceptedAt: EpochMs
  readonly timeline: readonly TimelineEntry[]
  readonly shared?: string | null
}

/** Columns of these rows for a SELECT from `messages m`, and of the first for a RETURNING. */
export const CHANGED_COLUMNS = columnsOf(messages, CHANGED_NAMES, 'messages')
export const STATE_COLUMNS = columnsOf(messages, STATE_NAMES, 'm')
export const ROW_COLUMNS = columnsOf(messages, ROW_NAMES, 'm')

/** Rows of SELECTs of these columns, as D1 gives them: bytes as hex, codes as numbers. */
export type RawRow = Record<string, unknown>
const readChanged = reader(messages, CHANGED_NAMES)
const readState = reader(messages, STATE_NAMES)
const readRow = reader(messages, ROW_NAMES)

export function changedRow(raw: RawRow): ChangedRow {
  const { kind, encoding, party, ...row } = readChanged(raw)
  return { ...row, ...kindOf(kind, encoding), party: party ?? '' }
}

export function stateRow(raw: RawRow): StateRow {
  const { kind, encoding, party, timeline, ...row } = readState(raw)
  return {
    ...row,
    ...kindOf(kind, encoding),
    party: party ?? '',
    timeline: timelineOf(row.id, row.connectionId, timeline),
    timelineBytes: timeline.length / 2,
  }
}

export function messageRow(raw: RawRow): MessageRow {
  const { kind, encoding, party, acceptedAfter, timeline, ...row } = readRow(raw)
  return {
    ...row,
    ...kindOf(kind, encoding),
    party: party ?? '',
    acceptedAt: timeOfId(row.id) + acceptedAfter,
    timeline: timelineOf(row.id, row.connectionId, timeline),
  }
}

/**
 * Entries as they happened by our clock. They stand as they were written, and a report may be written before the answer that it
 * overtook.
 */
const inOrder = (timeline: readonly TimelineEntry[]): readonly TimelineEntry[] =>
  timeline.toSorted((a, b) => a.at - b.at || rankOf(a.status) - rankOf(b.status))

export const batchIdOfRow = (row: Pick<MessageRow, 'batched' | 'id'>): BatchId | null =>
  row.batched ? batchIdOf(baseOf(row.id)) : null

function waitingOf(row: MessageRow): Waiting | null {
  const { outcome, attempt, acceptedAt, validUntil, timeline } = row
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
  const outbound = row.direction === 'outbound'
  const party = decodeText(row.party)
  const { timeline } = row
  const status = statusOf(row.status)
  return {
    realm: row.realm,
    id: row.id,
    direction: row.direction,
    channel: row.channel,
    status,
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
    failure: failureThatLed(timeline, status),
    acceptedAt: row.acceptedAt,
    updatedAt: row.updatedAt,
    price: timeline.findLast(({ price }) => price !== undefined)?.price ?? null,
    waiting: waitingOf(row),
    timeline: inOrder(timeline),
  }
}
