/*
 * Events on the notify queues are POSTed to the tenants' webhooks, at least once. First attempts come on a queue of their own,
 * all that comes later on another (behind.ts: Lane), so that no first attempt waits behind somebody else's retries.
 * 1. currentJobs() drops what was done before, sharesOf() reads each tenant's endpoints.
 * 2. choose.ts leaves out endpoints that do not answer, bounds.ts what one invocation cannot do: both go back to the queue.
 * 3. plan.ts decides which events go to which endpoint in one POST; send.ts deals the connections out between the tenants, and
 *    post.ts makes the POSTs, bounded in time and size.
 * 4. retry.ts decides what follows from the answers: rows of the delivery log, retries by the schedule of
 *    domain/tenants/webhook-schedule.ts, breakers, endpoints to be switched off.
 * 5. record.ts writes all of it in one batch and queues the retries.
 * A tenant's share whose endpoints take long is waited for behind the batch's end: its jobs are acked, and their work rows, which
 * are deleted last, bring them again should the isolate die. requeue-lost.ts is the sweep's part.
 */

import type { Realm } from '#worker/domain/realm.ts'
import { SECOND } from '#worker/domain/time.ts'
import { type Endpoint, targetsOf } from '#worker/flows/core/endpoints.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import type { NotifyJob } from '#worker/jobs.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { mapLimited, OPEN_CONNECTIONS } from '#worker/lib/semaphore.ts'
import { countBehind, hasRoom, type Lane } from './behind.ts'
import { bounded, MOST_POSTS } from './bounds.ts'
import { type Apart, chooseJobs, type PutOff } from './choose.ts'
import { currentJobs } from './current.ts'
import { queueAgain, queueJobs } from './on-queue.ts'
import { type Post, planPosts } from './plan.ts'
import { logAttempts, untried } from './post.ts'
import { putOff } from './put-off.ts'
import { type NotifyOutcome, record, requeueInPieces, type Share } from './record.ts'
import { type Sending, sendAll } from './send.ts'

/** The queue that a batch is of, and what may go on behind its end. */
export interface BatchEnd {
  readonly lane: Lane
  readonly waitUntil: (promise: Promise<unknown>) => void
}

/** Time for which a batch waits for its POSTs: first attempts behind it wait no longer for who does not answer. */
const PATIENCE: Readonly<Record<Lane, number>> = { first: SECOND / 4, again: 3 * SECOND }

/** What is done now about a tenant's jobs. */
interface Chosen {
  /** Jobs that are tried now. */
  readonly share: Share
  readonly posts: readonly Post[]
  readonly apart: readonly Apart[]
  readonly later: readonly PutOff[]
  /** Jobs that this invocation has no room for, and those too large for any. */
  readonly beyond: readonly NotifyJob[]
  readonly oversize: readonly NotifyJob[]
}

const REFUSED: Readonly<Record<Endpoint['status'], string | null>> = {
  active: null,
  pending: 'the endpoint has not answered its challenge',
  disabled: 'the endpoint is disabled',
}

async function shareOf(platform: Platform, realm: Realm, jobs: readonly NotifyJob[]): Promise<Share | null> {
  try {
    return { realm, jobs, targets: await targetsOf(platform, realm) }
  } catch (error) {
    platform.log('webhook.targets-unreadable', { realm, jobs: jobs.length, reason: errorLabel(error) })
    return null
  }
}

/** Chooses what of a tenant's jobs is done now. Tenants of one batch may make as many POSTs each. */
function chosenOf(platform: Platform, share: Share, { lane, tenants }: { lane: Lane; tenants: number }): Chosen {
  const { endpoints } = share.targets
  const choice = chooseJobs(share.jobs, endpoints, { lane, now: platform.now() })
  const { taken, later, oversize } = bounded(choice.now, () => endpoints, Math.ceil(MOST_POSTS / tenants))
  const isTaken = new Set(taken)
  const apart = choice.apart.filter(({ job }) => isTaken.has(job))
  const waits = Map.groupBy(apart, ({ job }) => job)
  const mayGo = (job: NotifyJob, endpoint: Endpoint): boolean =>
    !waits.get(job)?.some((one) => one.endpoint === endpoint)
  return {
    share: { ...share, jobs: taken },
    posts: planPosts(taken, endpoints, apart.length > 0 ? mayGo : undefined),
    apart,
    later: choice.later,
    beyond: later,
    oversize,
  }
}

const isRefused = ({ endpoint }: Post): boolean => REFUSED[endpoint.status] !== null

