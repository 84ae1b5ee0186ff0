import type { Policy } from '#worker/domain/tenants/tenant.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { asLimits } from './call-lease.ts'
import { type BucketState, fullBucket, heldBy, refill } from './lease.ts'
import { type CapUse, rollCap } from './quota-window.ts'

/** Both buckets of a tenant, stored as one so that a lease of both writes one row. */
export interface Buckets {
  readonly messages: BucketState
  /** Null: no call was asked for yet. */
  readonly calls: BucketState | null
}

/** Tokens of a bucket: `available` ones nobody has, `leased` ones isolates hold and may still spend. */
interface BucketUse {
  readonly available: number
  readonly leased: number
}

/** What is used of a cap, which is null where there is none. */
export interface CapUsage extends CapUse {
  readonly cap: number | null
}

/** What is used of a tenant's limits, as its object knows it: what isolates hold counts as used until they give it back. */
export interface Usage {
  readonly messages: BucketUse
  /** The account's own cap, both modes, or its identity level's, live alone: that which has less left. */
  readonly daily: CapUsage
  readonly monthly: CapUsage
  readonly calls: BucketUse
}

function useOf(state: BucketState): BucketUse {
  return { available: Math.floor(state.tokens), leased: heldBy(state.live) }
}

const leftOf = ({ cap, used }: CapUsage): number => (cap === null ? Number.POSITIVE_INFINITY : cap - used)

/** Tells how the limits stand at `now`; null: nothing was asked for yet. */
export function usageAt(
  buckets: Buckets | null,
  { limits, levelDaily, calls, timeZone }: Pick<Policy, 'limits' | 'levelDaily' | 'calls' | 'timeZone'>,
  now: EpochMs,
): Usage {
  const ofCalls = asLimits(calls)
  const messages = refill(buckets?.messages ?? fullBucket(limits, now), limits, now)
  const own = { ...rollCap(messages.daily, 'daily', timeZone, messages.at), cap: limits.daily }
  const ofLevel = { ...rollCap(messages.liveDaily, 'daily', timeZone, messages.at), cap: levelDaily }
  return {
    messages: useOf(messages),
    daily: leftOf(ofLevel) < leftOf(own) ? ofLevel : own,
    monthly: { ...rollCap(messages.monthly, 'monthly', timeZone, messages.at), cap: limits.monthly },
    calls: useOf(refill(buckets?.calls ?? fullBucket(ofCalls, now), ofCalls, now)),
  }
}
