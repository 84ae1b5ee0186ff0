import type { AddressKind } from '#worker/domain/addresses/address.ts'
import type { ChannelName } from '#worker/domain/carriers/channel.ts'
import type { InboundMessage, Receipt } from '#worker/domain/carriers/provider.ts'
import type { CeilingAlert } from '#worker/domain/guard/units.ts'
import type { BatchId, ConnectionId, EndpointId, MessageId, VerificationId } from '#worker/domain/ids.ts'
import type { PackedEvents } from '#worker/domain/messages/event-packing.ts'
import type { TenantEvent } from '#worker/domain/messages/events.ts'
import type { IdSet, TransitionSet } from '#worker/domain/messages/id-sets.ts'
import type { Metadata, Purpose } from '#worker/domain/messages/message.ts'
import type { Realm } from '#worker/domain/realm.ts'
import type { SessionRecord } from '#worker/domain/sessions/session.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import type { VerificationFacts } from '#worker/domain/verifications/verification.ts'
import type { Keyring } from '#worker/store/keys/keyring.ts'
import type { AttemptRecord } from '#worker/store/messages/attempts.ts'
import type { RefWrite } from '#worker/store/messages/refs.ts'
import type { LoggedRequest } from '#worker/store/requests.ts'
import { openWork, type PlainWork, type WorkRow } from '#worker/store/work.ts'

/** A message without its recipient. In an envelope the parts that all messages share stand once. */
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
  /** The message that this one sends again. */
  readonly resendOf?: MessageId
  /** One-time code of a verification that the content holds: then the content is kept nowhere, and shown to nobody. */
  readonly code?: string
  /** Verification of the code, which hears if the message did not go out. */
  readonly verification?: VerificationId
}

/**
 * One message of an envelope: its ordinal in the request, its canonical recipient, and the parts of its body that are not
 * shared.
 */
export interface SendItem {
  readonly n: number
  readonly to: string
  readonly own?: Partial<SendBody>
}

/** Envelope of messages of one request on their way to dispatch. At most 63,000 bytes of JSON. */
export interface SendJob {
  readonly kind: 'send'
  readonly channel: ChannelName
  readonly realm: Realm
  /** Base of the message ids; the ordinal of each is added. */
  readonly base: string
  readonly acceptedAt: EpochMs
  /** Parts of the body that all messages share; with an item's `own` they make its body. */
  readonly shared: Partial<SendBody>
  readonly items: readonly SendItem[]
  /** The batch; only in its first envelope. */
  readonly batch?: {
    readonly id: BatchId
    readonly total: number
    readonly accepted: number
    readonly clientRef?: string
  }
  readonly batched: boolean
  /** The request's row of the access log; only in its first envelope. */
  readonly request?: RequestRow
  /** Number of the attempt, from 1. */
  readonly attempt: number
  /** Connection and ref that repeats of an unclear submit keep, until the carrier's dedupe window ends. */
  readonly pin?: { readonly connectionId: ConnectionId; readonly refAttempt: number; readonly until: EpochMs }
  /** Connections that deferred in this round, so that the route goes on behind them. */
  readonly tried?: readonly ConnectionId[]
  /** Work row that watches over a next attempt. */
  readonly work?: WorkKey
  /** Count of earlier attempts that a carrier accepted and that came to nothing (a busy line). */
  readonly again?: number
}

/** One row of the access log (requirements S6-15), as it rides in envelopes and audit jobs. */
export type RequestRow = LoggedRequest

/** Key of a row of `work` with its shard. */
export interface WorkKey {
  readonly shard: number
  readonly dueAt: EpochMs
  readonly id: string
}

/** Time by our clock at which a carrier told something. */
interface Heard {
  readonly at: EpochMs
}
export type HeardReceipt = Receipt & Heard
export type HeardMessage = InboundMessage & Heard

export interface ReportJob {
  readonly kind: 'report'
  readonly id: string
  readonly connectionId: ConnectionId
  readonly receivedAt: EpochMs
  readonly receipts: readonly HeardReceipt[]
  /** Proof that the carrier sent the report. One by `path-secret` makes a suppression only after the carrier was asked. */
  readonly proof: 'signature' | 'path-secret' | 'query'
  /** Channel; named only if a report may lead to a next attempt (`Channel.again`). */
  readonly channel?: ChannelName
}

export interface InboundJob {
  readonly kind: 'inbound'
  readonly id: string
  readonly connectionId: ConnectionId
  readonly receivedAt: EpochMs
  readonly messages: readonly HeardMessage[]
  /** Number of times that fetching the messages' files has failed so far. */
  readonly tries?: number
}

/** A mail that came in, which MEDIA holds under `key` as it was received. */
export interface MailJob {
  readonly kind: 'mail'
  readonly id: string
  readonly key: string
  /** Envelope sender (empty for bounces) and recipient. */
  readonly from: string
  readonly to: string
  readonly receivedAt: EpochMs
}

/** A session as it now is, to be written to the ledger and told of. */
export interface SessionJob {
  readonly kind: 'session'
  readonly realm: Realm
  readonly shard: number
  readonly session: SessionRecord
}

