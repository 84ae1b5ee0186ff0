import type { Region } from '#worker/domain/addresses/number-plans.ts'
import type { AttemptRef, MediaId, MessageId } from '#worker/domain/ids.ts'
import type { OpenFile, RemoteFile } from '#worker/domain/media.ts'
import type { EpochMs, Seconds } from '#worker/domain/time.ts'
import type { HttpOptions } from '#worker/lib/http/bounded-http.ts'
import type { Need } from './features.ts'
import type { Money } from './money.ts'

export type { HttpOptions }

/** One setting of a connection. Validation, masking, docs and console forms are made from it. */
export interface SettingSpec {
  readonly title: string
  readonly help: string
  /** A secret is sealed at rest and masked in every answer. */
  readonly kind: 'text' | 'secret' | 'url' | 'number' | 'boolean'
  readonly required: boolean
  readonly default?: string | number | boolean
  /** Regular expression that the whole value must match. */
  readonly pattern?: string
}
export type Settings = Readonly<Record<string, string | number | boolean>>

/** Reason of a failure: our stable code, the carrier's code verbatim, and a sentence that the tenant reads. */
export interface Failure {
  readonly code: FailureCode
  readonly carrierCode?: string
  readonly detail: string
}
/** Codes of `failure.code`; domain/messages/failure.ts says what each means. */
export type FailureCode =
  | 'recipient-invalid'
  | 'recipient-blocked'
  | 'recipient-unreachable'
  | 'recipient-suppressed'
  | 'recipient-unregistered'
  | 'recipient-busy'
  | 'no-answer'
  | 'session-closed'
  | 'not-supported'
  | 'media-missing'
  | 'sender-refused'
  | 'content-refused'
  | 'link-refused'
  | 'connection-misconfigured'
  | 'credit-exhausted'
  | 'provider-throttled'
  | 'provider-unavailable'
  | 'provider-timeout'
  | 'provider-invalid-answer'
  | 'provider-refused'
  | 'validity-expired'
  | 'no-route'
  | 'report-overdue'
  | 'attempt-lost'
  | 'poison'
  | 'lost'
  | 'canceled'
  | 'not-delivered'
  | 'tenant-suspended'

/** A message as a provider sees it: canonical recipient, final text. */
export interface Attempt<Content = unknown> {
  readonly ref: AttemptRef
  readonly id: MessageId
  readonly to: string
  readonly from: string
  readonly content: Content
  /** Latest time at which the carrier should deliver it. */
  readonly validUntil?: EpochMs
  /** One-time code of a verification that the content holds. The content is kept nowhere: `Ports.sent` does not give it again. */
  readonly code?: string
  /** Entry of the recipient in the channel's registry; null: it was removed. Absent: the channel has no registry. */
  readonly target?: unknown
}

/** An attempt made earlier, whose state `query` asks the carrier for. `providerRef` null: it never told us, or not again. */
export interface PastAttempt {
  readonly ref: AttemptRef
  readonly providerRef: string | null
  readonly to: string
  readonly submittedAt: EpochMs
}

/**
 * Reason for an opt-out that a carrier tells: its own block, or the recipient's wish by a switch of the network (codes still go).
 */
export type Suppress = true | 'recipient'

/**
 * Outcome of one submitted message. accepted: the carrier has it, wait for the report · rejected: it never will, tell the
 * tenant · deferred: certainly not taken, a next attempt is safe · unknown: maybe taken, so never submitted a second time
 * (unless the provider drops repeats within its `dedupeWindow`).
 */
export type Submission =
  | {
      readonly outcome: 'accepted'
      readonly providerRef: string
      /** What the carrier charges for the attempt, if it says so at once. */
      readonly price?: Money
      /** The recipient's other address, where the carrier answers with one that differs from what it was given. */
      readonly alias?: string
    }
  /** `suppress` as in a receipt: one code has one consequence, whichever way the carrier says it. */
  | { readonly outcome: 'rejected'; readonly failure: Failure; readonly suppress?: Suppress }
  | { readonly outcome: 'deferred'; readonly failure: Failure; readonly retryAfter?: Seconds }
  /** `once`: the carrier drops no repeat of this one, although it does of others (`dedupeWindow`). */
  | { readonly outcome: 'unknown'; readonly failure: Failure; readonly once?: true }

/**
 * Name of the attempt that a report is about: our ref, or the provider's own. Both, where the provider echoes ours and is asked
 * by its own whether an unsigned report is true: the ledger keeps no ref that it could ask by.
 */
export type ReceiptKey =
  | { readonly attemptRef: AttemptRef; readonly providerRef?: string }
  | { readonly providerRef: string }
