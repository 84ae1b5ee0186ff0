import { Problem, type ProblemCode } from '#worker/domain/problem.ts'
import type { Policy } from '#worker/domain/tenants/tenant.ts'
import type { Principal } from '#worker/flows/auth/principal.ts'
import { policyNow } from '#worker/flows/core/admission.ts'
import type { Platform } from '#worker/flows/core/platform.ts'

const DOUBTFUL: ReadonlySet<ProblemCode> = new Set([
  'sender-not-assigned',
  'no-route',
  'purpose-not-allowed',
  'not-supported',
])

/** True for refusals that a policy some seconds old may be wrong about: the sender or route may have been made a moment ago. */
export const mayBeStale = (code: ProblemCode): boolean => DOUBTFUL.has(code)

/**
 * Does `work` under the policy at hand, and under the newest one if the first result is a refusal that `mayBeStale`, thrown
 * or, as `isDoubtful` tells, within the result. `work` may run twice, so it has no effects.
 */
export async function underNewest<Result>(
  platform: Platform,
  { tenantId, policy }: Principal,
  work: (policy: Policy) => Result,
  isDoubtful: (result: Result) => boolean = () => false,
): Promise<Result> {
  let first: { readonly result: Result } | { readonly problem: Problem }
  try {
    first = { result: work(policy) }
    if (!isDoubtful(first.result)) return first.result
  } catch (error) {
    if (!(error instanceof Problem) || !mayBeStale(error.code)) throw error
    first = { problem: error }
  }
  const newest = await policyNow(platform, tenantId)
  if (newest && newest.version !== policy.version) return work(newest)
  if ('problem' in first) throw first.problem
  return first.result
}
