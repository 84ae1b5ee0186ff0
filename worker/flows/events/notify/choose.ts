import { breakerState } from '#worker/domain/tenants/endpoint-breaker.ts'
import { POST_DEADLINE } from '#worker/domain/tenants/webhook-schedule.ts'
import { type EpochMs, SECOND } from '#worker/domain/time.ts'
import type { Endpoint } from '#worker/flows/core/endpoints.ts'
import type { NotifyJob } from '#worker/jobs.ts'
import { isTenantFull, isWaitedFor, type Lane } from './behind.ts'
import { endpointsOfJob } from './plan.ts'

/** A job that is not tried now at any of its endpoints, and when it may be. */
export interface PutOff {
  readonly job: NotifyJob
  readonly until: EpochMs
}

/** A job that waits for one endpoint, while others get it now. */
export interface Apart extends PutOff {
  readonly endpoint: Endpoint
}

/** One tenant's jobs: those to be tried now, those to be put off, and what parts of those to be tried wait. */
interface Choice {
  readonly now: readonly NotifyJob[]
  readonly later: readonly PutOff[]
  readonly apart: readonly Apart[]
}

/** Pause before an endpoint is looked at again whose earlier POSTs are not answered yet: most are by then (send.ts). */
const LOOK_AGAIN = 10 * SECOND

/** Time beyond the deadline of the POST that finds out: a deadline does not run while its isolate is busy. */
const PROBE_SLACK = 5 * SECOND

/** Makes the function that answers until when a job is not to be tried at an endpoint; null if it may be tried now. */
function restsOf(lane: Lane, now: EpochMs): (endpoint: Endpoint) => EpochMs | null {
  const probed = new Set<Endpoint>()
  // The other lane has no first attempts that a look could hold up.
  const soon = lane === 'first' ? now : now + LOOK_AGAIN
  return (endpoint) => {
    if (endpoint.status !== 'active') return null
    if (isWaitedFor(endpoint.id)) return soon
    const state = breakerState(endpoint.breaker, now)
    if (state === 'closed') return null
    if (state === 'open') return endpoint.breaker?.probeAt ?? now
    if (probed.has(endpoint)) return now + POST_DEADLINE + PROBE_SLACK
    probed.add(endpoint)
    return null
  }
}

/**
 * Chooses which of one tenant's jobs are tried now. Those wait whose endpoints have just not answered; of one whose breaker is
 * half open one job finds out whether it answers again, the one with the most attempts.
 */
export function chooseJobs(
  jobs: readonly NotifyJob[],
  endpoints: readonly Endpoint[],
  { lane, now }: { readonly lane: Lane; readonly now: EpochMs },
): Choice {
  const realm = jobs[0]?.realm
  if (realm !== undefined && isTenantFull(lane, realm)) {
    const until = lane === 'first' ? now : now + LOOK_AGAIN
    return { now: [], later: jobs.map((job) => ({ job, until })), apart: [] }
  }
  const restOf = restsOf(lane, now)
  const choice = { now: [] as NotifyJob[], later: [] as PutOff[], apart: [] as Apart[] }
  for (const job of jobs.toSorted((a, b) => b.attempt - a.attempt)) {
    const targets = endpointsOfJob(job, endpoints)
    const waiting = targets.flatMap((endpoint) => {
      const until = restOf(endpoint)
      return until === null ? [] : [{ job, endpoint, until }]
    })
    if (waiting.length === 0 || waiting.length < targets.length) {
      choice.now.push(job)
      choice.apart.push(...waiting)
    } else choice.later.push({ job, until: Math.min(...waiting.map(({ until }) => until)) })
  }
  return choice
}
