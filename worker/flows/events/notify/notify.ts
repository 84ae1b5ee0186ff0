/*
 * Events on the notify queue are POSTed to the tenants' webhooks, at least once.
 * 1. staleOf() drops retries that were done before, shareOf() reads each tenant's endpoints.
 * 2. bounds.ts takes what one invocation can do: other jobs go back to the queue, one that is too large in pieces.
 * 3. plan.ts decides which events go to which endpoint in one POST; post.ts makes the POSTs, bounded in time and size.
 * 4. retry.ts decides what follows from the answers: rows of the delivery log, retries by the schedule of
 *    domain/tenants/webhook-schedule.ts, endpoints to be switched off.
 * 5. writeConsequences() writes all of it in one batch; sendWatched() queues the retries.
 * requeue-lost.ts is the sweep's part: it queues jobs whose queue message was lost.
 */

import { type Realm, tenantOf } from '#worker/domain/realm.ts'
import { confirmPolicy } from '#worker/flows/core/confirm-policy.ts'
import { type Endpoint, type NotifyTargets, targetsOf } from '#worker/flows/core/endpoints.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import type { NotifyJob } from '#worker/jobs.ts'
import { chunksBySize } from '#worker/lib/chunks.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { mapLimited, OPEN_CONNECTIONS } from '#worker/lib/semaphore.ts'
import { disableWebhook, markFailing } from '#worker/store/control/webhooks.ts'
import { insertDeliveries } from '#worker/store/deliveries.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import { deleteWorks, insertWorks, presentWork, workKeyText } from '#worker/store/work.ts'
import { bounded, piecesOf } from './bounds.ts'
import { queueJobs } from './on-queue.ts'
import { planPosts } from './plan.ts'
import { type Attempted, sendAll, untried } from './post.ts'
import { type Consequences, consequencesOf, type WatchedJob } from './retry.ts'

/** Outcome of a job. `done`: what is left to do has a work row of its own. `retry`: the queue must redeliver the job. */
type NotifyOutcome = 'done' | 'retry'

/** One tenant's jobs of a queue batch. */
interface Share {
  readonly realm: Realm
  readonly jobs: readonly NotifyJob[]
  readonly targets: NotifyTargets
}

const NOBODY: readonly Endpoint[] = []

/** Most characters of JSON in one bound parameter: D1 takes 2 MB, and a UTF-16 code unit is at most three bytes. */
const PARAMETER = 500_000

/**
 * Finds retries, and jobs that are so late that the sweep may have queued them anew, whose work row is gone: the sweep or
 * another delivery has done them. First attempts in time are not looked up, to keep the hot path short.
 */
async function staleOf(platform: Platform, jobs: readonly NotifyJob[]): Promise<ReadonlySet<NotifyJob>> {
  const stale = new Set<NotifyJob>()
  const now = platform.now()
  const retries = jobs.filter(({ attempt, work }) => attempt > 1 || work.dueAt <= now)
  for (const [shard, own] of Map.groupBy(retries, ({ work }) => work.shard)) {
    const keys = own.map(({ work }) => work)
    const present = await presentWork(shardOfEnv(platform.env, shard), keys)
    for (const job of own) if (!present.has(workKeyText(job.work))) stale.add(job)
  }
  return stale
}

async function shareOf(platform: Platform, realm: Realm, jobs: readonly NotifyJob[]): Promise<Share | null> {
  try {
    return { realm, jobs, targets: await targetsOf(platform, realm) }
  } catch (error) {
    platform.log('webhook.targets-unreadable', { realm, jobs: jobs.length, reason: errorLabel(error) })
    return null
  }
}

const REFUSED: Readonly<Record<Endpoint['status'], string | null>> = {
  active: null,
  pending: 'the endpoint has not answered its challenge',
  disabled: 'the endpoint is disabled',
}

/**
 * Writes the log and the work rows of retries, and deletes the rows of these jobs: one batch where all are on the home
 * shard.
 */
async function writeConsequences(platform: Platform, share: Share, shard: number, made: Consequences): Promise<void> {
  const db = shardOfEnv(platform.env, shard)
  const { deliveries } = made
  const rows = made.jobs.map(({ row }) => row)
  const logs = chunksBySize(deliveries, ({ eventIds }) => 300 + 50 * eventIds.length, PARAMETER)
  const works = chunksBySize(rows, ({ body }) => 300 + 1.5 * body.length, PARAMETER)
  const ended = Map.groupBy(share.jobs, ({ work }) => work.shard)
  const here = (ended.get(shard) ?? []).map(({ work }) => work)
  const statements = [
    ...logs.map((chunk) => insertDeliveries(db, chunk)),
    ...works.map((chunk) => insertWorks(db, chunk)),
    ...(here.length > 0 ? [deleteWorks(db, here)] : []),
  ]
  if (statements.length > 0) await db.batch(statements)
  // Deletes rows of other shards last: after a crash in between a POST is made twice, and none is lost.
  for (const [other, jobs] of ended) {
    const keys = jobs.map(({ work }) => work)
    if (other !== shard) await deleteWorks(shardOfEnv(platform.env, other), keys).run()
  }
}

/**
 * Writes into the control database which endpoints fail or are switched off. A failure is only logged: their next POST
 * finds the same.
 */
