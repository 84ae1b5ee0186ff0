import { type BatchId, baseOf, batchIdOf, type MessageId, timeOfId } from '#worker/domain/ids.ts'
import type { Message, Redacted, TimelineEntry, Waiting } from '#worker/domain/messages/message.ts'
import { type MessageStatus, rankOf, STATUS_CODES, statusOf } from '#worker/domain/messages/status.ts'
import { failureThatLed } from '#worker/domain/messages/timeline.ts'
import { expiryOf } from '#worker/domain/messages/validity.ts'
import type { Realm } from '#worker/domain/realm.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import {
  CONNECTION,
  encodingText,
  type Kind,
  kindNumber,
  kindOf,
  MESSAGE_ID,
  REALM,
} from '#worker/store/codes/codes.ts'
import type { MaybeAltered } from '#worker/store/keys/altered.ts'
import type { Keyring } from '#worker/store/keys/keyring.ts'
import type { Opening } from '#worker/store/keys/sealed.ts'
import { messages } from '#worker/store/ledger-schema.ts'
import { bulk } from '#worker/store/sql/bulk.ts'
import { bytesOf, columnNames, columnsOf, reader } from '#worker/store/sql/columns.ts'
import { tupleFrom, type Writer } from '#worker/store/sql/tuple.ts'
import { openFields, openMessages, openTimelines, type Sealed, type WithFields } from './sealed.ts'
import type { SealedFields } from './sealed-fields.ts'
import { timelineOf } from './timeline.ts'

type StoredMessage = Readonly<typeof messages.$inferSelect>

/** Fields that the database holds in another form than the code. */
type Coded = 'kind' | 'encoding' | 'sealed' | 'clientKey' | 'content' | 'acceptedAfter' | 'timeline'

/** Message as it is first written. */
export type NewMessage = Omit<StoredMessage, Coded | 'status' | 'outcome' | 'updatedAt' | 'refKey' | 'deliveredAt'> &
  Kind &
  SealedFields & {
    readonly status: MessageStatus
    /** JSON of the content; `null` in it: there is none; null: it stands once for the whole request, in `contents`. */
    readonly content: string | null
    readonly acceptedAt: EpochMs
    /** Entries; a connection that one names is that of the row. */
    readonly timeline: readonly TimelineEntry[]
  }

/** New message whose recipient, content and words are sealed (sealMessages). */
export type SealedMessage = Sealed<NewMessage> & { readonly refKey?: string }

/** Values of all columns but the outcome and the time of delivery, which no message has at first. */
const MESSAGE_WRITERS: {
  readonly [Name in Exclude<keyof StoredMessage, 'outcome' | 'deliveredAt'>]: Writer<SealedMessage>
} = {
  realm: (m) => REALM.encode(m.realm),
  id: (m) => MESSAGE_ID.encode(m.id),
  kind: kindNumber,
  encoding: (m) => encodingText(m.encoding),
  status: (m) => STATUS_CODES[m.status],
  attempt: (m) => m.attempt,
  connectionId: (m) => (m.connectionId === null ? null : CONNECTION.encode(m.connectionId)),
  refKey: (m) => m.refKey ?? null,
  sealed: (m) => m.sealed,
  line: (m) => m.line,
  content: (m) => m.content,
  units: (m) => m.units,
  clientKey: (m) => m.clientKey,
  refersTo: (m) => (m.refersTo === null ? null : MESSAGE_ID.encode(m.refersTo)),
  validUntil: (m) => m.validUntil,
  acceptedAfter: (m) => m.acceptedAt - timeOfId(m.id),
  updatedAt: (_, now) => now,
  timeline: (m) => m.timeline,
}

/** Columns of bytes that a new message is written with. */
const MESSAGE_BYTES = bytesOf(messages) as readonly (keyof typeof MESSAGE_WRITERS)[]

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
const CHANGED_NAMES = ['realm', 'id', 'kind', 'encoding', 'status', 'sealed', 'line', 'units'] as const
const STATE_NAMES = [
  'realm', 'id', 'kind', 'encoding', 'status', 'attempt', 'outcome', 'connectionId', 'refKey', 'timeline', 'updatedAt',
] as const // biome-ignore format: a column list reads better in rows
const ROW_NAMES = columnNames(messages)

