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
import type { Platform } from '#worker/flows/core/platform.ts'
import type { SendJob } from '#worker/jobs.ts'
import { isDefinite } from '#worker/lib/definite-error.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { cutSlices } from './choose-connection.ts'
import { requeueUnclaimed } from './next-attempt.ts'
import { type Group, groupsOf } from './unit.ts'
import { workSlice } from './work-slice.ts'

/** Envelopes are worked this long in one invocation (its wall limit is 15 minutes); the rest goes back as new jobs. */
const LONGEST_INVOCATION = 10 * MINUTE
/** Slices of one invocation: about 15 statements each, and D1 allows 1,000 an invocation. */
const SLICES = 50

/** Works a group slice by slice; what no connection takes now, or this invocation has no time for, goes back to its queue. */
async function workGroup(invocation: Invocation, group: Group): Promise<void> {
  const { platform } = invocation
  let rest = group.units
  let delaySeconds = 0
  while (rest.length > 0 && delaySeconds === 0 && platform.now() <= invocation.deadline && invocation.slices < SLICES) {
    invocation.slices++
    const { slices, left, wait } = await cutSlices(platform, group, rest)
    for (const slice of slices) await workSlice(platform, slice)
    rest = left
    delaySeconds = wait
  }
  if (rest.length > 0) await requeueUnclaimed(platform, group, rest, delaySeconds)
}

/** Failures of one invocation after which it gives up looking for the bad row: then it is an outage. */
const BAD_LIMIT = 40

/** `poison`: it would fail again for the same reason. */
export type JobResult = 'done' | 'retry' | 'poison'

interface Invocation {
  readonly platform: Platform
  readonly deadline: number
  slices: number
  failures: number
}

/** Works envelopes, with a result for each. A bad envelope never holds the others back. */
export async function dispatch(platform: Platform, jobs: readonly SendJob[]): Promise<readonly JobResult[]> {
  const invocation: Invocation = { platform, deadline: platform.now() + LONGEST_INVOCATION, slices: 0, failures: 0 }
  if ((await dispatchWhole(invocation, jobs)) === 'done') return jobs.map(() => 'done')
  const results: JobResult[] = []
  for (const job of jobs) results.push(await dispatchAlone(invocation, job))
  return results
}

async function dispatchWhole(invocation: Invocation, jobs: readonly SendJob[]): Promise<JobResult> {
  try {
    for (const group of await groupsOf(invocation.platform, jobs)) await workGroup(invocation, group)
    return 'done'
  } catch (error) {
    invocation.failures++
    const messages = jobs.reduce((sum, job) => sum + (job.items?.length ?? 0), 0)
    invocation.platform.log('message.dispatch-failed', { jobs: jobs.length, messages, reason: errorLabel(error) })
    return isDefinite(error) ? 'poison' : 'retry'
  }
}

/** An envelope by itself, and if that fails its halves, down to the one message that cannot be worked. */
async function dispatchAlone(invocation: Invocation, job: SendJob): Promise<JobResult> {
  if (invocation.failures > BAD_LIMIT) return 'retry'
  const result = await dispatchWhole(invocation, [job])
  if (result === 'done' || !Array.isArray(job.items) || job.items.length < 2) return result
  const middle = Math.ceil(job.items.length / 2)
  const { batch: _, request: __, work: ___, ...rest } = job
  const head = await dispatchAlone(invocation, { ...job, items: job.items.slice(0, middle) })
  const tail = await dispatchAlone(invocation, { ...rest, items: job.items.slice(middle) })
  if (head === 'retry' || tail === 'retry') return 'retry'
  return head === 'poison' || tail === 'poison' ? 'poison' : 'done'
}
