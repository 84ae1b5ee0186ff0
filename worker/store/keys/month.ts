import type { EpochMs } from '#worker/domain/time.ts'

/**
 * Number of the pair of keys of what outlives months: opt-outs, aliases, devices and push keys, and the hashes of people,
 * carriers' refs and parts of messages.
 */
export const STANDING = 0

const FIRST_YEAR = 2026

/** Number of the month (UTC) that a time is in: 1 is January 2026. An earlier time counts as then. */
export function monthOf(at: EpochMs): number {
  const date = new Date(at)
  return Math.max(1, (date.getUTCFullYear() - FIRST_YEAR) * 12 + date.getUTCMonth() + 1)
}

/** Time at which a month ends. */
export const endOfMonth = (number: number): EpochMs => Date.UTC(FIRST_YEAR, number)

/** Time at which a month begins; 0 for the first, which holds all that was before it. */
export const startOfMonth = (number: number): EpochMs => (number <= 1 ? 0 : endOfMonth(number - 1))
