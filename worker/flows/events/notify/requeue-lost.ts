import { RETRY_GRACE } from '#worker/domain/tenants/webhook-schedule.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { workBody } from '#worker/jobs.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { mapLimited, OPEN_CONNECTIONS } from '#worker/lib/semaphore.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import { postponeWork, type WorkRow } from '#worker/store/work.ts'

/**
 * Queues the jobs of overdue rows of kind `notify`, whose queue messages were lost. Each row gets a new due time first, so that
 * a job that was only late finds its row gone, and the next sweep leaves the row alone. Answers how many were sent; a row whose
 * job the queue refuses is overdue after the grace.
 */
export async function requeueLostJobs(
  platform: Platform,
  shard: number,
  rows: readonly WorkRow[],
  now: EpochMs,
): Promise<number> {
  const dueAt = now + RETRY_GRACE
  const taken = await postponeWork(shardOfEnv(platform.env, shard), rows, dueAt)
  const sent = await mapLimited(rows, OPEN_CONNECTIONS, async (row): Promise<number> => {
    if (!taken.has(row.id)) return 0
    const job = { ...workBody('notify', row), work: { shard, dueAt, id: row.id } }
    try {
      await platform.env.NOTIFY.send(job)
      return 1
    } catch (error) {
      platform.log('webhook.requeue-refused', { realm: row.realm, reason: errorLabel(error) })
      return 0
    }
  })
  return sent.reduce((sum, one) => sum + one, 0)
}
