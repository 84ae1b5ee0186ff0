import { MOST_ENDPOINTS } from '#worker/domain/tenants/quotas.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import type { Endpoint } from '#worker/flows/core/endpoints.ts'
import type { NotifyJob } from '#worker/jobs.ts'
import { BATCH_EVENTS, planPosts } from './plan.ts'
import { jobParts, type WatchedJob, watchedJob } from './retry.ts'

/**
 * POSTs of one invocation. Cloudflare gives it 10,000 subrequests and 15 minutes; six at a time, 2,000 POSTs fit into these
 * as long as a receiver takes less than 2.5 s for each.
 */
export const MOST_POSTS = 2_000

/** Most POSTs that events can make at these endpoints, whatever they listen to. */
const ceilingOf = (events: number, endpoints: readonly Endpoint[]): number =>
  endpoints.reduce((sum, { batch }) => sum + (batch ? Math.ceil(events / BATCH_EVENTS) : events), 0)

const eventsOf = (jobs: readonly NotifyJob[]): number => jobs.reduce((sum, { events }) => sum + events.length, 0)

/** A queue batch's jobs: those of this invocation, those for a later one, and those too large for any. */
interface Bounded {
  readonly taken: readonly NotifyJob[]
  readonly later: readonly NotifyJob[]
  readonly oversize: readonly NotifyJob[]
}

/**
 * Divides one tenant's jobs so that those taken make at most `most` POSTs, or are one job, if it alone makes more. Jobs come
 * first that were first in the batch.
 */
export function bounded(
  jobs: readonly NotifyJob[],
  endpointsOf: (job: NotifyJob) => readonly Endpoint[],
  most = MOST_POSTS,
): Bounded {
  const all = [...Map.groupBy(jobs, endpointsOf)]
  const ceiling = all.reduce((sum, [endpoints, own]) => sum + ceilingOf(eventsOf(own), endpoints) + own.length, 0)
  // Spares the usual batch the count of each job.
  if (ceiling <= most) return { taken: jobs, later: [], oversize: [] }
  const [taken, later, oversize]: NotifyJob[][] = [[], [], []]
  let posts = 0
  for (const job of jobs) {
    const own = planPosts([job], endpointsOf(job)).length
    if (own > MOST_POSTS) oversize?.push(job)
    else if (posts > 0 && posts + own > most) later?.push(job)
    else {
      posts += own
      taken?.push(job)
    }
  }
  return { taken: taken ?? [], later: later ?? [], oversize: oversize ?? [] }
}

/** Events of a piece: at as many endpoints as an account may have they make no more POSTs than an invocation does. */
const PIECE_EVENTS = Math.floor(MOST_POSTS / MOST_ENDPOINTS)

/** Makes the pieces of a job that is too large for an invocation, each with a row of its own. Each of them fits. */
export const piecesOf = ({ realm, events, attempt, since, endpointId, work }: NotifyJob, now: EpochMs): WatchedJob[] =>
  jobParts(events, PIECE_EVENTS).map((chunk) =>
    watchedJob(
      {
        realm,
        events: chunk,
        attempt,
        ...(since === undefined ? {} : { since }),
        ...(endpointId === undefined ? {} : { endpointId }),
      },
      { shard: work.shard, now },
      0,
    ),
  )
