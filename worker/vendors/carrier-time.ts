import { type EpochMs, SECOND } from '#worker/domain/time.ts'

/** Time of day with a zone behind it, as ISO 8601, RFC 2822 and PostgreSQL write them. */
const ZONED = /\d:\d\d(?::\d\d(?:\.\d+)?)? ?(?:Z|GMT|UTC?|[+-]\d\d(?::?\d\d)?)$/i
/** Zone of whole hours, which `Date.parse` does not read. */
const SHORT_ZONE = /[+-]\d\d$/

/**
 * Reads a carrier's time that names its zone. One that names none may be of any, so it is no time that could be compared with
 * another.
 */
export function zonedTime(text: string | null | undefined): EpochMs | undefined {
  const written = text?.trim() ?? ''
  if (!ZONED.test(written)) return undefined
  const at = Date.parse(SHORT_ZONE.test(written) ? `${written}:00` : written)
  return Number.isFinite(at) ? at : undefined
}

/** Second of 2001, before which no carrier's time lies: what is smaller is no Unix time. */
const FIRST_SECOND = 1_000_000_000

/** Reads a carrier's Unix time in seconds. */
export const unixTime = (seconds: number): EpochMs | undefined =>
  Number.isInteger(seconds) && seconds > FIRST_SECOND ? seconds * SECOND : undefined
