import type { Region } from '#worker/domain/addresses/number-plans.ts'
import type { AttemptRef, MediaId, MessageId } from '#worker/domain/ids.ts'
import type { OpenFile, RemoteFile } from '#worker/domain/media.ts'
import type { EpochMs, Seconds } from '#worker/domain/time.ts'
import type { HttpOptions } from '#worker/lib/http/bounded-http.ts'
import type { Need } from './features.ts'

export type { HttpOptions }

/** One setting of a connection: validation, masking, docs and console forms are made from it. */
export interface SettingSpec {
  readonly title: string
  readonly help: string
  /** A secret is sealed at rest and masked in every answer. */
  readonly kind: 'text' | 'secret' | 'url' | 'number' | 'boolean'
  readonly required: boolean
  readonly default?: string | number | boolean
  /** For `text` and `secret`: what the whole value must match. */
  readonly pattern?: string
}
export type Settings = Readonly<Record<string, string | number | boolean>>

/** Integer minor units of an ISO 4217 currency. */
interface Money {
  readonly amount: number
  readonly currency: string
}

/** Why something did not work: our stable code, the carrier's code verbatim, and a sentence a tenant may read. */
export interface Failure {
  readonly code: FailureCode
  readonly carrierCode?: string
  readonly detail: string
}
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
  /** The carrier should not deliver later than this. */
  readonly validUntil?: EpochMs
  /** What the channel's registry knows of the recipient; null: it was removed. Absent: the channel has none. */
  readonly target?: unknown
}

/** An attempt made earlier, for `query`. */
export interface PastAttempt {
  readonly ref: AttemptRef
  readonly providerRef: string | null
  readonly to: string
  readonly submittedAt: EpochMs
}

/**
 * accepted: wait for the report · rejected: tell the tenant · deferred: certainly not taken, safe to retry or fail over ·
 * unknown: maybe taken, never resubmit (unless the provider drops repeats within its `dedupeWindow`).
 */
export type Submission =
  | {
      readonly outcome: 'accepted'
      readonly providerRef: string
      readonly price?: Money
      /** The recipient as the carrier knows them, where it names another address than it was given. */
      readonly alias?: string
    }
  | { readonly outcome: 'rejected'; readonly failure: Failure }
  | { readonly outcome: 'deferred'; readonly failure: Failure; readonly retryAfter?: Seconds }
  | { readonly outcome: 'unknown'; readonly failure: Failure }

export type ReceiptKey = { readonly attemptRef: AttemptRef } | { readonly providerRef: string }
/** What a carrier can say of a message after it took it. */
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

/** A delivery report in our words. `at` is the carrier's time if it gave one, else when we heard. */
export type Receipt = ReceiptKey & {
  readonly status: ReceiptStatus
  readonly at: EpochMs
  readonly failure?: Failure
  /** The recipient must not be written to from this line again: a hard bounce, a complaint (which comes with `delivered`). */
  readonly suppress?: true
}

/** Does the report ask that nothing more goes to its recipient? A block at the carrier always does. */
export const asksSuppression = ({ suppress, failure }: Pick<Receipt, 'suppress' | 'failure'>): boolean =>
  suppress === true || failure?.code === 'recipient-blocked'

/** A message a person sent to one of our lines. `providerRef` is the carrier's id of it: the dedupe key. */
export interface InboundMessage<Content = unknown> {
  readonly providerRef: string | null
  readonly from: string
  /** Another address of the same person, where the carrier names two. */
  readonly also?: string
  readonly to: string
  readonly content: Content
  readonly at: EpochMs
  /** One part of a longer message, parts in any order; `ref` is the carrier's or the header's reference. */
  readonly part?: { readonly ref: string; readonly number: number; readonly total: number }
  /**
   * The attempt that it answers, where the carrier says so: by our ref, or by the carrier's own if the ledger keeps those
   * (`echoesRef` false). Else it is threaded by line and person.
   */
  readonly inReplyTo?: AttemptRef | { readonly providerRef: string }
  /** Files that came with it: fetched, stored, and put into the content by the channel's `withFiles`. */
  readonly files?: readonly RemoteFile[]
}

/** A step of a session: the carrier waits for the screen (or, at `end`, for nothing). */
export interface Turn {
  /** The carrier's id of the session. */
  readonly sessionRef: string
  readonly event: 'start' | 'input' | 'end'
  readonly from: string
  /** The service code or number that was called. */
  readonly to: string
  /** What was typed since the last screen; null at a plain start and at the end. */
  readonly input: string | null
  /** Everything typed so far, where the carrier accumulates it: what makes a repeated turn known as one. */
  readonly inputs?: readonly string[]
  /** The carrier's number of this turn, from 1, where it counts. */
  readonly number?: number
  readonly at: EpochMs
}

