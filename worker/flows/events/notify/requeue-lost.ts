import { RETRY_GRACE } from '#worker/domain/tenants/webhook-schedule.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { workBody } from '#worker/jobs.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import { postponeWork, type WorkRow } from '#worker/store/work.ts'
import { queueAgain } from './on-queue.ts'

/**
 * Queues the jobs of overdue rows of kind `notify`, whose queue messages were lost. Each row gets a new due time first, so that
 * a job that was only late finds its row gone, and the next sweep leaves the row alone. Answers how many; a row whose job the
 * queue refuses is overdue after the grace.
 */
export async function requeueLostJobs(
  platform: Platform,
  shard: number,
  rows: readonly WorkRow[],
  now: EpochMs,
): Promise<number> {
  const dueAt = now + RETRY_GRACE
  const taken = await postponeWork(shardOfEnv(platform.env, shard), rows, dueAt)
  const jobs = await Promise.all(
    rows
      .filter(({ id }) => taken.has(id))
      .map(async (row) => ({ ...(await workBody('notify', platform.keys, row)), work: { shard, dueAt, id: row.id } })),
  )
  await queueAgain(platform, jobs)
  return jobs.length
}
