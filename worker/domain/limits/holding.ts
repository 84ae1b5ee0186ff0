import type { Mode } from '#worker/domain/realm.ts'
import { POLICY_TTL, type Policy } from '#worker/domain/tenants/tenant.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import type { LeaseEnd, LeaseGrant, LeaseTag, LimitState } from './lease.ts'

/** A lease that an isolate holds. */
export interface HeldLease {
  readonly tag: LeaseTag
  /** Time until which it may be spent, counted from before the call that brought it. */
  readonly until: EpochMs
  left: number
  /** True once it was given back or lost: nothing may be spent from it or put back into it. */
  closed: boolean
}

/** An isolate's tokens of one kind, messages of a mode or calls, of one tenant. */
export interface Purse {
  /** Held leases: one, or several if requests asked at the same time. */
  leases: HeldLease[]
  /** Ends of leases, to be told with the next call. */
  ended: LeaseEnd[]
  limits: readonly LimitState[]
  /** Time of `limits`, from which `spent` counts. */
  since: EpochMs
  spent: number
}

/** An isolate's policy and tokens of one tenant. Mutable, because it is the hot path's only state. */
export interface Holding {
  policy: Policy
  policyUntil: EpochMs
  /** By mode: test messages are not counted against the cap of an identity level, so that their tokens pay no live ones. */
  readonly messages: Readonly<Record<Mode, Purse>>
  readonly calls: Purse
  /** Refusal of calls that the object gave, which the isolate repeats until then by itself; null: none was given. */
  callsRefused: { readonly until: EpochMs; readonly grant: Extract<LeaseGrant, { ok: false }> } | null
}

/** Ends kept: more than an isolate's concurrent calls. Further ones are dropped, which only costs the tenant's caps. */
const MOST_ENDS = 200
/** Shortest span, in milliseconds, by which a pace is measured. */
const SHORTEST_SPAN = 250

const emptyPurse = (since: EpochMs): Purse => ({ leases: [], ended: [], limits: [], since, spent: 0 })

export const newHolding = (policy: Policy, calledAt: EpochMs): Holding => ({
  policy,
  policyUntil: calledAt + POLICY_TTL,
  messages: { live: emptyPurse(calledAt), test: emptyPurse(calledAt) },
  calls: emptyPurse(calledAt),
  callsRefused: null,
})

/** True while the policy may be used. It grows stale after its time, tokens left or not. */
export const isFresh = (holding: Holding, now: EpochMs): boolean => now < holding.policyUntil

/** True while the isolate serves calls or sends. */
export const isSpending = ({ messages: { live, test }, calls }: Holding): boolean =>
  live.spent + test.spent + calls.spent > 0

/** Mode in which the isolate sends more. */
export const busierMode = ({ messages: { live, test } }: Holding): Mode => (test.spent > live.spent ? 'test' : 'live')

/** Spends `n` tokens of one lease; null: no lease has so many, and the object must be asked. */
export function spend(purse: Purse, n: number, now: EpochMs): HeldLease | null {
  for (const lease of purse.leases) {
    if (lease.left < n || now >= lease.until) continue
    lease.left -= n
    purse.spent += n
    return lease
  }
  return null
}

/** Puts tokens back into the lease that they came from, if it is still held. */
export function putBack(purse: Purse, lease: HeldLease, n: number): void {
  purse.spent = Math.max(0, purse.spent - n)
  if (!lease.closed) lease.left = Math.min(lease.left + n, lease.tag.prefetched)
}

/**
 * Makes the end that credits messages which were taken and not sent to the caps only, in the window that they were granted in:
 * they belong to no lease, or theirs is over.
 */
export const refundEnd = (grantedAt: EpochMs, n: number, mode: Mode): LeaseEnd => ({
  grantedAt,
  expiresAt: 0,
  prefetched: 0,
  unspent: 0,
  refunded: n,
  mode,
})

function addEnd(purse: Purse, end: LeaseEnd): void {
  if (purse.ended.length < MOST_ENDS) purse.ended.push(end)
}

/**
 * Ends all leases, or those alone that are over at `now`, and hands out the ends to tell the object with a call: at most once,
 * whatever comes of the call.
 */
export function closeLeases(purse: Purse, now = Number.POSITIVE_INFINITY): readonly LeaseEnd[] {
  for (const lease of purse.leases) {
    if (now < lease.until) continue
    lease.closed = true
    addEnd(purse, { ...lease.tag, unspent: lease.left, refunded: 0 })
  }
  purse.leases = purse.leases.filter(({ closed }) => !closed)
  const ended = purse.ended
  purse.ended = []
  return ended
}

/** Tokens to ask for: twice what this isolate would spend in a lease's life at its present pace. */
export function demandOf(purse: Purse | undefined, need: number, now: EpochMs): number {
  const span = purse ? Math.max(SHORTEST_SPAN, now - purse.since) : SHORTEST_SPAN
  return Math.ceil((2 * POLICY_TTL * ((purse?.spent ?? 0) + need)) / span)
}

/** Takes over a grant that was asked for at `calledAt` for a `need` that is spent already. */
export function takeGrant(
  purse: Purse,
  grant: Extract<LeaseGrant, { ok: true }>,
  need: number,
  calledAt: EpochMs,
): void {
  const left = grant.tokens - need
  if (left > 0) purse.leases.push({ tag: grant.lease, until: calledAt + grant.ttlMs, left, closed: false })
  purse.limits = grant.limits
  // Calls made together count as one time, so that their needs add up to the pace.
  const together = calledAt - purse.since < SHORTEST_SPAN
  purse.spent = together ? purse.spent + need : need
  if (!together) purse.since = calledAt
}

/** Takes over a policy, unless a later call has brought a newer one meanwhile. */
export function takePolicy(holding: Holding, policy: Policy, calledAt: EpochMs): void {
  if (calledAt + POLICY_TTL < holding.policyUntil) return
  holding.policy = policy
  holding.policyUntil = calledAt + POLICY_TTL
}

/** Limits as this isolate knows them: the object's last answer and the tokens in hand. */
export function limitsAt(purse: Purse, now: EpochMs): readonly LimitState[] {
  let inHand = 0
  for (const lease of purse.leases) if (now < lease.until) inHand += lease.left
  const passed = Math.floor(Math.max(0, now - purse.since) / 1000)
  return purse.limits.map((limit) => ({
    ...limit,
    remaining: Math.min(limit.quota, limit.remaining + inHand),
    reset: Math.max(0, limit.reset - passed),
  }))
}