type Row<Name extends keyof StoredMessage> = Readonly<Pick<StoredMessage, Exclude<Name, Coded>>> & Kind
/** Row that a statement changed, with its fields still sealed: only who needs them opens them. */
export type ClosedRow = Row<(typeof CHANGED_NAMES)[number]> & Pick<StoredMessage, 'sealed'>
export type ChangedRow = WithFields<ClosedRow>
export type StateRow = Row<(typeof STATE_NAMES)[number]> &
  MaybeAltered & {
    readonly timeline: readonly TimelineEntry[]
    readonly timelineBytes: number
  }
/** Stored message. `content`: its own, or that of its request. */
export type MessageRow = Row<keyof StoredMessage> &
  MaybeAltered &
  SealedFields & {
    readonly content: string | null
    readonly acceptedAt: EpochMs
    readonly timeline: readonly TimelineEntry[]
  }

/** Columns of these rows for a SELECT from `messages m`, and of the first for a RETURNING. */
export const CHANGED_COLUMNS = columnsOf(messages, CHANGED_NAMES, 'messages')
export const PARTY_COLUMNS = columnsOf(messages, CHANGED_NAMES, 'm')
export const STATE_COLUMNS = columnsOf(messages, STATE_NAMES, 'm')
export const ROW_COLUMNS = columnsOf(messages, ROW_NAMES, 'm')

/** Rows of SELECTs of these columns, as D1 gives them: bytes as hex, codes as numbers. */
export type RawRow = Record<string, unknown>
const readChanged = reader(messages, CHANGED_NAMES)
const readState = reader(messages, STATE_NAMES)
const readRow = reader(messages, ROW_NAMES)

export function closedRow(raw: RawRow): ClosedRow {
  const { kind, encoding, ...row } = readChanged(raw)
  return { ...row, ...kindOf(kind, encoding) }
}

/** Opens the sealed fields of changed rows. */
export const changedRows = (keys: Keyring, rows: readonly ClosedRow[]): Promise<readonly ChangedRow[]> =>
  openFields(keys, rows)

/** States of messages, with what their timelines say. */
export function stateRows(keys: Keyring, raws: readonly RawRow[]): Promise<readonly StateRow[]> {
  const rows = raws.map((raw) => {
    const { kind, encoding, ...row } = readState(raw)
    const timeline = timelineOf(row.id, row.connectionId, row.timeline)
    return { ...row, ...kindOf(kind, encoding), timeline, timelineBytes: row.timeline.length / 2 }
  })
  return openTimelines(keys, rows)
}

/** Whole messages. `shared` of a raw row is the content of its request. */
export function messageRows(keys: Opening, raws: readonly RawRow[]): Promise<readonly MessageRow[]> {
  const rows = raws.map((raw) => {
    const { kind, encoding, acceptedAfter, ...row } = readRow(raw)
    const shared = typeof raw['shared'] === 'string' && raw['shared'] !== '' ? raw['shared'] : null
    const timeline = timelineOf(row.id, row.connectionId, row.timeline)
    return { ...row, ...kindOf(kind, encoding), acceptedAt: timeOfId(row.id) + acceptedAfter, timeline, shared }
  })
  return openMessages(keys, rows)
}

/** Stands in the place of a content that is kept nowhere: a text, which no content is. */
export const redactedContent = (held: Redacted): string => JSON.stringify(held)

function contentOf(json: string | null): Pick<Message, 'content' | 'redacted'> {
  const content: unknown = json === null ? null : JSON.parse(json)
  return typeof content === 'string' ? { content: null, redacted: content as Redacted } : { content }
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
  const outbound = row.direction === 'outbound'
  const { timeline, party, content } = row
  const status = statusOf(row.status)
  return {
    realm: row.realm,
    id: row.id,
    direction: row.direction,
    channel: row.channel,
    status,
    to: outbound ? party : row.line,
    from: outbound ? row.line : party,
    ...contentOf(content),
    units: row.units,
    encoding: row.encoding,
    purpose: row.purpose,
    clientRef: row.clientRef,
    metadata: row.metadata,
    batchId: batchIdOfRow(row),
    inReplyTo: outbound ? null : row.refersTo,
    resendOf: outbound ? row.refersTo : null,
    validUntil: row.validUntil,
    attempt: row.attempt,
    connectionId: row.connectionId,
    failure: failureThatLed(timeline, status),
    acceptedAt: row.acceptedAt,
    updatedAt: row.updatedAt,
    price: timeline.findLast(({ price }) => price !== undefined)?.price ?? null,
    waiting: waitingOf(row),
    timeline: inOrder(timeline),
    ...(row.isAltered && { isAltered: true }),
  }
}
