import { type Realm, tenantOf } from '#worker/domain/realm.ts'
import { SECOND } from '#worker/domain/time.ts'
import { confirmPolicy } from '#worker/flows/core/confirm-policy.ts'
import type { NotifyTargets } from '#worker/flows/core/endpoints.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import type { NotifyJob } from '#worker/jobs.ts'
import { chunksBySize } from '#worker/lib/chunks.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { disableWebhook, markEndpoints } from '#worker/store/control/webhooks.ts'
import { insertDeliveries, sealAnswers } from '#worker/store/deliveries.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import { deleteWorks, insertWorks, sealWork, type WorkRow } from '#worker/store/work.ts'
import { piecesOf } from './bounds.ts'
import type { Apart } from './choose.ts'
import { divideLeft } from './left.ts'
import { sendWatched } from './on-queue.ts'
import { eventsFor } from './plan.ts'
import { type Consequences, consequencesOf, jobParts, type WatchedJob, watchedJob } from './retry.ts'
import type { Sent } from './send.ts'

/** Outcome of a job. `done`: what is left to do has a work row of its own. `retry`: the queue must redeliver the job. */
export type NotifyOutcome = 'done' | 'retry'

/** One tenant's jobs of a queue batch. */
export interface Share {
  readonly realm: Realm
  readonly jobs: readonly NotifyJob[]
  readonly targets: NotifyTargets
}

/** What became of a share: its POSTs, and endpoints that wait for the events of its jobs. */
interface Made extends Sent {
  readonly apart: readonly Apart[]
  /** Queues jobs of which nothing was done. */
  readonly requeue: (platform: Platform, jobs: readonly NotifyJob[]) => Promise<void>
}

/** Most characters of JSON in one bound parameter: D1 takes 2 MB, and a UTF-16 code unit is at most three bytes. */
const PARAMETER = 500_000

const insertChunks = (db: D1Database, rows: readonly WorkRow[]): D1PreparedStatement[] =>
  chunksBySize(rows, ({ body }) => 300 + 1.5 * body.length, PARAMETER).map((chunk) => insertWorks(db, chunk))

/** Writes the log and the work rows of what follows, and deletes the rows of these jobs: one batch where all are on one shard. */
async function writeConsequences(
  platform: Platform,
  { shard, jobs }: { readonly shard: number; readonly jobs: readonly NotifyJob[] },
  made: Pick<Consequences, 'deliveries' | 'jobs'>,
): Promise<void> {
  const db = shardOfEnv(platform.env, shard)
  const follow = await sealWork(
    platform.keys,
    made.jobs.map(({ row }) => row),
  )
  const rows = await sealAnswers(platform, made.deliveries)
  const logs = chunksBySize(
    rows,
    ({ eventIds, answer }) => 300 + 50 * eventIds.length + (answer?.length ?? 0),
    PARAMETER,
  )
  const ended = Map.groupBy(jobs, ({ work }) => work.shard)
  const here = (ended.get(shard) ?? []).map(({ work }) => work)
  const statements = [
    ...logs.map((chunk) => insertDeliveries(db, chunk)),
    ...insertChunks(db, follow),
    ...(here.length > 0 ? [deleteWorks(db, here)] : []),
  ]
  if (statements.length > 0) await db.batch(statements)
  // Deletes rows of other shards last: after a crash in between a POST is made twice, and none is lost.
  for (const [other, own] of ended) {
    const keys = own.map(({ work }) => work)
    if (other !== shard) await deleteWorks(shardOfEnv(platform.env, other), keys).run()
  }
}

/**
 * Writes into the control database which endpoints fail, do not answer or are switched off. A failure is only logged: their
 * next POST finds the same.
 */
async function applyToEndpoints(platform: Platform, realm: Realm, { marks, disabled }: Consequences): Promise<void> {
  if (marks.length === 0 && disabled.length === 0) return
  try {
    if (marks.length > 0) await markEndpoints(platform.env.CONTROL, marks)
    for (const { webhook, reason } of disabled) {
      const { version } = await disableWebhook(platform.env.CONTROL, webhook, reason, platform.now())
      platform.log('webhook.disabled', { endpointId: webhook.id, reason })
      if (version !== null) await confirmPolicy(platform, tenantOf(realm), version)
    }
  } catch (error) {
    platform.log('webhook.state-unwritten', { realm, reason: errorLabel(error) })
  }
}

/** Makes the jobs of what waits for an endpoint while others of the same job had it. */
const apartJobs = (shard: number, now: number, apart: readonly Apart[]): WatchedJob[] =>
  apart.flatMap(({ job, endpoint, until }) =>
    jobParts(eventsFor(endpoint, job)).map((events) =>
      watchedJob(
        { realm: job.realm, events, endpointId: endpoint.id, attempt: 1 },
        { shard, now },
        Math.max(0, Math.ceil((until - now) / SECOND)),
      ),
    ),
  )

/**
 * Writes what follows from a share's POSTs, and queues what is still to be done. Jobs that nothing was done about keep their
 * rows.
 */
export async function record(platform: Platform, share: Share, made: Made): Promise<NotifyOutcome> {
  const { attempted, left, apart, requeue } = made
  const now = platform.now()
  const shard = share.targets.homeShard ?? share.jobs[0]?.work.shard ?? 0
  const { untouched, posts } = divideLeft(share.jobs, attempted, left)
  const keep = new Set(untouched)
  const split = apart.filter(({ job }) => !keep.has(job))
  let follows: Consequences
  let jobs: readonly WatchedJob[]
  try {
    follows = consequencesOf({ realm: share.realm, shard, now, chance: Math.random() }, attempted, posts)
    jobs = [...follows.jobs, ...apartJobs(shard, now, split)]
    const ended = share.jobs.filter((job) => !keep.has(job))
    await writeConsequences(platform, { shard, jobs: ended }, { deliveries: follows.deliveries, jobs })
  } catch (error) {
    platform.log('webhook.record-failed', { realm: share.realm, reason: errorLabel(error) })
    return 'retry'
  }
  await applyToEndpoints(platform, share.realm, follows)
  await sendWatched(platform, jobs)
  await requeue(platform, untouched)
  return 'done'
}

/** Queues a job in pieces. One whose rows could not be written is redelivered by the queue. */
export async function requeueInPieces(platform: Platform, job: NotifyJob): Promise<NotifyOutcome> {
  const db = shardOfEnv(platform.env, job.work.shard)
  const pieces = piecesOf(job, platform.now())
  const rows = pieces.map(({ row }) => row)
  try {
    const work = await sealWork(platform.keys, rows)
    await db.batch([...insertChunks(db, work), deleteWorks(db, [job.work])])
  } catch (error) {
    platform.log('webhook.split-failed', { realm: job.realm, reason: errorLabel(error) })
    return 'retry'
  }
  await sendWatched(platform, pieces)
  return 'done'
}
