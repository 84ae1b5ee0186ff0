/** Steps back up to this many milliseconds are jitter between requests of one isolate; larger ones are a corrected clock. */
export const CLOCK_SLACK = 1_000

/**
 * How far a clock that last said `last` was set back when it now says `now`: 0 for jitter.
 * Jitter is answered by standing still, a correction by moving what was timed along with it.
 */
export const setBackBy = (last: number, now: number): number => (now < last - CLOCK_SLACK ? last - now : 0)
