/** Milliseconds since the epoch, UTC. */
export type EpochMs = number
export type Seconds = number

export const SECOND = 1_000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** RFC 3339 in UTC with milliseconds. */
export const toTimestamp = (at: EpochMs): string => new Date(at).toISOString()