/** A verification as it now is, to be written to the ledger and told of. */
export interface VerificationJob {
  readonly kind: 'verification'
  readonly realm: Realm
  readonly shard: number
  readonly verification: VerificationFacts
  /** Sealed JSON of whom it is for and what was asked for (flows/verifications/order.ts). */
  readonly order: string
}

/** A part of a ceiling of the guard that is used, to be told. */
export interface CeilingJob {
  readonly kind: 'ceiling'
  readonly realm: Realm
  readonly shard: number
  readonly alert: CeilingAlert & { readonly at: EpochMs }
}

/** Events of one realm on their way to its endpoints. */
export interface NotifyJob {
  readonly kind: 'notify'
  readonly realm: Realm
  readonly events: readonly TenantEvent[]
  /** Work row, which is deleted when all endpoints have the events. */
  readonly work: WorkKey
  /** The only endpoint that gets the events; absent if all do that ask for them. */
  readonly endpointId?: EndpointId
  /** Number of the attempt, from 1. */
  readonly attempt: number
  /**
   * Time at which the first POST failed; only in a retry. An endpoint that has failed ever since is switched off after the
   * last one.
   */
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

/**
 * Callbacks of the sandbox carrier. Those of a round are POSTed after the round before was answered; a late callback is a
 * delayed job.
 */
export interface SandboxJob {
  readonly kind: 'sandbox'
  readonly callbacks: readonly { readonly url: string; readonly body: string; readonly round: number }[]
}

/** Outcomes that the ledger refused when they came. They are queued, so that no answer of a carrier is lost. */
export interface RecordJob {
  readonly kind: 'record'
  readonly shard: number
  readonly at: EpochMs
  readonly records: readonly AttemptRecord[]
  /** Look-up rows of the carrier's own refs, if it does not echo ours. */
  readonly refs?: readonly RefWrite[]
  /** Work rows of what follows from the outcomes. */
  readonly work?: readonly (PlainWork | WorkRow)[]
  /** Set if nobody has told the events of the outcomes: they are told once they are written. */
  readonly isUntold?: true
}

export type Job =
  | SendJob
  | ReportJob
  | InboundJob
  | RecordJob
  | MailJob
  | SessionJob
  | VerificationJob
  | CeilingJob
  | NotifyJob
  | AuditJob
  | SandboxJob

/** Messages of a slice that was claimed, and the connection that it was claimed for. */
export interface ClaimedSet {
  readonly connectionId: ConnectionId | null
  /** Attempt that the ref at the carrier names, if it is not the row's: repeats keep their ref. */
  readonly refAttempt: number | null
  readonly ids: IdSet
}

/** Messages of a slice that a carrier accepted and has to report on by the row's due time. */
export interface SubmittedSet {
  readonly connectionId: ConnectionId | null
  readonly ids: IdSet
}

/** Parts of long texts, of which the first that came is awaited no longer than until the row's due time. */
export interface AwaitedParts {
  readonly connectionId: ConnectionId
  readonly groupKey: string
}

/** Bodies of rows of `work` by their kind: enough to do the work from nothing else. */
interface WorkBodies {
  /** A next attempt, which is queued if its queue message was lost. */
  readonly send: SendJob
  /** Events that the ledger cannot tell again, and retries of POSTs. */
  readonly notify: NotifyJob
  /** Transitions of messages, whose events are made from the ledger. */
  readonly events: TransitionSet
  readonly claim: ClaimedSet
  readonly 'report-deadline': SubmittedSet
  /** Reports that found no message. */
  readonly 'parked-report': ReportJob
  readonly 'inbound-parts': AwaitedParts
}
export type WorkKind = keyof WorkBodies
export type WorkBody<Kind extends WorkKind> = WorkBodies[Kind]
/** Kinds whose bodies hold people's words or addresses. The others hold ids. */
const SEALED_KINDS = ['send', 'notify', 'parked-report'] as const
type SealedKind = (typeof SEALED_KINDS)[number]
type OpenKind = Exclude<WorkKind, SealedKind>

/** Some work of these kinds, for `workRow` and `sealedWorkRow`. */
type Work<Kinds extends WorkKind = WorkKind> = {
  readonly [Kind in Kinds]: { readonly kind: Kind; readonly body: WorkBodies[Kind] }
}[Kinds]
type WorkHead = Pick<WorkRow, 'dueAt' | 'id' | 'realm'>

/** Makes the row of some work that holds nothing but ids. */
export const workRow = (work: Work<OpenKind>, { dueAt, id, realm }: WorkHead): WorkRow => ({
  dueAt,
  id,
  kind: work.kind,
  realm,
  body: JSON.stringify(work.body),
})

/** Makes the row of some work whose body `sealWork` of the store has to seal. */
export const sealedWorkRow = (work: Work<SealedKind>, { dueAt, id, realm }: WorkHead): PlainWork => ({
  dueAt,
  id,
  kind: work.kind,
  realm,
  plain: JSON.stringify(work.body),
})

/** Reads the body of a row of this kind. */
export async function workBody<Kind extends WorkKind>(
  kind: Kind,
  keys: Keyring,
  row: WorkRow,
): Promise<WorkBodies[Kind]> {
  const isSealed = (SEALED_KINDS as readonly WorkKind[]).includes(kind)
  return JSON.parse(isSealed ? await openWork(keys, row) : row.body) as WorkBodies[Kind]
}
