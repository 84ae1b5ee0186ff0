import { RETRY_GRACE } from '#worker/domain/tenants/webhook-schedule.ts'
import { SECOND } from '#worker/domain/time.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import type { NotifyJob } from '#worker/jobs.ts'
import { errorLabel } from '#worker/lib/log.ts'
import type { PutOff } from './choose.ts'
import { postponed } from './current.ts'
import { queueAgain } from './on-queue.ts'

/**
 * Queues jobs that are not tried now for when they may be; no attempt is counted. Answers those whose rows could not be
 * postponed: the queue must redeliver them.
 */
export async function putOff(platform: Platform, later: readonly PutOff[]): Promise<ReadonlySet<NotifyJob>> {
  const refused = new Set<NotifyJob>()
  const now = platform.now()
  const groups = Map.groupBy(later, ({ until }) => Math.max(0, Math.ceil((until - now) / SECOND)))
  for (const [delaySeconds, some] of groups) {
    const jobs = some.map(({ job }) => job)
    if (delaySeconds === 0) await queueAgain(platform, jobs)
    else {
      try {
        const moved = await postponed(platform, jobs, now + delaySeconds * SECOND + RETRY_GRACE)
        await queueAgain(platform, [...moved.values()], delaySeconds)
      } catch (error) {
        platform.log('webhook.put-off-failed', { jobs: jobs.length, reason: errorLabel(error) })
        for (const job of jobs) refused.add(job)
      }
    }
  }
  return refused
}
