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
  'identity-required',
  'licence-missing',
])

/** True for a refusal that may come from a policy some seconds old: the sender or route may have been made a moment ago. */
export const mayBeStale = (code: ProblemCode): boolean => DOUBTFUL.has(code)

/**
 * Runs `work` under the policy at hand. If that throws a refusal that `mayBeStale`, or gives a result that `isDoubtful`,
 * asks for the newest policy and, if it is another, runs it under that. `work` must have no effects.
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
