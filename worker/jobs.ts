import type { AddressKind } from '#worker/domain/addresses/address.ts'
import type { ChannelName } from '#worker/domain/carriers/channel.ts'
import type { InboundMessage, Receipt } from '#worker/domain/carriers/provider.ts'
import type { BatchId, ConnectionId, EndpointId, RequestId } from '#worker/domain/ids.ts'
import type { PackedEvents } from '#worker/domain/messages/event-packing.ts'
import type { TenantEvent } from '#worker/domain/messages/events.ts'
import type { IdSet, TransitionSet } from '#worker/domain/messages/id-sets.ts'
import type { Metadata, Purpose } from '#worker/domain/messages/message.ts'
import type { Realm } from '#worker/domain/realm.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import type { AttemptRecord, RefWrite } from '#worker/store/messages/writes.ts'
import type { LoggedRequest } from '#worker/store/requests.ts'
import type { SessionRecord } from '#worker/store/sessions.ts'
import type { WorkRow } from '#worker/store/work.ts'

/** What a message says beside its recipient; in an envelope shared parts stand once. */
export interface SendBody {
  readonly from: string
  readonly fromKind: AddressKind
  readonly content: unknown
  readonly units: number
  readonly encoding: string
  readonly purpose: Purpose
  readonly clientRef?: string
  readonly metadata?: Metadata
  readonly validUntil?: EpochMs
}

/** One message of an envelope: ordinal in its request, canonical recipient, and what differs from `shared`. */
export interface SendItem {
  readonly n: number
  readonly to: string
  readonly own?: Partial<SendBody>
}

/** An envelope: messages of one request on their way to dispatch. At most 63,000 bytes of JSON. */
export interface SendJob {
  readonly kind: 'send'
  readonly channel: ChannelName
  readonly realm: Realm
  /** Message ids are this and the ordinal. */
  readonly base: string
  readonly acceptedAt: EpochMs
  /** An item's body is this and its `own`: together they are whole. */
  readonly shared: Partial<SendBody>
  readonly items: readonly SendItem[]
  /** In a batch's first envelope. */
  readonly batch?: {
    readonly id: BatchId
    readonly total: number
    readonly accepted: number
    readonly clientRef?: string
  }
  readonly batched: boolean
  /** In a request's first envelope: its row of the IP log. */
  readonly request?: RequestRow
  /** 1 for the first try. */
  readonly attempt: number
  /** Repeats of an unclear submit keep connection and ref until the provider's dedupe window ends. */
  readonly pin?: { readonly connectionId: ConnectionId; readonly refAttempt: number; readonly until: EpochMs }
  /** Connections that deferred in this round, so that the route goes on behind them. */
  readonly tried?: readonly ConnectionId[]
  /** Work row that watches over a deferred job. */
  readonly work?: WorkKey
  /** How many attempts before this one were taken and came to nothing (a busy line). */
  readonly again?: number
}

/** One row of the IP log (requirements S6-15), as it rides in envelopes and audit jobs. */
export type RequestRow = LoggedRequest

/** A row of `work`: something that must happen by `dueAt`, or the sweep does it. */
export interface WorkKey {
  readonly shard: number
  readonly dueAt: EpochMs
  readonly id: string
}

export interface ReportJob {
  readonly kind: 'report'
  readonly id: string
  readonly connectionId: ConnectionId
  readonly receivedAt: EpochMs
  readonly receipts: readonly Receipt[]
  /** The callback carried no signature: `query` confirms before a suppression or money depends on it. */
  readonly proof: 'signature' | 'path-secret' | 'query'
  /** Named only where a message may be tried again after its report (`Channel.again`). */
  readonly channel?: ChannelName
}

export interface InboundJob {
  readonly kind: 'inbound'
  readonly id: string
  readonly connectionId: ConnectionId
  readonly receivedAt: EpochMs
  readonly messages: readonly InboundMessage[]
  /** How often files of theirs could not be fetched. */
  readonly tries?: number
}

/** A mail that came in; it lies in MEDIA under `key` as it was received. */
export interface MailJob {
  readonly kind: 'mail'
  readonly id: string
  readonly key: string
  /** Envelope sender (empty for bounces) and recipient. */
  readonly from: string
  readonly to: string
  readonly receivedAt: EpochMs
}

