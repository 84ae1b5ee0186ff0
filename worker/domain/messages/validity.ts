import { DAY, type EpochMs, HOUR } from '#worker/domain/time.ts'

/** A message without `validUntil` is tried this long; carriers' own validity is commonly 24 to 48 hours. */
const DEFAULT_VALIDITY = 24 * HOUR
/** The furthest `validUntil`. */
export const MAX_VALIDITY = 7 * DAY
/** A submitted message without a report becomes `unknown` after this (issue: 72 h). */
export const REPORT_DEADLINE = 72 * HOUR

export const expiryOf = (acceptedAt: EpochMs, validUntil: EpochMs | undefined): EpochMs =>
  validUntil ?? acceptedAt + DEFAULT_VALIDITY
