import type {
  KeptPage,
  PollBegun,
  PollEnd,
  PollNotice,
  PollRequest,
  PollState,
} from '#worker/domain/carriers/poll-state.ts'
import type { Screen, Turn } from '#worker/domain/carriers/provider.ts'
import type { CodeNews, GuardAnswer, GuardAsk } from '#worker/domain/guard/guard.ts'
import type { GuardView, ViewTerms } from '#worker/domain/guard/kept.ts'
import type { MessageId, RequestId, VerificationId } from '#worker/domain/ids.ts'
import type { BreakerView, ThrottleGrant, ThrottleRequest, ThrottleSettlement } from '#worker/domain/limits/breaker.ts'
import type { LeaseGrant, LeaseRequest } from '#worker/domain/limits/lease.ts'
import type { Usage } from '#worker/domain/limits/usage.ts'
import type { Begun as BegunKey } from '#worker/domain/messages/idempotency.ts'
import type { Answer, Opening } from '#worker/domain/sessions/session.ts'
import type { Policy } from '#worker/domain/tenants/tenant.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import type { HashedCode } from '#worker/domain/verifications/kept-code.ts'
import type {
  Checked,
  Opening as NewVerification,
  Resent,
  Started,
  Told,
  Tried,
} from '#worker/domain/verifications/recipient.ts'
import type { Feedback } from '#worker/domain/verifications/verification.ts'

/** The TenantObject, named by the tenant id. */
export interface TenantCalls extends Rpc.DurableObjectBranded {
  /**
   * Grants tokens of messages, and of calls where they are asked for, with the current policy, or refuses with what stands in the
   * way; null: there is no such tenant.
   */
  lease(
    request: LeaseRequest,
    calls?: LeaseRequest,
  ): Promise<{ readonly grant: LeaseGrant; readonly calls?: LeaseGrant; readonly policy: Policy } | null>
  /** The policy as it stands (reread from the control database at most every 60 s); null: no such tenant. */
  policy(): Promise<Policy | null>
  /**
   * Rereads the policy now; the version that is in force afterwards, 0 without a tenant. The admin route confirms its changes by
   * this.
   */
  reload(): Promise<number>
  /** Shows what is used of the limits, with the policy; takes nothing, and writes nothing. Null: no such tenant. */
  usage(): Promise<{ readonly usage: Usage; readonly policy: Policy } | null>
}

/** The IdempotencyObject: keys of one tenant that share a hash bucket, named `<tenant>:<bucket>`. */
export interface IdempotencyCalls extends Rpc.DurableObjectBranded {
  /** First sight of a key starts a run, unless the object has `most` keys. A begin made twice by one request starts once. */
  begin(key: string, fingerprint: string, requestId: RequestId, most?: number): Promise<BegunKey>
  /** Keeps a sealed answer for 24 h after the first sight of the key. The first stays: later runs were the same request. */
  complete(key: string, sealed: Uint8Array<ArrayBuffer>): Promise<void>
  /**
   * Ends the in-flight lease of the run with this number without an answer, so that a retry runs again with the same request id.
   * `paid` messages are queued and their tokens taken, so that the retry takes none for them.
   */
  release(key: string, run: number, paid: number): Promise<void>
}

/** The ThrottleObject of a provider account, named by the connection id. */
export interface ThrottleCalls extends Rpc.DurableObjectBranded {
  admit(request: ThrottleRequest): Promise<ThrottleGrant>
  settle(settlement: ThrottleSettlement): Promise<void>
  /** Answers the breaker's state, for the operators' health. */
  state(): Promise<BreakerView>
  /** Begins a round of polling; null: another poller has one, or none is due. The call made twice begins one. */
  beginPoll(request: PollRequest): Promise<PollBegun | null>
  /**
   * Stores the cursor behind a durable page; false: the round lapsed and another poller has begun one, and this one must stop.
   */
  keepPage(page: KeptPage): Promise<boolean>
  /** Ends a round of polling, and answers what the operator must hear. */
  endPoll(end: PollEnd): Promise<PollNotice | null>
  /** State of the poller for the operators' health; null: no inbox was ever pulled. */
  polling(): Promise<PollState | null>
}

/** Place of an item among those of its telephone, by the object's clock. */
export interface PhonePlace {
  readonly at: EpochMs
  readonly n: number
}

/** Hexadecimal digits of a telephone's key. */
export const PHONE_KEY = 16

