/** Milliseconds since the epoch, UTC. */
export type EpochMs = number
export type Seconds = number

export const SECOND = 1_000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

let lastAt: EpochMs = Number.NaN
let lastText = ''

/**
 * RFC 3339 in UTC with milliseconds. Remembers the last conversion, because all events of one slice have the same time.
 */
export function toTimestamp(at: EpochMs): string {
  if (at !== lastAt) {
    lastText = new Date(at).toISOString()
    lastAt = at
  }
  return lastText
}
