import { packEvents, unpackEvents } from '#worker/domain/messages/event-packing.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import type { NotifyJob, PackedNotifyJob } from '#worker/jobs.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { LARGE_JOBS } from '#worker/queue-limits.ts'

const onQueue = ({ events, ...job }: NotifyJob): NotifyJob | PackedNotifyJob => {
  const packed = packEvents(events)
  return packed ? { ...job, packed } : { ...job, events }
}

/** Unpacks a job from the queue. */
export function offQueue(job: NotifyJob | PackedNotifyJob): NotifyJob {
  if (!('packed' in job)) return job
  const { packed, ...rest } = job
  return { ...rest, events: unpackEvents(packed) }
}

/**
 * Queues jobs whose work rows are written. Does not throw: what the queue refuses is sent by the sweep, which finds the
 * rows.
 */
export async function queueJobs(platform: Platform, jobs: readonly NotifyJob[]): Promise<void> {
  try {
    for (let i = 0; i < jobs.length; i += LARGE_JOBS) {
      await platform.env.NOTIFY.sendBatch(jobs.slice(i, i + LARGE_JOBS).map((job) => ({ body: onQueue(job) })))
    }
  } catch (error) {
    platform.log('event.queue-refused', { jobs: jobs.length, reason: errorLabel(error) })
  }
}
