/*
 * Messages of the channel's queue go to a carrier, each at most once.
 * 1. choose-connection.ts, route.ts, unit.ts: messages that go the same way are a group; the throttle of a connection gives a slice its place.
 * 2. claim.ts: the ledger says whose attempt it is, before anybody is called. Without a connection: claimWithout() of work-slice.ts.
 * 3. targets.ts, submit.ts: where a registered device is; the call to the carrier.
 * 4. write-outcome.ts writes what it said, late-records.ts when the ledger is away; events/emit.ts tells it.
 * 5. next-attempt.ts: the next attempt of what was deferred. tell-lost-again.ts: what a lost attempt already told.
 * A batch that fails is worked again an envelope at a time, then by halves; fail-dead.ts ends what the queue gave up.
 */

import { MINUTE } from '#worker/domain/time.ts'
import { sendQueue } from '#worker/env.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import type { SendJob, WorkKey } from '#worker/jobs.ts'
import { isDefinite } from '#worker/lib/definite-error.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import { deleteWork, insertWorks } from '#worker/store/work.ts'
import { type Group, groupsOf, type Place, SLICE_LIMIT, takePlace } from './choose-connection.ts'
import { watched } from './next-attempt.ts'
import type { SliceResult } from './submit.ts'
import type { Unit } from './unit.ts'
import { claimWithout, expireWaiting, workSlice } from './work-slice.ts'

/** Envelopes are worked this long in one invocation (its wall limit is 15 minutes); the rest goes back as new jobs. */
const INVOCATION = 10 * MINUTE
/** Slices of one invocation: about 15 statements each, and D1 allows 1,000 an invocation. */
const SLICES = 50

/**
 * Puts unclaimed units back on their queue as new jobs of the same attempt. The row that watches over a next attempt moves
 * along: left behind, it would bring another copy of a job that only waits.
 */
async function requeue(platform: Platform, shard: number, units: readonly Unit[], delaySeconds: number): Promise<void> {
  for (const [job, own] of Map.groupBy(units, (unit) => unit.job)) {
    const rest: SendJob = { ...job, items: own.map(({ item }) => item) }
    const next = job.work ? await rewatched(platform, shard, rest, job.work, delaySeconds) : rest
    await sendQueue(platform.env, job.channel).send(next, { delaySeconds })
  }
}

async function rewatched(
  platform: Platform,
  shard: number,
  job: SendJob,
  old: WorkKey,
  delaySeconds: number,
): Promise<SendJob> {
  const { job: next, row } = watched(job, shard, delaySeconds, platform.now())
  const db = shardOfEnv(platform.env, shard)
  await db.batch([deleteWork(db, old), insertWorks(db, [row])])
  return next
}

/** Works the slice of a place; the throttle hears of it in any case, and of unclear submits before anything else can fail. */
async function workPlace(platform: Platform, group: Group, place: Place, units: readonly Unit[]): Promise<void> {
  const throttle = platform.env.THROTTLE.getByName(place.bound.config.id)
  const settle = async (streak: number, certain: boolean, wait: { retryAfter?: number }) => {
    try {
      await throttle.settle({ permit: place.permit, unknownStreak: streak, certain, ...wait })
    } catch (error) {
      // The permit ends by itself; what the carrier answered must still be written down.
      platform.log('throttle.unsettled', { connection: place.bound.config.id, reason: errorLabel(error) })
    }
  }
  let isSettled = false
  const told = async ({ unknownStreak, certain, retryAfter }: SliceResult) => {
    isSettled = true
    await settle(unknownStreak, certain, retryAfter === undefined ? {} : { retryAfter })
  }
  try {
    await workSlice(platform, group, place, units, told)
  } finally {
    if (!isSettled) await settle(0, false, {})
  }
}

async function workGroup(run: Run, group: Group): Promise<void> {
  const { platform } = run
  let rest = group.units
  while (rest.length > 0) {
    if (platform.now() > run.deadline || run.slices >= SLICES) return requeue(platform, group.shard, rest, 0)
    run.slices++
    const place = await takePlace(platform, group, rest.length)
    if (place === null) {
      await claimWithout(platform, group, rest.slice(0, SLICE_LIMIT))
      rest = rest.slice(SLICE_LIMIT)
      continue
    }
    if ('wait' in place) {
      const waiting = await expireWaiting(platform, group, rest)
      return requeue(platform, group.shard, waiting, Math.ceil(place.wait))
    }
    const slice = rest.slice(0, place.messages)
    await workPlace(platform, group, place, slice)
    rest = rest.slice(slice.length)
  }
}

/** Failures of one invocation after which it gives up looking for the bad row: then it is an outage. */
const BAD_LIMIT = 40

/** `poison`: it would fail again for the same reason. */
export type JobVerdict = 'done' | 'retry' | 'poison'

interface Run {
  readonly platform: Platform
  readonly deadline: number
  slices: number
  failures: number
}

/** Works envelopes, with a verdict for each. A bad envelope never holds the others back. */
export async function dispatch(platform: Platform, jobs: readonly SendJob[]): Promise<readonly JobVerdict[]> {
  const run: Run = { platform, deadline: platform.now() + INVOCATION, slices: 0, failures: 0 }
  if ((await dispatchWhole(run, jobs)) === 'done') return jobs.map(() => 'done')
  const verdicts: JobVerdict[] = []
  for (const job of jobs) verdicts.push(await dispatchAlone(run, job))
  return verdicts
}

async function dispatchWhole(run: Run, jobs: readonly SendJob[]): Promise<JobVerdict> {
  try {
    for (const group of await groupsOf(run.platform, jobs)) await workGroup(run, group)
    return 'done'
  } catch (error) {
    run.failures++
    const messages = jobs.reduce((sum, job) => sum + (job.items?.length ?? 0), 0)
    run.platform.log('message.dispatch-failed', { jobs: jobs.length, messages, reason: errorLabel(error) })
    return isDefinite(error) ? 'poison' : 'retry'
  }
}

/** An envelope by itself, and if that fails its halves, down to the one message that cannot be worked. */
async function dispatchAlone(run: Run, job: SendJob): Promise<JobVerdict> {
  if (run.failures > BAD_LIMIT) return 'retry'
  const verdict = await dispatchWhole(run, [job])
  if (verdict === 'done' || !Array.isArray(job.items) || job.items.length < 2) return verdict
  const middle = Math.ceil(job.items.length / 2)
  const { batch: _, request: __, work: ___, ...rest } = job
  const head = await dispatchAlone(run, { ...job, items: job.items.slice(0, middle) })
  const tail = await dispatchAlone(run, { ...rest, items: job.items.slice(middle) })
  if (head === 'retry' || tail === 'retry') return 'retry'
  return head === 'poison' || tail === 'poison' ? 'poison' : 'done'
}
