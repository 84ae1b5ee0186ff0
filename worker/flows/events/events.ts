import type { ChannelName } from '#worker/domain/carriers/channel.ts'
import { type Money, priced } from '#worker/domain/carriers/money.ts'
import type { Failure } from '#worker/domain/carriers/provider.ts'
import { type BatchId, type EventId, eventIdOf, type MessageId, shardOf } from '#worker/domain/ids.ts'
import { type EventType, eventTypeOf, type TenantEvent, type Transition } from '#worker/domain/messages/events.ts'
import type { Direction, Metadata } from '#worker/domain/messages/message.ts'
import { type MessageStatus, STATUS_CODES } from '#worker/domain/messages/status.ts'
import { failureOf, transitionEntry } from '#worker/domain/messages/timeline.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { type EpochMs, toTimestamp } from '#worker/domain/time.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import { messagesByKeys } from '#worker/store/messages/reads.ts'
import { batchIdOfRow, type ChangedRow, fromRow, type MessageRow } from '#worker/store/messages/rows.ts'

/** Message of an event, whether it was read from a job, a changed row or the ledger. */
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
  /** Something of it was altered in the database, and is not told. */
  readonly isAltered?: true
}

/** Makes the subject of events of a row that a statement changed. */
export function subjectOfRow(row: ChangedRow): EventSubject {
  const outbound = row.direction === 'outbound'
  const { id, direction, channel, party, line, units, purpose, clientRef, metadata } = row
  const [to, from] = outbound ? [party, line] : [line, party]
  const subject = { id, direction, channel, to, from, units, purpose, clientRef, batchId: batchIdOfRow(row), metadata }
  return row.isAltered ? { ...subject, isAltered: true } : subject
}

/** State that a message reached. A carrier's receipt can stand for one. */
interface Reached {
  readonly status: MessageStatus
  readonly at: EpochMs
  /** Time by the carrier's clock, where it gave one. */
  readonly carrierAt?: EpochMs | undefined
  readonly failure?: Failure | null | undefined
  readonly price?: Money | null | undefined
}

/** Makes the event of a transition; null for transitions that tenants are not told of. `more` is added to its data. */
export function messageEvent(
  subject: EventSubject,
  { status, at, carrierAt, failure = null, price }: Reached,
  more: Readonly<Record<string, unknown>> = {},
): TenantEvent | null {
  const type = eventTypeOf(status)
  if (type === null) return null
  const { id, direction, channel, to, from, units, purpose, clientRef, batchId, metadata } = subject
  // Member by member: spreads of what may be missing make an event half as dear again.
  const data: Record<string, unknown> = { id, direction, channel, status, at: toTimestamp(at) }
  if (carrierAt !== undefined) data['carrierAt'] = toTimestamp(carrierAt)
  if (to !== '') data['to'] = to
  if (from !== '') data['from'] = from
  data['units'] = units
  data['purpose'] = purpose
  if (subject.isAltered) data['altered'] = true
  if (clientRef !== null) data['clientRef'] = clientRef
  if (batchId !== null) data['batchId'] = batchId
  if (metadata !== null) data['metadata'] = metadata
  if (failure !== null) data['failure'] = failure
  return { id: eventIdOf(id, status), type, at, data: Object.assign(data, priced(price), more) }
}

function eventOfRow(row: MessageRow, status: MessageStatus): TenantEvent | null {
  const entry = transitionEntry(row.timeline, status)
  if (!entry) return null
  const message = fromRow(row)
  const more = status === 'received' ? receivedDetail(message.content, message.inReplyTo) : {}
  const { at, carrierAt, price } = entry
  return messageEvent(message, { status, at, carrierAt, failure: failureOf(entry), price }, more)
}

/** Makes the data that only `message.received` has. */
export const receivedDetail = (content: unknown, inReplyTo: MessageId | null): Record<string, unknown> => ({
  content,
  ...(inReplyTo === null ? {} : { inReplyTo }),
})

/** Answers the transition that an event id names; null if the id is not of a message's event. */
export function transitionOfEvent(id: EventId): Pick<Transition, 'id' | 'status'> | null {
  const [digits, status, ...rest] = id.slice(4).split('_')
  if (digits === undefined || status === undefined || rest.length > 0 || !(status in STATUS_CODES)) return null
  return { id: `msg_${digits}`, status: status as MessageStatus }
}

/** Makes the events of transitions from the ledger, under their ids. Transitions that never happened give none. */
export async function rebuildEvents(
  platform: Platform,
  realm: Realm,
  transitions: readonly Transition[],
): Promise<readonly TenantEvent[]> {
  const byShard = Map.groupBy(transitions, (transition) => shardOf(transition.id))
  const events: TenantEvent[] = []
  for (const [shard, wanted] of byShard) {
    const rows = await messagesByKeys(
      shardOfEnv(platform.env, shard),
      platform.keys,
      wanted.map(({ id }) => [realm, id] as const),
    )
    const byId = new Map(rows.map((row) => [row.id, row]))
    for (const { id, status } of wanted) {
      const row = byId.get(id)
      const event = row ? eventOfRow(row, status) : null
      if (event) events.push(event)
    }
  }
  return events
}

/** Makes an event that is about no message. The caller gives an id that is the same whenever the event is made. */
export const plainEvent = (
  id: TenantEvent['id'],
  type: EventType,
  at: EpochMs,
  data: TenantEvent['data'],
): TenantEvent => ({ id, type, at, data })