/** Time by the carrier's own clock, where it gave one that names its zone. Absent: it gave none, and ours is no substitute. */
type CarrierTime = EpochMs | undefined
/** States that a carrier can report of a message which it took. */
export type ReceiptStatus =
  | 'submitted'
  | 'unknown'
  | 'failed'
  | 'expired'
  | 'undelivered'
  | 'rejected'
  | 'canceled'
  | 'delivered'
  | 'read'

/** A delivery report in our words. */
export type Receipt = ReceiptKey & {
  readonly status: ReceiptStatus
  readonly carrierAt?: CarrierTime
  readonly failure?: Failure
  /** What the carrier charges for the attempt, if it says so only now. */
  readonly price?: Money
  /** Set if this line must not write to the recipient any more: a hard bounce, or a complaint (which comes with `delivered`). */
  readonly suppress?: Suppress
}

/** True if a report or a refusal asks that nothing more goes to its recipient. A block at the carrier always asks so. */
export const asksSuppression = ({
  suppress,
  failure,
}: {
  readonly suppress?: Suppress | undefined
  readonly failure?: Failure | undefined
}): boolean => suppress !== undefined || failure?.code === 'recipient-blocked'

/** A message that a person sent to one of our lines. By `providerRef`, the carrier's id of it, doubles are dropped. */
export interface InboundMessage<Content = unknown> {
  readonly providerRef: string | null
  readonly from: string
  /** Second address of the same person, where the carrier names two. */
  readonly also?: string
  readonly to: string
  readonly content: Content
  readonly carrierAt?: CarrierTime
  /** Set if this is one part of a longer message. Parts come in any order; `ref` is the carrier's or the header's reference. */
  readonly part?: { readonly ref: string; readonly number: number; readonly total: number }
  /**
   * The attempt that it answers, if the carrier says so: by our ref, or by the carrier's own where the ledger keeps those
   * (`echoesRef` false). Absent: it is threaded by line and person.
   */
  readonly inReplyTo?: AttemptRef | { readonly providerRef: string }
  /**
   * What the person asks for, where the carrier reads that itself and acts on it: it then decides, whatever the words are. `help`
   * changes nothing. block, unblock: by a switch of the network's own, where each ends nothing but the other. Absent: the words
   * are read here.
   */
  readonly asks?: 'stop' | 'start' | 'help' | 'block' | 'unblock'
  /** Files that came with it. They are fetched and stored, and the channel's `withFiles` puts them into the content. */
  readonly files?: readonly RemoteFile[]
}

/** One step of a session. The carrier waits for a screen, at `end` for nothing. */
export interface Turn {
  /** The carrier's id of the session. */
  readonly sessionRef: string
  readonly event: 'start' | 'input' | 'end'
  readonly from: string
  /** Service code or number that was called. */
  readonly to: string
  /** Input since the last screen; null at a plain start and at the end. */
  readonly input: string | null
  /** All inputs so far, where the carrier accumulates them: by these a repeated turn is known. */
  readonly inputs?: readonly string[]
  /** The carrier's code of the person's network, where it tells it. */
  readonly network?: string
  /** Number of this turn, from 1, where the carrier counts. */
  readonly number?: number
  readonly at: EpochMs
}

/** A screen of a session, as it is shown. */
export interface Screen {
  readonly text: string
  /** True if the session is over with this screen. */
  readonly ends: boolean
}

/** Everything that one callback brings. */
export interface Received<Content = unknown> {
  readonly receipts: readonly Receipt[]
  readonly inbound: readonly InboundMessage<Content>[]
  /** Step of a session, if the callback is one: the connection's `answer` makes the response from the tenant's screen. */
  readonly turn?: Turn
  /** Response to the carrier; absent: an empty 200. */
  readonly reply?: Response
}

/**
 * One page of an inbox that is pulled. The caller makes the page durable, then stores the cursor, then asks for the next page, so
 * that a page which it never stored is asked for again.
 */
export interface Polled<Content = unknown> {
  /** Place of the next page in the driver's own words. Null: the inbox is read to its end, and the next round begins it anew. */
  readonly cursor: string | null
  /** Set if no more is to be asked in this round although there is a cursor: the next round goes on from it. */
  readonly last?: true
  readonly inbound: readonly InboundMessage<Content>[]
  readonly receipts: readonly Receipt[]
  /** Reason that the carrier did not give the page, or not all of it. The round goes on where there is a cursor and no `last`. */
  readonly failure?: Failure
  readonly retryAfter?: Seconds
}

