import { packEvents, unpackEvents } from '#worker/domain/messages/event-packing.ts'
import type { Seconds } from '#worker/domain/time.ts'
import type { JobQueue } from '#worker/env.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import type { NotifyJob, PackedNotifyJob } from '#worker/jobs.ts'
import { utf8Length } from '#worker/lib/bytes.ts'
import { chunksBySize } from '#worker/lib/chunks.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { LARGE_JOBS, SEALING_BYTES, SEND_BATCH_BYTES } from '#worker/queue-limits.ts'

/** Most messages of one `sendBatch`. */
const MOST_MESSAGES = 100

type Body = NotifyJob | PackedNotifyJob

const onQueue = ({ events, ...job }: NotifyJob): Body => {
  const packed = packEvents(events)
  return packed ? { ...job, packed } : { ...job, events }
}

/** Unpacks a job from the queue. */
export function offQueue(job: NotifyJob | PackedNotifyJob): NotifyJob {
  if (!('packed' in job)) return job
  const { packed, ...rest } = job
  return { ...rest, events: unpackEvents(packed) }
}

/** Sends one batch to a queue. One that it refuses is logged, and holds no other up. */
async function sendTo(
  platform: Platform,
  queue: JobQueue<Body>,
  bodies: readonly Body[],
  delaySeconds: Seconds = 0,
): Promise<void> {
  try {
    await queue.sendBatch(bodies.map((body) => ({ body, ...(delaySeconds > 0 ? { delaySeconds } : {}) })))
  } catch (error) {
    platform.log('event.queue-refused', { jobs: bodies.length, reason: errorLabel(error) })
  }
}

/**
 * Queues jobs whose work rows are written, for their first attempt. Does not throw: what the queue refuses is sent by the
 * sweep, which finds the rows.
 */
export async function queueJobs(platform: Platform, jobs: readonly NotifyJob[]): Promise<void> {
  for (let i = 0; i < jobs.length; i += LARGE_JOBS) {
    const bodies = jobs.slice(i, i + LARGE_JOBS).map(onQueue)
    await sendTo(platform, platform.env.NOTIFY, bodies)
  }
}

/**
 * Queues jobs as `queueJobs` does, with the retries instead of the first attempts. Those for one endpoint go as they are,
 * because packing may change the order of an event's members, and a repeat says the same as the first POST.
 */
export async function queueAgain(
  platform: Platform,
  jobs: readonly NotifyJob[],
  delaySeconds: Seconds = 0,
): Promise<void> {
  const bodies = jobs.map((job) => (job.endpointId === undefined ? onQueue(job) : job))
  const sizeOf = (body: Body): number => utf8Length(JSON.stringify(body)) + SEALING_BYTES
  for (const chunk of chunksBySize(bodies, sizeOf, SEND_BATCH_BYTES, MOST_MESSAGES)) {
    await sendTo(platform, platform.env.NOTIFY_RETRY, chunk, delaySeconds)
  }
}

/**
 * Sends jobs whose work rows are written, each when it is due. What the queue refuses is sent by the sweep, which finds the row.
 */
export async function sendWatched(
  platform: Platform,
  watched: readonly { readonly job: NotifyJob; readonly delaySeconds: Seconds }[],
): Promise<void> {
  for (const [delaySeconds, some] of Map.groupBy(watched, (one) => one.delaySeconds)) {
    await queueAgain(
      platform,
      some.map(({ job }) => job),
      delaySeconds,
    )
  }
}
