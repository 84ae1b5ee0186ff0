import type { CallLimits } from '#worker/domain/tenants/settings.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import {
  type BucketState,
  fullBucket,
  grantLease,
  type LeaseGrant,
  type LeaseRequest,
  type LimitState,
} from './lease.ts'

/** Limits of calls as a bucket has them. */
export const asLimits = ({ rate, burst }: CallLimits) => ({ rate, burst, daily: null, monthly: null })

const ofCalls = (limits: readonly LimitState[]): readonly LimitState[] =>
  limits.map((limit) => ({ ...limit, name: 'calls' }))

/**
 * Grants tokens of calls by the rules of messages (lease.ts), from a bucket of their own that knows no days and months. Null as
 * the state before: no call was ever asked for.
 */
export function grantCalls(
  before: BucketState | null,
  limits: CallLimits,
  request: LeaseRequest,
  now: EpochMs,
): { readonly state: BucketState; readonly grant: LeaseGrant } {
  const all = asLimits(limits)
  const { state, grant } = grantLease(before ?? fullBucket(all, now), { limits: all, timeZone: null }, request, now)
  const told = { ...grant, limits: ofCalls(grant.limits) }
  return { state, grant: told.ok ? told : { ...told, violated: ['calls'] } }
}
