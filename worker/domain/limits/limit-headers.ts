import { writeList } from '#worker/lib/http/structured-fields.ts'
import type { LimitState } from './lease.ts'

/** Headers `RateLimit-Policy` and `RateLimit` of draft-ietf-httpapi-ratelimit-headers; none without limits. */
export function limitHeaders(limits: readonly LimitState[]): Readonly<Record<string, string>> {
  if (limits.length === 0) return {}
  return {
    'RateLimit-Policy': writeList(
      limits.map(({ name, quota, window }) => ({ name, parameters: { q: quota, w: window } })),
    ),
    RateLimit: writeList(
      limits.map(({ name, remaining, reset }) => ({ name, parameters: { r: remaining, t: reset } })),
    ),
  }
}
