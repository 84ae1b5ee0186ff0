import type { ChannelName } from '#worker/domain/carriers/channel.ts'
import type { InboundMessage, Receipt } from '#worker/domain/carriers/provider.ts'
import { type ConnectionId, newRequestId } from '#worker/domain/ids.ts'
import { DAY, type EpochMs } from '#worker/domain/time.ts'
import type { JobEnv } from '#worker/env.ts'
import type { InboundJob, ReportJob } from '#worker/jobs.ts'
import { utf8Length } from '#worker/lib/bytes.ts'
import { CALLBACK_JOB_BYTES, LARGE_JOBS } from '#worker/queue-limits.ts'

/** Most messages of one inbound job: one with a file or a keyword takes several of the 1,000 statements that D1 allows. */
export const MOST_INBOUND = 50

/** A job that what a carrier told travels in, by callback or by poll. */
export type HeardJob = ReportJob | InboundJob

/** What a carrier told, and what its jobs say of it. */
interface Heard {
  readonly connectionId: ConnectionId
  readonly proof: ReportJob['proof']
  /** The channel, if a report may lead to a next attempt. */
  readonly channel: ChannelName | null
  readonly receipts: readonly Receipt[]
  readonly inbound: readonly InboundMessage[]
}

/** Decides about a record that is too large for any job: throws, or takes it elsewhere. */
type TooLarge = (job: HeardJob) => void

const isTooLong = (job: HeardJob): boolean =>
  (job.kind === 'inbound' && job.messages.length > MOST_INBOUND) || utf8Length(JSON.stringify(job)) > CALLBACK_JOB_BYTES

/** Splits a job until each part fits one queue message and one invocation. */
function splitJob(job: HeardJob, tooLarge: TooLarge): HeardJob[] {
  if (!isTooLong(job)) return [job]
  const records = job.kind === 'report' ? job.receipts : job.messages
  if (records.length < 2) {
    tooLarge(job)
    return []
  }
  const halves = <Item>(items: readonly Item[]): readonly (readonly Item[])[] => {
    const middle = items.length >> 1
    return [items.slice(0, middle), items.slice(middle)]
  }
  if (job.kind === 'report')
    return halves(job.receipts).flatMap((receipts, half) =>
      splitJob({ ...job, id: `${job.id}${half}`, receipts }, tooLarge),
    )
  return halves(job.messages).flatMap((messages) =>
    splitJob({ ...job, id: newRequestId(job.receivedAt), messages }, tooLarge),
  )
}

/** Time in 2001 before which no carrier of ours told anything: an earlier one is that of a clock which was never set. */
const EARLIEST: EpochMs = 1_000_000_000_000

/**
 * Adds our time to what a carrier told, and drops carriers' times that cannot be. Their clocks may be behind for as long as they
 * repeat their calls, but nothing has happened days ahead, and a time beyond the calendar could be stored and never be shown.
 */
const dated = <Record extends { readonly carrierAt?: EpochMs | undefined }>(records: readonly Record[], now: EpochMs) =>
  records.map(({ carrierAt, ...record }) => {
    const isPossible = carrierAt !== undefined && carrierAt >= EARLIEST && carrierAt <= now + DAY
    return { ...record, at: now, ...(isPossible ? { carrierAt } : {}) } as Record & { readonly at: EpochMs }
  })

/** Makes the jobs of what a carrier told, each of a size that the queue and one invocation take. */
export function heardJobs(heard: Heard, now: EpochMs, tooLarge: TooLarge): readonly HeardJob[] {
  const base = { id: newRequestId(now), connectionId: heard.connectionId, receivedAt: now }
  const proof = { proof: heard.proof, ...(heard.channel === null ? {} : { channel: heard.channel }) }
  const receipts = dated(heard.receipts, now)
  const messages = dated(heard.inbound, now)
  return [
    ...(receipts.length > 0 ? splitJob({ kind: 'report', ...base, receipts, ...proof }, tooLarge) : []),
    ...(messages.length > 0 ? splitJob({ kind: 'inbound', ...base, messages }, tooLarge) : []),
  ]
}

/** Queues the jobs. After a throw some may be queued: told a second time, they change nothing. */
export async function queueHeard(queue: JobEnv['REPORT'], jobs: readonly HeardJob[]): Promise<void> {
  const [only] = jobs
  if (only && jobs.length === 1) {
    await queue.send(only)
    return
  }
  for (let from = 0; from < jobs.length; from += LARGE_JOBS)
    await queue.sendBatch(jobs.slice(from, from + LARGE_JOBS).map((body) => ({ body })))
}
