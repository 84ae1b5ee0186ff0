import { DAY, type EpochMs, MINUTE } from '#worker/domain/time.ts'

/**
 * The retention floor: six months as the longest six Jalali months, 6 × 31 days. Trade regulation article 6 (7-2) and
 * Computer Crimes Law 32 (requirements S6-16). Nothing is purged before it, everything final within 24 hours after.
 */
export const RETENTION_FLOOR = 186 * DAY

/**
 * Time that a queue keeps a job: what Cloudflare Queues offers (`message_retention_period`, 24 hours at most on the Workers
 * Free plan). Under a short one, what waits longer than that is lost; docs/operations.md says what that is.
 */
export const QUEUE_RETENTION = { least: MINUTE, most: 14 * DAY } as const

/** Cut-off of the purge: what is final and was last changed before it may be deleted. */
export const retentionCutoff = (now: EpochMs): EpochMs => now - RETENTION_FLOOR

/** Days that counts of messages are kept: a year, and the month that it is compared with. They hold no person's data. */
export const STATISTICS_DAYS = 400

/** Time from which what identifies the people of a tenant may be erased: the floor counts from the end of its subscription. */
export const erasableFrom = (closedAt: EpochMs): EpochMs => closedAt + RETENTION_FLOOR

/**
 * THE ONE CHECK before a closed tenant's standing rows and keys are erased for good (requirements S6-17): the floor has passed
 * since its end. A legal hold on the tenant, once there are holds, is one more condition here.
 */
export const mayErase = ({ closedAt }: { readonly closedAt: EpochMs }, now: EpochMs): boolean =>
  erasableFrom(closedAt) < now

/**
 * Fate of a message whose id is valid and that has no row: still on the queue, purged, or lost. `madeAt` is the time in its id,
 * `retention` the milliseconds that the queues keep a job.
 */
export function absenceOf(madeAt: EpochMs, now: EpochMs, retention: number): 'queued' | 'purged' | 'lost' {
  if (madeAt > now - retention) return 'queued'
  return madeAt < retentionCutoff(now) ? 'purged' : 'lost'
}
