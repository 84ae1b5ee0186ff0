import type { ChannelName } from '#worker/domain/carriers/channel.ts'
import type { Failure } from '#worker/domain/carriers/provider.ts'
import { type BatchId, baseOf, batchIdOf, type ConnectionId, type MessageId } from '#worker/domain/ids.ts'
import type { Direction, Message, Metadata, Purpose, TimelineEntry } from '#worker/domain/messages/message.ts'
import { type MessageStatus, STATUS_CODES, statusOf } from '#worker/domain/messages/status.ts'
import type { Realm } from '#worker/domain/realm.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { decodeText, encodeText } from '#worker/store/codec.ts'

/** A message as dispatch and report write it for the first time. */
export interface NewMessage {
  readonly realm: Realm
  readonly id: MessageId
  readonly direction: Direction
  readonly channel: ChannelName
  readonly status: MessageStatus
  readonly attempt: number
  readonly connectionId: ConnectionId | null
  readonly providerRef: string | null
  readonly partyKey: string
  readonly party: string
  readonly line: string
  /** JSON of the content; null: it stands once in `contents` under the id's base. */
  readonly content: string | null
  readonly units: number
  readonly encoding: string
  readonly purpose: Purpose
  readonly clientRef: string | null
  readonly metadata: Metadata | null
  readonly batched: boolean
  readonly inReplyTo: MessageId | null
  readonly validUntil: EpochMs | null
  readonly failure: Failure | null
  readonly acceptedAt: EpochMs
  readonly timeline: string
}

/** The columns in the order of the JSON rows that the bulk statements read. */
export const COLUMNS = [
  'realm', 'id', 'direction', 'channel', 'status', 'attempt', 'connection_id', 'provider_ref', 'party_key',
  'party', 'line', 'content', 'units', 'encoding', 'purpose', 'client_ref', 'metadata', 'batched', 'in_reply_to',
  'valid_until', 'failure', 'accepted_at', 'updated_at', 'timeline',
] as const // biome-ignore format: a column list reads better in rows

/** A message as the positional JSON row of `COLUMNS`. */
export function toRow(message: NewMessage, now: EpochMs): readonly (string | number | null)[] {
  return [
    message.realm,
    message.id,
    message.direction === 'outbound' ? 1 : 2,
    message.channel,
    STATUS_CODES[message.status],
    message.attempt,
    message.connectionId,
    message.providerRef,
    message.partyKey,
    encodeText(message.party),
    message.line,
    message.content === null ? null : encodeText(message.content),
    message.units,
    message.encoding,
    message.purpose,
    message.clientRef,
    message.metadata === null ? null : JSON.stringify(message.metadata),
    message.batched ? 1 : 0,
    message.inReplyTo,
    message.validUntil,
    message.failure === null ? null : JSON.stringify(message.failure),
    message.acceptedAt,
    now,
    message.timeline,
  ]
}

/** A stored row of `messages`, as D1 gives it. */
export interface MessageRow {
  readonly realm: Realm
  readonly id: MessageId
  readonly direction: number
  readonly channel: ChannelName
  readonly status: number
  readonly attempt: number
  readonly outcome: string | null
  readonly connection_id: ConnectionId | null
  readonly provider_ref: string | null
  readonly party: string
  readonly line: string
  readonly content: string | null
  readonly shared?: string | null
  readonly units: number
  readonly encoding: string
  readonly purpose: Purpose
  readonly client_ref: string | null
  readonly metadata: string | null
  readonly batched: number
  readonly in_reply_to: MessageId | null
  readonly valid_until: number | null
  readonly failure: string | null
  readonly accepted_at: number
  readonly updated_at: number
  readonly timeline: string
}

export const entryJson = (entry: TimelineEntry): string => JSON.stringify(entry)

export const parseTimeline = (stored: string): readonly TimelineEntry[] => JSON.parse(`[${stored}]`) as TimelineEntry[]

export const batchIdOfRow = (row: Pick<MessageRow, 'batched' | 'id'>): BatchId | null =>
  row.batched === 1 ? batchIdOf(baseOf(row.id)) : null

/** A row and its shared content as the domain's message. */
export function fromRow(row: MessageRow): Message {
  const content = row.content ?? row.shared ?? null
  const outbound = row.direction === 1
  const party = decodeText(row.party)
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
    clientRef: row.client_ref,
    metadata: row.metadata === null ? null : (JSON.parse(row.metadata) as Metadata),
    batchId: batchIdOfRow(row),
    inReplyTo: row.in_reply_to,
    validUntil: row.valid_until,
    attempt: row.attempt,
    connectionId: row.connection_id,
    failure: row.failure === null ? null : (JSON.parse(row.failure) as Failure),
    acceptedAt: row.accepted_at,
    updatedAt: row.updated_at,
    timeline: parseTimeline(row.timeline),
  }
}