/** Items that arrive together in some milliseconds, sealed in one; `keys`: the telephone of each, in their order. */
export interface NewItems {
  readonly keys: string
  readonly afterMs: number
  readonly sealed: Uint8Array<ArrayBuffer>
}
/** Items of one telephone, newest first, out of those that were sealed together. */
export interface FoundItems {
  readonly keys: string
  readonly sealed: ArrayBuffer
  readonly found: readonly { readonly place: PhonePlace; readonly index: number }[]
}

/** Asks for items between two places; with `since` alone for the oldest behind it, else for the newest. */
export interface PhonePage {
  readonly since: PhonePlace | null
  readonly before: PhonePlace | null
  readonly limit: number
}

/** The PhoneObject: the test telephones of a tenant, named by the tenant id. */
export interface PhoneCalls extends Rpc.DurableObjectBranded {
  /** Keeps items for 15 minutes; answers the place of the first of each. The call made twice keeps them twice. */
  keep(items: readonly NewItems[]): Promise<readonly PhonePlace[]>
  /** Answers items of one telephone that have arrived, newest first: of its last 200. */
  read(key: string, page: PhonePage): Promise<readonly FoundItems[]>
}

/** A turn on its way to a screen. The token is the call's: the same call made twice is one. */
export interface TurnCall {
  readonly token: string
  readonly turn: Turn
  /** Time at which the carrier must have the screen. */
  readonly screenBy: EpochMs
  readonly fallback: string
  readonly screenLength: number
}

/**
 * Step that follows a begun turn. `unknown`: begin again with an opening · `ask`: ask the application, then `finish` ·
 * `show`: the screen is known · `over`: the session has ended · `late`: an earlier turn took all the time.
 */
export type BegunTurn =
  | { readonly kind: 'unknown' | 'late' | 'over' }
  | { readonly kind: 'show'; readonly screen: Screen }
  | { readonly kind: 'ask'; readonly opening: Opening; readonly number: number; readonly inputs: readonly string[] }

/** The SessionObject of a person and an application, named by a hash of connection, code, person and the carrier's session id. */
export interface SessionCalls extends Rpc.DurableObjectBranded {
  /** Begins a turn. Turns come one after the other; a second copy of one that is under way waits for the first one's screen. */
  begin(call: TurnCall, opening: Opening | null): Promise<BegunTurn>
  /** Ends a turn that `begin` said to ask for; null: no answer came in time. What was shown first stays. */
  finish(call: TurnCall, opening: Opening, answer: Answer | null, ms: number): Promise<Screen>
  /** The carrier says that the person hung up. */
  end(at: EpochMs): Promise<void>
}

/** The VerificationObject of a recipient of a realm, named by a keyed hash of both. Null: it has no such verification. */
export interface VerificationCalls extends Rpc.DurableObjectBranded {
  /** Starts a verification whose first code is about to be sent. A start made twice by one request is one, and so is a resend. */
  start(opening: NewVerification): Promise<Started>
  /** Notes a further code that is about to be sent. */
  resend(id: VerificationId, code: HashedCode): Promise<Resent | null>
  /** Takes back the code with this hash: its message was not queued. */
  withdraw(id: VerificationId, hash: string): Promise<void>
  /** Notes that the message of a code did not arrive, or maybe not. One that it does not know changes nothing. */
  noteUnsent(messageId: MessageId): Promise<void>
  /** Notes that the message of a code arrived. One that it does not know, or knows to have, changes nothing. */
  noteDelivered(messageId: MessageId): Promise<void>
  /** Checks a code. A check made twice, by its token, counts once. */
  check(id: VerificationId, tried: Tried): Promise<Checked | null>
  cancel(id: VerificationId): Promise<Told | null>
  feedBack(id: VerificationId, feedback: Feedback): Promise<Told | null>
  read(id: VerificationId): Promise<Told | null>
}

/** The GuardObject of a tenant in one mode, named by the realm. */
export interface GuardCalls extends Rpc.DurableObjectBranded {
  /**
   * Answers whether a code may go out, and counts it if so; `shard`: where events of ceilings are kept. The call made twice
   * counts its code twice, and must not tell of ended leases and unsent codes again.
   */
  ask(ask: GuardAsk, shard: number): Promise<GuardAnswer>
  /** Notes what became of codes. */
  hear(news: readonly CodeNews[]): Promise<void>
  /** Shows the day's units and the prefixes that are held back. */
  view(terms: ViewTerms): Promise<GuardView>
}
