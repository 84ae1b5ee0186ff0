import { DAY, type EpochMs, HOUR } from '#worker/domain/time.ts'

/** Validity of a message without `validUntil`; carriers' own is commonly 24 to 48 hours. */
const DEFAULT_VALIDITY = 24 * HOUR
/** Longest validity that a message may ask for. */
export const MAX_VALIDITY = 7 * DAY
/** Time after which a submitted message without a report becomes `unknown`. */
export const REPORT_DEADLINE = 72 * HOUR

/** Time at which a message ceases to be worth delivering. */
export const expiryOf = (acceptedAt: EpochMs, validUntil: EpochMs | undefined): EpochMs =>
  validUntil ?? acceptedAt + DEFAULT_VALIDITY
