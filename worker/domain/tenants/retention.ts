import { DAY, type EpochMs } from '#worker/domain/time.ts'

/**
 * The retention floor: six months as the longest six Jalali months, 6 × 31 days. Trade regulation article 6 (7-2) and
 * Computer Crimes Law 32 (requirements S6-16). Nothing is purged before it, everything final within 24 hours after.
 */
const RETENTION_FLOOR = 186 * DAY

/** Time that a queue keeps a job in production (Cloudflare Queues, the longest that it offers). */
const QUEUE_RETENTION = 14 * DAY

/** Cut-off of the purge: what is final and was last changed before it may be deleted. */
export const retentionCutoff = (now: EpochMs): EpochMs => now - RETENTION_FLOOR

/**
 * Fate of a message whose id is valid and that has no row: still on the queue, purged, or lost. `madeAt` is the time in its id.
 */
export function absenceOf(madeAt: EpochMs, now: EpochMs): 'queued' | 'purged' | 'lost' {
  if (madeAt > now - QUEUE_RETENTION) return 'queued'
  return madeAt < retentionCutoff(now) ? 'purged' : 'lost'
}
