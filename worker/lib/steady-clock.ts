/** Milliseconds of a step back that count as jitter between requests of one isolate; a larger step is a corrected clock. */
export const CLOCK_SLACK = 1_000

/**
 * Milliseconds by which a clock that last said `last` was set back when it now says `now`; 0 for jitter. On jitter the caller's
 * time stands still; after a correction it moves all its timed values back by so much.
 */
export const setBackBy = (last: number, now: number): number => (now < last - CLOCK_SLACK ? last - now : 0)
