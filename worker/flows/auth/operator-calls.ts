import { grantCalls } from '#worker/domain/limits/call-lease.ts'
import type { BucketState } from '#worker/domain/limits/lease.ts'
import type { Problem } from '#worker/domain/problem.ts'
import type { CallLimits } from '#worker/domain/tenants/settings.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { tooManyCalls } from '#worker/flows/core/admission-refusals.ts'
import { BoundedMap } from '#worker/lib/bounded-map.ts'

/**
 * Calls of one operator that an isolate takes. It is no tenant's setting and no object's count: operators hold a key of their
 * own, and what must be stopped is a program of theirs that runs away.
 */
export const OPERATOR_CALLS: CallLimits = { rate: 100, burst: 2_000 }

const buckets = new BoundedMap<string, BucketState>(1_000)

/** Takes one call of an operator; the refusal, or null. */
export function operatorCall(operator: string, now: EpochMs): Problem | null {
  const request = { holder: operator, need: 1, want: 0 }
  const { state, grant } = grantCalls(buckets.get(operator) ?? null, OPERATOR_CALLS, request, now)
  buckets.set(operator, state)
  return grant.ok ? null : tooManyCalls(grant)
}