/** Everything that a provider may touch. It gets no env, no database and no queue, so that a driver cannot reach past them. */
export interface Ports {
  /** Fetches with a deadline and a size limit, without following redirects; throws if no complete answer came. */
  http(request: Request, options?: HttpOptions): Promise<Response>
  now(): EpochMs
  random(bytes: number): Uint8Array
  /** URL for the reports of this attempt; without a ref, for the callbacks of the whole connection. */
  callbackUrl(ref?: AttemptRef): string
  /** Fetches as `http` does, for URLs that a tenant or a person named (push endpoints, audio): public https hosts only. */
  guarded(request: Request, options?: HttpOptions): Promise<Response>
  /** Opens a TCP connection (`cloudflare:sockets`); throws for ports and hosts that are never right. */
  connect(address: SocketAddress, options?: SocketOptions): Socket
  /** Cloudflare's e-mail binding; absent where the deployment has none. */
  readonly email?: SendEmail
  /** A stored file of the tenant whose message is sent; null: it is gone. */
  file(id: MediaId): Promise<OpenFile | null>
  /** Public URL of a stored file, valid for a day: for carriers that fetch what they play or show. */
  fileUrl(id: MediaId): Promise<string>
  /** URL for the recipient's own device: `report` takes what happened to the message there, `unsubscribe` opts out (RFC 8058). */
  personUrl(kind: 'report' | 'unsubscribe', ref: AttemptRef): Promise<string>
  /** MAC of an attempt, for the address that its bounces go to. */
  bounceMac(ref: AttemptRef): Promise<string>
  /** An attempt of this connection, for carriers that ask for the content when the call is answered; null: none has this ref. */
  sent(ref: AttemptRef): Promise<Attempt | null>
}

/** A driver for one provider on one channel, stateless and shared. `open` binds it to the settings of one connection. */
export interface Provider<Content = unknown> {
  readonly name: string
  readonly settings: Readonly<Record<string, SettingSpec>>
  /** Features that the provider has. A route gives it no message that needs others. */
  readonly features: readonly Need[]
  /** Features that a connection has beside these by its settings; absent: none. */
  featuresBy?(settings: Settings): readonly Need[]
  /** Most messages of one `submit`. */
  readonly batch: number
  /**
   * Time for which the provider drops a repeated attempt ref, so that an unclear submit may be repeated. Absent: it never does.
   */
  readonly dedupeWindow?: Seconds
  /** True if the reports name our attempt ref: then the ledger keeps no look-up row for the provider's own. */
  readonly echoesRef: boolean
  /** Proof by which `receive` believes a callback: a signature that it verifies, or only the secret in the path. */
  readonly callbackProof: 'signature' | 'path-secret'
  /** Set if people may end their block at the provider without a word to us: a refusal for it then makes no opt-out. */
  readonly unblocksSilently?: true
  /** Set if the provider reaches no person; a `test` route may name no other kind. */
  readonly simulated?: true
  /** Country of a carrier that writes numbers as they are dialled there. Absent: bare digits begin with the country code. */
  readonly home?: Region
  open(settings: Settings, ports: Ports): Connection<Content>
}

/** A provider bound to one account. Optional members are abilities that not every carrier has. */
export interface Connection<Content = unknown> {
  /** Submits at most `batch` messages: one outcome a message, in the same order. A throw counts as `unknown` for all of them. */
  submit(messages: readonly Attempt<Content>[]): Promise<readonly Submission[]>
  /** Reads a callback; checks its authenticity first and throws `CallbackRefused` if it is forged or unreadable. */
  receive?(request: Request): Promise<Received<Content>>
  /** Asks the carrier for the state of attempts: by our ref, by theirs, or by recipient and time. */
  query?(attempts: readonly PastAttempt[]): Promise<readonly Receipt[]>
  /**
   * Fetches one page of new messages and reports, for carriers whose inbox is pulled; absent where the settings ask for none. A
   * throw counts as an answer that never came. `isRepeat`: this page was asked for before and its answer may have been lost, so a
   * driver whose carrier marks what it gave as read must find it again.
   */
  poll?(cursor: string | null, isRepeat?: boolean): Promise<Polled<Content>>
  /** Writes the tenant's screen in the carrier's own format, for a `turn` that `receive` gave. */
  answer?(turn: Turn, screen: Screen): Response
  /** Fetches a file that an inbound message named. A throw: it may be had later; a 410: never. */
  download?(url: string): Promise<Response>
  /** Asks whether the carrier works, without side effects; probes a half-open breaker. */
  health?(): Promise<boolean>
}

/** Refuses a callback that must not be believed: it is answered with `status` (403 forged, 400 unreadable) and dropped. */
export class CallbackRefused extends Error {
  readonly status: 400 | 403
  constructor(status: 400 | 403, reason: string) {
    super(reason)
    this.name = 'CallbackRefused'
    this.status = status
  }
}
