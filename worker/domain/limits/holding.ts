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

/** An isolate's policy and leases of one tenant. Mutable, because it is the hot path's only state. */
export interface Holding {
  policy: Policy
  policyUntil: EpochMs
  /** Held leases: one, or several if requests asked at the same time. */
  leases: HeldLease[]
  /** Ends of leases, to be told with the next call. */
  ended: LeaseEnd[]
  limits: readonly LimitState[]
  /** Time of `limits`, from which `spent` counts. */
  since: EpochMs
  spent: number
}

/** Ends kept: more than an isolate's concurrent calls. Further ones are dropped, which only costs the tenant's caps. */
const MOST_ENDS = 200
/** Shortest span, in milliseconds, by which a pace is measured. */
const SHORTEST_SPAN = 250

export const newHolding = (policy: Policy, calledAt: EpochMs): Holding => ({
  policy,
  policyUntil: calledAt + POLICY_TTL,
  leases: [],
  ended: [],
  limits: [],
  since: calledAt,
  spent: 0,
})

/** True while the policy may be used. It grows stale after its time, tokens left or not. */
export const isFresh = (holding: Holding, now: EpochMs): boolean => now < holding.policyUntil

/** Spends `n` tokens of one lease; null: no lease has so many, and the object must be asked. */
export function spend(holding: Holding, n: number, now: EpochMs): HeldLease | null {
  for (const lease of holding.leases) {
    if (lease.left < n || now >= lease.until) continue
    lease.left -= n
    holding.spent += n
    return lease
  }
  return null
}

/** Puts tokens back into the lease that they came from, if it is still held. */
export function putBack(holding: Holding, lease: HeldLease, n: number): void {
  holding.spent = Math.max(0, holding.spent - n)
  if (!lease.closed) lease.left = Math.min(lease.left + n, lease.tag.prefetched)
}

/**
 * Makes the end that credits messages which were taken and not sent to the caps only, in the window that they were granted in:
 * they belong to no lease, or theirs is over.
 */
export const refundEnd = (grantedAt: EpochMs, n: number): LeaseEnd => ({
  grantedAt,
  expiresAt: 0,
  prefetched: 0,
  unspent: 0,
  refunded: n,
})

function addEnd(holding: Holding, end: LeaseEnd): void {
  if (holding.ended.length < MOST_ENDS) holding.ended.push(end)
}

/** Ends all leases and hands out the ends to tell the object with a call: at most once, whatever comes of the call. */
export function closeLeases(holding: Holding): readonly LeaseEnd[] {
  for (const lease of holding.leases) {
    lease.closed = true
    addEnd(holding, { ...lease.tag, unspent: lease.left, refunded: 0 })
  }
  holding.leases = []
  const ended = holding.ended
  holding.ended = []
  return ended
}

/** Tokens to ask for: twice what this isolate would spend in a lease's life at its present pace. */
export function demandOf(holding: Holding | undefined, need: number, now: EpochMs): number {
  const span = holding ? Math.max(SHORTEST_SPAN, now - holding.since) : SHORTEST_SPAN
  return Math.ceil((2 * POLICY_TTL * ((holding?.spent ?? 0) + need)) / span)
}

/** Takes over a grant that was asked for at `calledAt` for `need` messages, which are spent already. */
export function takeGrant(
  holding: Holding,
  grant: Extract<LeaseGrant, { ok: true }>,
  need: number,
  calledAt: EpochMs,
): void {
  const left = grant.tokens - need
  if (left > 0) holding.leases.push({ tag: grant.lease, until: calledAt + grant.ttlMs, left, closed: false })
  holding.limits = grant.limits
  // Calls made together count as one time, so that their needs add up to the pace.
  const together = calledAt - holding.since < SHORTEST_SPAN
  holding.spent = together ? holding.spent + need : need
  if (!together) holding.since = calledAt
}

/** Takes over a policy, unless a later call has brought a newer one meanwhile. */
export function takePolicy(holding: Holding, policy: Policy, calledAt: EpochMs): void {
  if (calledAt + POLICY_TTL < holding.policyUntil) return
  holding.policy = policy
  holding.policyUntil = calledAt + POLICY_TTL
}

/** Limits as this isolate knows them: the object's last answer and the tokens in hand. */
export function limitsAt(holding: Holding, now: EpochMs): readonly LimitState[] {
  let inHand = 0
  for (const lease of holding.leases) if (now < lease.until) inHand += lease.left
  const passed = Math.floor(Math.max(0, now - holding.since) / 1000)
  return holding.limits.map((limit) => ({
    ...limit,
    remaining: Math.min(limit.quota, limit.remaining + inHand),
    reset: Math.max(0, limit.reset - passed),
  }))
}
