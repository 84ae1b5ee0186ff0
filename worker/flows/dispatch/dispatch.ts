/*
 * Sends the messages of a channel's queue to carriers, each attempt at most once.
 * 1. unit.ts, route.ts: envelopes are taken apart; messages that may go over the same connections are a group.
 * 2. choose-connection.ts: a connection whose throttle gives a place is chosen, and a slice is cut off the group for it.
 * 3. work-slice.ts leads the slice through steps 4 to 8. targets.ts looks up where registered devices are.
 * 4. claim.ts: the ledger says whose attempt it is, before any carrier is called. tell-lost-again.ts: events of attempts
 *    that are recorded already.
 * 5. submit.ts: the call to the carrier, and the outcome that its answer means.
 * 6. write-outcome.ts writes the outcomes and their events in one batch; late-records.ts writes them when the ledger is back.
 * 7. next-attempt.ts sends the next attempts of what was deferred or unclear, and puts back what found no place.
 * 8. targets.ts removes devices that their push service no longer knows.
 * A queue batch that fails is worked an envelope at a time, then by halves; fail-dead.ts ends the messages of a job that is
 * a dead letter.
 */

import { tenantOf } from '#worker/domain/realm.ts'
import { MINUTE } from '#worker/domain/time.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { underNewestPolicies } from '#worker/flows/core/policies.ts'
import type { SendJob } from '#worker/jobs.ts'
import { isDefinite } from '#worker/lib/definite-error.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { type Cut, cutSlices } from './choose-connection.ts'
import { requeueUnclaimed } from './next-attempt.ts'
import { type Group, groupsOf } from './unit.ts'
import { workSlice } from './work-slice.ts'

/** Time within which an invocation begins slices; its wall limit is 15 minutes. What is left goes back as new jobs. */
const LONGEST_INVOCATION = 10 * MINUTE
/** Most cuts of one invocation. One is mostly a slice of about 15 statements, and D1 allows 1,000 an invocation. */
const MAX_CUTS = 50

const mayCut = ({ platform, deadline, cuts }: Invocation): boolean => platform.now() <= deadline && cuts < MAX_CUTS

/**
 * Works a group slice by slice, from its first cut if that is made. What no connection takes now, or this invocation has no time
 * for, goes back to its queue.
 */
async function workGroup(invocation: Invocation, group: Group, first: Cut | null): Promise<void> {
  const { platform } = invocation
  let rest = group.units
  let delaySeconds = 0
  for (let cut = first; cut !== null || (rest.length > 0 && delaySeconds === 0 && mayCut(invocation)); cut = null) {
    invocation.cuts++
    const { slices, left, wait } = cut ?? (await cutSlices(platform, group, rest))
    for (const slice of slices) await workSlice(platform, slice)
    rest = left
    delaySeconds = wait
  }
  if (rest.length > 0) await requeueUnclaimed(platform, group, rest, delaySeconds)
}

/** Groups in the order in which they are worked, and the first cut of the first one if it is made. */
interface Begun {
  readonly groups: readonly Group[]
  readonly first: Cut | null
}

/**
 * Groups the messages under the tenants' policies as they now are, and takes the first place. A place that was taken under a
 * policy that is no longer in force is given back.
 */
const begin = (invocation: Invocation, jobs: readonly SendJob[]): Promise<Begun> =>
  underNewestPolicies(
    invocation.platform,
    jobs.map(({ realm }) => tenantOf(realm)),
    async (policies) => {
      const groups = groupsOf(invocation.platform, jobs, policies)
      const [group] = groups
      const first = group && mayCut(invocation) ? await cutSlices(invocation.platform, group, group.units) : null
      return { groups, first }
    },
    async ({ first }) => {
      for (const { place } of first?.slices ?? []) await place?.settle({ unknownStreak: 0, certain: false })
    },
  )

/** Failures of one invocation after which it stops to look for a bad message: so many mean an outage. */
const BAD_LIMIT = 40

/** Result by which the consumer acknowledges a job or not. `poison`: redelivered, it would fail for the same reason. */
export type JobResult = 'done' | 'retry' | 'poison'

interface Invocation {
  readonly platform: Platform
  readonly deadline: number
  cuts: number
  failures: number
}

/** Works envelopes; a result for each, in their order. A bad envelope holds no other back. */
export async function dispatch(platform: Platform, jobs: readonly SendJob[]): Promise<readonly JobResult[]> {
  const invocation: Invocation = { platform, deadline: platform.now() + LONGEST_INVOCATION, cuts: 0, failures: 0 }
  if ((await dispatchWhole(invocation, jobs)) === 'done') return jobs.map(() => 'done')
  const results: JobResult[] = []
  for (const job of jobs) results.push(await dispatchAlone(invocation, job))
  return results
}

async function dispatchWhole(invocation: Invocation, jobs: readonly SendJob[]): Promise<JobResult> {
  try {
    const { groups, first } = await begin(invocation, jobs)
    for (const [n, group] of groups.entries()) await workGroup(invocation, group, n === 0 ? first : null)
    return 'done'
  } catch (error) {
    invocation.failures++
    const messages = jobs.reduce((sum, job) => sum + (job.items?.length ?? 0), 0)
    invocation.platform.log('message.dispatch-failed', { jobs: jobs.length, messages, reason: errorLabel(error) })
    return isDefinite(error) ? 'poison' : 'retry'
  }
}

/** Works one envelope; if it fails, its halves, down to the single message that cannot be worked. */
async function dispatchAlone(invocation: Invocation, job: SendJob): Promise<JobResult> {
  if (invocation.failures > BAD_LIMIT) return 'retry'
  const result = await dispatchWhole(invocation, [job])
  if (result === 'done' || !Array.isArray(job.items) || job.items.length < 2) return result
  const middle = Math.ceil(job.items.length / 2)
  // Leaves the rows that only the first envelope of a request carries to the first half.
  const { batch: _, request: __, work: ___, ...rest } = job
  const head = await dispatchAlone(invocation, { ...job, items: job.items.slice(0, middle) })
  const tail = await dispatchAlone(invocation, { ...rest, items: job.items.slice(middle) })
  if (head === 'retry' || tail === 'retry') return 'retry'
  return head === 'poison' || tail === 'poison' ? 'poison' : 'done'
}
