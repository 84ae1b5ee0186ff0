import type { ChannelName } from '#worker/domain/carriers/channel.ts'
import type { Money } from '#worker/domain/carriers/money.ts'
import type { Failure } from '#worker/domain/carriers/provider.ts'
import type { BatchId, ConnectionId, MessageId } from '#worker/domain/ids.ts'
import type { Realm } from '#worker/domain/realm.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import type { MessageStatus } from './status.ts'

export type Direction = 'outbound' | 'inbound'
export const PURPOSES = ['advertising', 'informational', 'transactional', 'otp'] as const
export type Purpose = (typeof PURPOSES)[number]
/** Labels that a tenant gives a message; kept and returned, never interpreted. */
export type Metadata = Readonly<Record<string, string>>

/** Outcome of an attempt. repeat: unclear, but the provider drops doubles, so the same attempt is made once more. */
export type Outcome = 'accepted' | 'rejected' | 'deferred' | 'repeat' | 'unknown'

/** One entry of a message's timeline, never changed once stored. Its members stand in this order. */
export interface TimelineEntry {
  /** Time by our clock: a report's is when it came, a submission's when the carrier was called. */
  readonly at: EpochMs
  readonly status: MessageStatus
  /** Time by the carrier's clock, where it gave one. It may be ahead or behind. */
  readonly carrierAt?: EpochMs | undefined
  readonly attempt?: number
  readonly connection?: ConnectionId
  readonly code?: Failure['code']
  readonly carrierCode?: string
  readonly detail?: string
  /** What the carrier charges for the attempt. */
  readonly price?: Money
  /** Time until which the attempt, which is unclear, is repeated. */
  readonly until?: EpochMs
  /** Source of the entry: the gateway, a carrier's report, an answer to our query, the tenant, or the sweep. */
  readonly by: 'gateway' | 'report' | 'query' | 'tenant' | 'sweep'
}

/**
 * What a message that is with no carrier waits for, and until when. repeat: the carrier of an unclear attempt, which drops
 * doubles, is asked once more; then the message ends `unknown` · next-attempt: any connection may take it; then it ends
 * `expired`.
 */
export interface Waiting {
  readonly for: 'repeat' | 'next-attempt'
  readonly until: EpochMs
}

/** What a content held that is kept nowhere: the content is null then. */
export type Redacted = 'code'

/** A message as the ledger holds it, both directions alike. */
export interface Message {
  readonly realm: Realm
  readonly id: MessageId
  readonly direction: Direction
  readonly channel: ChannelName
  readonly status: MessageStatus
  readonly to: string
  readonly from: string
  readonly content: unknown
  /** Set where the content is null because of what it held. */
  readonly redacted?: Redacted
  readonly units: number
  readonly encoding: string
  readonly purpose: Purpose
  readonly clientRef: string | null
  readonly metadata: Metadata | null
  readonly batchId: BatchId | null
  readonly inReplyTo: MessageId | null
  /** The message that this one sends again. */
  readonly resendOf: MessageId | null
  readonly validUntil: EpochMs | null
  readonly attempt: number
  readonly connectionId: ConnectionId | null
  readonly failure: Failure | null
  /** What the carrier charges: of several attempts, for the last one that it priced. */
  readonly price: Money | null
  readonly waiting: Waiting | null
  readonly acceptedAt: EpochMs
  readonly updatedAt: EpochMs
  readonly timeline: readonly TimelineEntry[]
  /** Something of it was altered in the database, and is empty here. */
  readonly isAltered?: true
}
