import type { LeaseGrant } from '#worker/domain/limits/lease.ts'
import { limitHeaders } from '#worker/domain/limits/limit-headers.ts'
import { Problem } from '#worker/domain/problem.ts'
import type { Mode } from '#worker/domain/realm.ts'
import type { Policy } from '#worker/domain/tenants/tenant.ts'

const QUOTA_EXCEEDED = 'https://iana.org/assignments/http-problem-types#quota-exceeded'

/** Makes the refusal of messages that a limit does not admit now. */
export const quotaExceeded = ({ violated, retryAfter, limits }: Extract<LeaseGrant, { ok: false }>): Problem =>
  new Problem('quota-exceeded', {
    type: QUOTA_EXCEEDED,
    detail: `The limit ${violated.join(', ')} is reached; it admits this request in ${retryAfter} s.`,
    extra: { 'violated-policies': violated },
    headers: { 'Retry-After': String(retryAfter), ...limitHeaders(limits) },
  })

/** Makes the refusal of a call. */
export function tooManyCalls({ retryAfter, limits, violated }: Extract<LeaseGrant, { ok: false }>): Problem {
  return new Problem('too-many-calls', {
    detail: `No more calls may be made for ${retryAfter} s.`,
    extra: { 'violated-policies': violated },
    headers: { 'Retry-After': String(retryAfter), ...limitHeaders(limits) },
  })
}

/** Answers the problem of a request that is larger than a limit, so that no wait can admit it; null if none is. */
export function tooMany(policy: Policy, mode: Mode, n: number): Problem | null {
  const { burst, monthly } = policy.limits
  const ofLevel = mode === 'test' ? null : policy.levelDaily
  const daily = Math.min(policy.limits.daily ?? burst, ofLevel ?? burst)
  const most = Math.min(burst, daily, monthly ?? burst)
  if (n <= most) return null
  const name = most === burst ? 'burst' : most === daily ? 'daily limit' : 'monthly limit'
  const detail = `${n} messages at once; the ${name} of this account is ${most}.`
  return new Problem('burst-exceeded', { detail, errors: [{ pointer: '', detail }], extra: { burst } })
}
