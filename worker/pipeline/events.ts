import { type EventType, type TenantEvent, type Transition, eventTypeOf } from '../domain/events.ts'
import { type BatchId, type MessageId, type TenantId, eventIdOf, shardOf } from '../domain/ids.ts'
import type { Direction, Metadata, TimelineEntry } from '../domain/message.ts'
import type { ChannelName } from '../domain/channel.ts'
import type { Failure } from '../domain/provider.ts'
import type { MessageStatus } from '../domain/status.ts'
import { type EpochMs, toTimestamp } from '../domain/time.ts'
import { shardOfEnv } from '../store/ledger.ts'
import { type MessageRow, fromRow, parseTimeline } from '../store/message-rows.ts'
import { messagesByKeys } from '../store/message-reads.ts'
import type { Platform } from './platform.ts'

/** What a message event tells, from whichever side it is made: the job, the changed row, or the ledger. */
export interface EventSubject {
  readonly id: MessageId
  readonly direction: Direction
  readonly channel: ChannelName
  readonly to: string
  readonly from: string
  readonly units: number
  readonly purpose: string
  readonly clientRef: string | null
  readonly batchId: BatchId | null
  readonly metadata: Metadata | null
}

/** The event of one transition; null for transitions that tenants are not told of. */
export function messageEvent(
  subject: EventSubject,
  status: MessageStatus,
  at: EpochMs,
  failure: Failure | null,
  more: Readonly<Record<string, unknown>> = {},
): TenantEvent | null {
  const type = eventTypeOf(status)
  if (type === null) return null
  const { id, direction, channel, to, from, units, purpose, clientRef, batchId, metadata } = subject
  const data: Record<string, unknown> = { id, direction, channel, status, at: toTimestamp(at), to, from, units, purpose }
  if (clientRef !== null) data['clientRef'] = clientRef
  if (batchId !== null) data['batchId'] = batchId
  if (metadata !== null) data['metadata'] = metadata
  if (failure !== null) data['failure'] = failure
  return { id: eventIdOf(id, status), type, at, data: { ...data, ...more } }
}

const failureOf = (entry: TimelineEntry): Failure | null =>
  entry.code === undefined
    ? null
    : {
        code: entry.code,
        ...(entry.carrierCode === undefined ? {} : { carrierCode: entry.carrierCode }),
        detail: entry.detail ?? '',
      }

function eventOfRow(row: MessageRow, status: MessageStatus): TenantEvent | null {
  const entry = parseTimeline(row.timeline).find((candidate) => candidate.status === status && isAdvance(candidate))
  if (!entry) return null
  const message = fromRow(row)
  const more = status === 'received' ? { content: message.content, inReplyTo: message.inReplyTo } : {}
  return messageEvent(message, status, entry.at, failureOf(entry), more)
}

/** `accepted` entries of later attempts are no transitions; every other entry of a status names one. */
const isAdvance = (entry: TimelineEntry): boolean => entry.status !== 'accepted'

/** The same events again from the ledger: for redelivery and for the sweep. Transitions that never happened give none. */
export async function rebuildEvents(platform: Platform, tenantId: TenantId, transitions: readonly Transition[]): Promise<readonly TenantEvent[]> {
  const byShard = Map.groupBy(transitions, (transition) => shardOf(transition.id))
  const events: TenantEvent[] = []
  for (const [shard, wanted] of byShard) {
    const rows = await messagesByKeys(shardOfEnv(platform.env, shard), wanted.map(({ id }) => [tenantId, id] as const))
    const byId = new Map(rows.map((row) => [row.id, row]))
    for (const { id, status } of wanted) {
      const row = byId.get(id)
      const event = row ? eventOfRow(row, status) : null
      if (event) events.push(event)
    }
  }
  return events
}

/** An event that is about no message, made once: the caller gives the id. */
export const plainEvent = (id: TenantEvent['id'], type: EventType, at: EpochMs, data: TenantEvent['data']): TenantEvent => ({ id, type, at, data })
