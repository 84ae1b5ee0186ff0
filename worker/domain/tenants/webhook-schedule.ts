import { HOUR, MINUTE, SECOND, type Seconds } from '#worker/domain/time.ts'

/** Seconds before each attempt, by Standard Webhooks; about 75 h in all. */
const SCHEDULE: readonly Seconds[] = [0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]
/** Time from the first attempt to the last. */
export const WHOLE_SCHEDULE = SCHEDULE.reduce((sum, delay) => sum + delay) * SECOND
/** Longest delay of a job that a queue takes. */
const LONGEST_DELAY: Seconds = 86_400
/** Part of a delay that chance takes away at most. It never adds, so that the schedule's bounds hold. */
const JITTER = 0.1

/** Time after a retry is due until the sweep takes its job for lost. */
export const RETRY_GRACE = 5 * MINUTE
/** Time in which a POST must be answered (Standard Webhooks asks for 15 to 30 s). */
export const POST_DEADLINE = 15 * SECOND
/** Time in which a new endpoint must answer its challenge. */
export const CHALLENGE_DEADLINE = 10 * SECOND
/** Time for which a replaced secret goes on signing. */
export const OLD_SECRET_LIFE = 24 * HOUR

/**
 * Seconds to wait after attempt `attempt` (1 for the first) failed, or null if it was the last.
 * `retryAfter` is the receiver's wish: honoured where it is later than the schedule, up to `LONGEST_DELAY`.
 * `chance` is 0 … 1.
 */
export function delayAfter(attempt: number, chance: number, retryAfter: Seconds = 0): Seconds | null {
  const scheduled = SCHEDULE[attempt]
  if (scheduled === undefined) return null
  const shortened = Math.max(1, Math.floor(scheduled * (1 - JITTER * chance)))
  return Math.min(LONGEST_DELAY, Math.max(shortened, retryAfter))
}

/** Seconds of a Retry-After header (RFC 9110 10.2.3: a number or a date); 0 if it says nothing usable. */
export function retryAfterSeconds(header: string | null, now: number): Seconds {
  if (header === null) return 0
  const text = header.trim()
  if (/^\d{1,9}$/.test(text)) return Number(text)
  const at = /^[A-Za-z]{3}, /.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(at) ? 0 : Math.max(0, Math.ceil((at - now) / SECOND))
}