async function applyToEndpoints(platform: Platform, realm: Realm, made: Consequences): Promise<void> {
  const { marks, disabled } = made
  if (marks.length === 0 && disabled.length === 0) return
  try {
    if (marks.length > 0) await markFailing(platform.env.CONTROL, marks)
    for (const { webhook, reason } of disabled) {
      const { version } = await disableWebhook(platform.env.CONTROL, webhook, reason, platform.now())
      platform.log('webhook.disabled', { endpointId: webhook.id, reason })
      if (version !== null) await confirmPolicy(platform, tenantOf(realm), version)
    }
  } catch (error) {
    platform.log('webhook.state-unwritten', { realm, reason: errorLabel(error) })
  }
}

/** Sends jobs whose work rows are written. What the queue refuses is sent by the sweep, which finds the row. */
export async function sendWatched(platform: Platform, watched: readonly WatchedJob[]): Promise<void> {
  await mapLimited(watched, OPEN_CONNECTIONS, async ({ job, delaySeconds }) => {
    try {
      await platform.env.NOTIFY.send(job, delaySeconds > 0 ? { delaySeconds } : undefined)
    } catch (error) {
      platform.log('webhook.requeue-refused', { realm: job.realm, reason: errorLabel(error) })
    }
  })
}

async function finish(platform: Platform, share: Share, attempted: readonly Attempted[]): Promise<NotifyOutcome> {
  const shard = share.targets.homeShard ?? share.jobs[0]?.work.shard ?? 0
  const round = { realm: share.realm, shard, now: platform.now(), chance: Math.random() }
  let made: Consequences
  try {
    made = consequencesOf(round, attempted)
    await writeConsequences(platform, share, shard, made)
  } catch (error) {
    platform.log('webhook.record-failed', { realm: share.realm, reason: errorLabel(error) })
    return 'retry'
  }
  await applyToEndpoints(platform, share.realm, made)
  await sendWatched(platform, made.jobs)
  return 'done'
}

/** Makes the POSTs of these shares and writes what follows; an outcome for each realm. */
async function deliver(platform: Platform, shares: readonly Share[]): Promise<ReadonlyMap<Realm, NotifyOutcome>> {
  const posts = shares.flatMap(({ jobs: own, targets }) => planPosts(own, targets.endpoints))
  const refused = posts.flatMap((post) => {
    const reason = REFUSED[post.endpoint.status]
    return reason === null ? [] : [untried(post, platform.now(), reason)]
  })
  const attempted = await sendAll(
    platform,
    posts.filter(({ endpoint }) => REFUSED[endpoint.status] === null),
  )
  const byOwner = Map.groupBy([...attempted, ...refused], ({ post }) => post.endpoint.realm)
  const outcomes = new Map<Realm, NotifyOutcome>()
  await mapLimited(shares, OPEN_CONNECTIONS, async (share) => {
    outcomes.set(share.realm, await finish(platform, share, byOwner.get(share.realm) ?? []))
  })
  return outcomes
}

/** Queues a job in pieces. One whose rows could not be written is redelivered by the queue. */
async function requeueInPieces(platform: Platform, job: NotifyJob): Promise<NotifyOutcome> {
  const db = shardOfEnv(platform.env, job.work.shard)
  const pieces = piecesOf(job, platform.now())
  const rows = chunksBySize(
    pieces.map(({ row }) => row),
    ({ body }) => 300 + 1.5 * body.length,
    PARAMETER,
  )
  try {
    await db.batch([...rows.map((chunk) => insertWorks(db, chunk)), deleteWorks(db, [job.work])])
  } catch (error) {
    platform.log('webhook.split-failed', { realm: job.realm, reason: errorLabel(error) })
    return 'retry'
  }
  await sendWatched(platform, pieces)
  return 'done'
}

/**
 * Brings the events of a queue batch to the tenants' endpoints, at least once: one outcome a job, in the same order. Only
 * what could not be written to the ledger is `retry`; a failed POST becomes a job of its own.
 */
export async function notify(platform: Platform, jobs: readonly NotifyJob[]): Promise<NotifyOutcome[]> {
  const stale = await staleOf(platform, jobs)
  const byTenant = Map.groupBy(
    jobs.filter((job) => !stale.has(job)),
    ({ realm }) => realm,
  )
  const shares = (
    await mapLimited([...byTenant], OPEN_CONNECTIONS, ([realm, own]) => shareOf(platform, realm, own))
  ).filter((share) => share !== null)
  const targets = new Map(shares.map((share) => [share.realm, share.targets.endpoints]))
  const endpointsOf = ({ realm }: NotifyJob): readonly Endpoint[] => targets.get(realm) ?? NOBODY
  const { taken, later, oversize } = bounded(
    jobs.filter((job) => !stale.has(job) && targets.has(job.realm)),
    endpointsOf,
  )
  const outcomeOf = new Map<NotifyJob, NotifyOutcome>([...stale, ...later].map((job) => [job, 'done']))
  // Queued before the POSTs, so that another invocation makes theirs meanwhile. What the queue refuses, the sweep finds.
  await queueJobs(platform, later)
  for (const job of oversize) outcomeOf.set(job, await requeueInPieces(platform, job))
  const chosen = new Set(taken)
  const outcomes = await deliver(
    platform,
    shares.map((share) => ({ ...share, jobs: share.jobs.filter((job) => chosen.has(job)) })),
  )
  for (const job of taken) outcomeOf.set(job, outcomes.get(job.realm) ?? 'retry')
  return jobs.map((job) => outcomeOf.get(job) ?? 'retry')
}
