import { RETRY_GRACE } from '#worker/domain/tenants/webhook-schedule.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { workBody } from '#worker/jobs.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import { postponeWork, type WorkRow, WorkUnopened } from '#worker/store/work.ts'
import { queueAgain } from './on-queue.ts'

/** Row with its job; null if it does not open. */
async function openedJob(platform: Platform, row: WorkRow) {
  try {
    return { row, job: await workBody('notify', platform.keys, row) }
  } catch (error) {
    if (error instanceof WorkUnopened) return null
    throw error
  }
}

/**
 * Queues the jobs of overdue rows of kind `notify`, whose queue messages were lost. Each row gets a new due time first, so that
 * a job that was only late finds its row gone, and the next sweep leaves the row alone. Answers how many; a row whose job the
 * queue refuses is overdue after the grace. One that does not open is left to the sweep as it is.
 */
export async function requeueLostJobs(
  platform: Platform,
  shard: number,
  rows: readonly WorkRow[],
  now: EpochMs,
): Promise<number> {
  const dueAt = now + RETRY_GRACE
  const opened = await Promise.all(rows.map((row) => openedJob(platform, row)))
  const readable = opened.flatMap((one) => one ?? [])
  const taken = await postponeWork(
    shardOfEnv(platform.env, shard),
    readable.map(({ row }) => row),
    dueAt,
  )
  const jobs = readable.flatMap(({ row: { id }, job }) =>
    taken.has(id) ? [{ ...job, work: { shard, dueAt, id } }] : [],
  )
  await queueAgain(platform, jobs)
  return jobs.length
}