/** What happened in a session, to be written down and told. */
export interface SessionJob {
  readonly kind: 'session'
  readonly realm: Realm
  readonly shard: number
  readonly session: SessionRecord
}

/** Events of one realm on their way to its endpoints. */
export interface NotifyJob {
  readonly kind: 'notify'
  readonly realm: Realm
  readonly events: readonly TenantEvent[]
  /** Deleted when all endpoints have it. */
  readonly work: WorkKey
  /** Absent: every endpoint whose filter matches. */
  readonly endpointId?: EndpointId
  /** 1 for the first POST. */
  readonly attempt: number
  /** In a retry: when the first POST failed. An endpoint that has failed ever since is switched off at the last. */
  readonly since?: EpochMs
}

/** A notify job on the queue, its events packed. */
export interface PackedNotifyJob extends Omit<NotifyJob, 'events'> {
  readonly packed: PackedEvents
}

export interface AuditJob {
  readonly kind: 'audit'
  readonly rows: readonly RequestRow[]
}

/** Callbacks that the sandbox carrier owes; a round is posted when the one before is answered, a late one is a delayed job. */
export interface SandboxJob {
  readonly kind: 'sandbox'
  readonly callbacks: readonly { readonly url: string; readonly body: string; readonly round: number }[]
}

/** Outcomes that the ledger would not take when they came: written from here, so that none is lost. */
export interface RecordJob {
  readonly kind: 'record'
  readonly shard: number
  readonly at: EpochMs
  readonly records: readonly AttemptRecord[]
  /** Look-up rows of the carrier's own refs, where it does not echo ours. */
  readonly refs?: readonly RefWrite[]
  /** What follows from the outcomes. */
  readonly work?: readonly WorkRow[]
}

export type Job =
  | SendJob
  | ReportJob
  | InboundJob
  | RecordJob
  | MailJob
  | SessionJob
  | NotifyJob
  | AuditJob
  | SandboxJob

/** The messages of a slice that was claimed, and over which connection. */
export interface ClaimedSet {
  readonly connectionId: ConnectionId | null
  /** The attempt that the carrier's ref names, where it is not the row's own. */
  readonly refAttempt: number | null
  readonly ids: IdSet
}

/** The messages of a slice that a carrier took and has to report on by the row's time. */
export interface SubmittedSet {
  readonly connectionId: ConnectionId | null
  readonly ids: IdSet
}

/** A long text whose parts are awaited until the row's time; then `jobId` makes a message of those that came. */
export interface AwaitedParts {
  readonly connectionId: ConnectionId
  readonly groupKey: string
  readonly jobId: RequestId
}

/** What a row of `work` holds, by its kind: enough to do the work from nothing else. */
interface WorkBodies {
  /** A next attempt, sent if its queue message was lost. */
  readonly send: SendJob
  /** Events that the ledger cannot tell again, and retries of POSTs. */
  readonly notify: NotifyJob
  /** Transitions of messages: their events are made from the ledger. */
  readonly events: TransitionSet
  readonly claim: ClaimedSet
  readonly 'report-deadline': SubmittedSet
  /** Reports that found no message. */
  readonly 'parked-report': ReportJob
  readonly 'inbound-parts': AwaitedParts
}
export type WorkKind = keyof WorkBodies
export type WorkBody<Kind extends WorkKind> = WorkBodies[Kind]
/** Work by its kind: what `workRow` writes and the sweep does. */
export type Work = { readonly [Kind in WorkKind]: { readonly kind: Kind; readonly body: WorkBodies[Kind] } }[WorkKind]

/** The row of some work. */
export const workRow = (work: Work, { dueAt, id, realm }: Pick<WorkRow, 'dueAt' | 'id' | 'realm'>): WorkRow => ({
  dueAt,
  id,
  kind: work.kind,
  realm,
  body: JSON.stringify(work.body),
})

/** The body of a row of this kind, as `workRow` wrote it. */
export const workBody = <Kind extends WorkKind>(_kind: Kind, { body }: WorkRow): WorkBodies[Kind] => JSON.parse(body)