/** Waits for a share's POSTs and writes what follows from them. A share that got no turn stays in its lane. */
async function finish(
  platform: Platform,
  { share, posts, apart }: Chosen,
  { sending, lane }: { readonly sending: Sending; readonly lane: Lane },
): Promise<NotifyOutcome> {
  const { attempted, left } = await sending.ended
  logAttempts(platform, attempted)
  const refused = posts.filter(isRefused)
  const given = refused.map((post) => untried(post, platform.now(), REFUSED[post.endpoint.status] ?? ''))
  const requeue = lane === 'first' && attempted.length === 0 ? queueJobs : queueAgain
  return record(platform, share, { attempted: [...attempted, ...given], left, apart, requeue })
}

/** Waits for work, but no longer than so many milliseconds. */
async function waitAtMost(work: Promise<unknown>, ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, ms)
  await Promise.race([work, promise]).finally(() => clearTimeout(timer))
}

/**
 * Answers the outcome of each share: those that take long go on behind the batch's end. One that got no turn leaves this
 * invocation, whose connections are taken by who does not answer.
 */
async function outcomesOf(
  platform: Platform,
  chosen: readonly Chosen[],
  end: BatchEnd | null,
): Promise<readonly NotifyOutcome[]> {
  const sendings = sendAll(
    platform,
    chosen.map(({ posts }) => posts.filter((post) => !isRefused(post))),
  )
  const lane = end?.lane ?? 'first'
  const outcomes: (NotifyOutcome | null)[] = chosen.map(() => null)
  const running = chosen.map(async (one, i) => {
    const sending = sendings[i]
    if (sending) outcomes[i] = await finish(platform, one, { sending, lane })
  })
  const ended = Promise.all(running)
  if (end) await waitAtMost(ended, PATIENCE[lane])
  for (const [i, one] of chosen.entries()) {
    const sending = sendings[i]
    if (outcomes[i] !== null || !sending || !end || sending.withdraw() || !hasRoom()) continue
    const { realm, jobs } = one.share
    const events = jobs.reduce((sum, job) => sum + job.events.length, 0)
    outcomes[i] = 'done'
    end.waitUntil(countBehind({ lane, realm, events }, sending.unanswered(), running[i] ?? ended))
  }
  await Promise.all(running.filter((_, i) => outcomes[i] === null))
  return outcomes.map((outcome) => outcome ?? 'retry')
}

/** Does now what can be done about tenants' jobs, and puts the others back; an outcome for each job. */
async function deliver(
  platform: Platform,
  shares: readonly Share[],
  end: BatchEnd | null,
): Promise<ReadonlyMap<NotifyJob, NotifyOutcome>> {
  const of = { lane: end?.lane ?? 'first', tenants: shares.length }
  const chosen = shares.map((share) => chosenOf(platform, share, of))
  const outcomeOf = new Map<NotifyJob, NotifyOutcome>()
  const posting = outcomesOf(platform, chosen, end)
  // Queued while the POSTs are made, so that another invocation makes theirs. What the queue refuses, the sweep finds.
  const beyond = chosen.flatMap((one) => one.beyond)
  await queueAgain(platform, beyond)
  for (const job of beyond) outcomeOf.set(job, 'done')
  const later = chosen.flatMap((one) => one.later)
  const refused = await putOff(platform, later)
  for (const { job } of later) outcomeOf.set(job, refused.has(job) ? 'retry' : 'done')
  for (const job of chosen.flatMap((one) => one.oversize)) outcomeOf.set(job, await requeueInPieces(platform, job))
  const outcomes = await posting
  for (const [i, { share }] of chosen.entries()) {
    for (const job of share.jobs) outcomeOf.set(job, outcomes[i] ?? 'retry')
  }
  return outcomeOf
}

/**
 * Brings the events of a queue batch to the tenants' endpoints, at least once: one outcome a job, in the same order. Only
 * what could not be written to the ledger is `retry`; a failed POST becomes a job of its own. Without `end` all is waited for.
 */
export async function notify(
  platform: Platform,
  jobs: readonly NotifyJob[],
  end: BatchEnd | null = null,
): Promise<NotifyOutcome[]> {
  const current = await currentJobs(platform, jobs)
  const byTenant = Map.groupBy(
    current.filter((job) => job !== null),
    ({ realm }) => realm,
  )
  const shares = (
    await mapLimited([...byTenant], OPEN_CONNECTIONS, ([realm, own]) => shareOf(platform, realm, own))
  ).filter((share) => share !== null)
  const outcomeOf = await deliver(platform, shares, end)
  return current.map((job) => (job === null ? 'done' : (outcomeOf.get(job) ?? 'retry')))
}