export interface Screen {
  readonly text: string
  /** The session is over with it. */
  readonly ends: boolean
}

export interface Received<Content = unknown> {
  readonly receipts: readonly Receipt[]
  readonly inbound: readonly InboundMessage<Content>[]
  /** A step of a session: the answer is made by the connection's `answer` from the tenant's screen. */
  readonly turn?: Turn
  /** What to answer the carrier; an empty 200 if absent. */
  readonly reply?: Response
}

interface Polled {
  readonly cursor: string | null
  readonly inbound: readonly InboundMessage[]
  readonly receipts: readonly Receipt[]
}

/** All a provider may touch: no env, no database, no queue. */
export interface Ports {
  /** Guarded, with a deadline and a size limit; throws when no complete answer came. */
  http(request: Request, options?: HttpOptions): Promise<Response>
  now(): EpochMs
  random(bytes: number): Uint8Array
  /** Where this attempt's reports should come; without a ref, the callbacks of the whole connection. */
  callbackUrl(ref?: AttemptRef): string
  /** As `http`, for URLs on a tenant's or a person's word (push endpoints, audio): public https hosts only, no redirects. */
  guarded(request: Request, options?: HttpOptions): Promise<Response>
  /** A TCP connection out (`cloudflare:sockets`); throws for ports and hosts that are never right. */
  connect(address: SocketAddress, options?: SocketOptions): Socket
  /** Cloudflare's e-mail binding, where the deployment has it. */
  readonly email?: SendEmail
  /** A stored file of the tenant's whose message is sent; null: it is gone. */
  file(id: MediaId): Promise<OpenFile | null>
  /** A public URL of a stored file, good for a day: for carriers that fetch what they play or show. */
  fileUrl(id: MediaId): Promise<string>
  /** A URL for the recipient's own device: `report` takes what happened to the message there, `unsubscribe` RFC 8058. */
  personUrl(kind: 'report' | 'unsubscribe', ref: AttemptRef): Promise<string>
  /** An attempt of this connection by its ref, for carriers that ask for the content when the call is answered; null: unknown. */
  sent(ref: AttemptRef): Promise<Attempt | null>
}

/** A driver for one provider on one channel: stateless and shared. `open` binds it to one connection's settings. */
export interface Provider<Content = unknown> {
  readonly name: string
  readonly settings: Readonly<Record<string, SettingSpec>>
  /** What it can do; absent connections of a route are never asked for more. */
  readonly features: readonly Need[]
  /** Most messages in one submit. */
  readonly batch: number
  /** The provider drops a repeated attempt ref for this long, so that repeating an unclear submit is safe. */
  readonly dedupeWindow?: Seconds
  /** Its reports name our attempt ref, so the ledger keeps no look-up row for theirs. */
  readonly echoesRef: boolean
  /** How `receive` knows that the carrier speaks: a signature it verifies, or only the secret in the callback's path. */
  readonly callbackProof: 'signature' | 'path-secret'
  /** Reaches no person: the only kind that a `test` route may name. */
  readonly simulated?: true
  /** A carrier of one country, which writes its numbers as they are dialled there. Absent: bare digits begin with the country code. */
  readonly home?: Region
  open(settings: Settings, ports: Ports): Connection<Content>
}

export interface Connection<Content = unknown> {
  /** One outcome a message, in the same order. May throw: that is `unknown` for all of them. */
  submit(messages: readonly Attempt<Content>[]): Promise<readonly Submission[]>
  /** Authenticity first: throws `CallbackRefused` for a forged or unreadable callback. */
  receive?(request: Request): Promise<Received<Content>>
  /** Asks for the state of attempts, by our ref, theirs, or recipient and time. */
  query?(attempts: readonly PastAttempt[]): Promise<readonly Receipt[]>
  /** For carriers whose inbox is pulled. */
  poll?(cursor: string | null): Promise<Polled>
  /** The tenant's screen in the carrier's own format, for a `turn` that `receive` gave. */
  answer?(turn: Turn, screen: Screen): Response
  /** Fetches a file that an inbound message named. Throws if it may be had later; a 410: it never can be. */
  download?(url: string): Promise<Response>
  /** Free of side effects; probes a half-open breaker. */
  health?(): Promise<boolean>
}

/** A callback that must not be believed: answered with `status` (403 forged, 400 unreadable) and never worked. */
export class CallbackRefused extends Error {
  readonly status: 400 | 403
  constructor(status: 400 | 403, reason: string) {
    super(reason)
    this.name = 'CallbackRefused'
    this.status = status
  }
}
