import { RETRY_GRACE } from '#worker/domain/tenants/webhook-schedule.ts'
import { MINUTE } from '#worker/domain/time.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import type { NotifyJob } from '#worker/jobs.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import { postponeWork, presentWork, workKeyText } from '#worker/store/work.ts'

/** Time before a row is due in which the sweep could queue it while its POSTs are under way. */
const MARGIN = MINUTE

/** Gives rows a new due time, and answers the jobs of those that were still there, by the jobs as they were. */
export async function postponed(
  platform: Platform,
  jobs: readonly NotifyJob[],
  dueAt: number,
): Promise<ReadonlyMap<NotifyJob, NotifyJob>> {
  const moved = new Map<NotifyJob, NotifyJob>()
  for (const [shard, own] of Map.groupBy(jobs, ({ work }) => work.shard)) {
    const keys = own.map(({ work }) => work)
    const present = await postponeWork(shardOfEnv(platform.env, shard), keys, dueAt)
    for (const job of own) if (present.has(job.work.id)) moved.set(job, { ...job, work: { ...job.work, dueAt } })
  }
  return moved
}

/**
 * Answers each job as it is to be done, in the same order. Null: a retry, or a job so late that the sweep may have queued it
 * anew, whose row is gone: the sweep or another delivery has done it. A row that is due soon is postponed first, so that the
 * sweep does not queue it meanwhile. First attempts in time are not looked up, to keep the hot path short.
 */
export async function currentJobs(
  platform: Platform,
  jobs: readonly NotifyJob[],
): Promise<readonly (NotifyJob | null)[]> {
  const now = platform.now()
  const isDue = ({ work }: NotifyJob): boolean => work.dueAt <= now + MARGIN
  const due = jobs.filter(isDue)
  const moved = due.length > 0 ? await postponed(platform, due, now + RETRY_GRACE) : new Map<NotifyJob, NotifyJob>()
  const retries = jobs.filter((job) => !isDue(job) && job.attempt > 1)
  const stale = new Set<NotifyJob>()
  for (const [shard, own] of Map.groupBy(retries, ({ work }) => work.shard)) {
    const keys = own.map(({ work }) => work)
    const present = await presentWork(shardOfEnv(platform.env, shard), keys)
    for (const job of own) if (!present.has(workKeyText(job.work))) stale.add(job)
  }
  return jobs.map((job) => (isDue(job) ? (moved.get(job) ?? null) : stale.has(job) ? null : job))
}
