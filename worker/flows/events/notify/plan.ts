import type { TenantEvent } from '#worker/domain/messages/events.ts'
import { type EpochMs, toTimestamp } from '#worker/domain/time.ts'
import type { Endpoint } from '#worker/flows/core/endpoints.ts'
import type { NotifyJob } from '#worker/jobs.ts'
import { toHex } from '#worker/lib/bytes.ts'
import { sha256 } from '#worker/lib/hmac.ts'

/** Most events in one POST to a batch endpoint. */
export const BATCH_EVENTS = 100

/** One request to one endpoint. In a retry `since` is the time of the first failure. */
export interface Post {
  readonly endpoint: Endpoint
  readonly events: readonly TenantEvent[]
  readonly attempt: number
  readonly since?: number
}

/**
 * True of an endpoint that takes events, and of one that was switched off because it failed, for events from before: they are
 * logged as not tried, so that the tenant finds what to have redelivered.
 */
const isMeant = ({ status, failingSince, updatedAt }: Endpoint, at: EpochMs): boolean =>
  status === 'active' || (status === 'disabled' && failingSince !== null && at >= failingSince && at < updatedAt)

const hears = (endpoint: Endpoint, { type, data, at }: TenantEvent): boolean =>
  isMeant(endpoint, at) &&
  (endpoint.events === null || endpoint.events.includes(type)) &&
  // Tells the other endpoints that one was switched off, not the one itself.
  (type !== 'webhook.disabled' || data['endpointId'] !== endpoint.id)

function distinct(events: readonly TenantEvent[]): TenantEvent[] {
  return [...new Map(events.map((event) => [event.id, event])).values()]
}

function split(endpoint: Endpoint, events: readonly TenantEvent[], job?: NotifyJob): Post[] {
  const size = endpoint.batch ? BATCH_EVENTS : 1
  const rest = job ? { attempt: job.attempt, ...(job.since === undefined ? {} : { since: job.since }) } : { attempt: 1 }
  const posts: Post[] = []
  for (let i = 0; i < events.length; i += size) posts.push({ endpoint, events: events.slice(i, i + size), ...rest })
  return posts
}

/** Lists the endpoints that a job is for. */
export const endpointsOfJob = ({ endpointId, events }: NotifyJob, endpoints: readonly Endpoint[]): Endpoint[] =>
  endpoints.filter((one) =>
    endpointId === undefined ? events.some((event) => hears(one, event)) : one.id === endpointId,
  )

/** Events of a job that an endpoint hears. */
export const eventsFor = (endpoint: Endpoint, { events }: NotifyJob): TenantEvent[] =>
  events.filter((event) => hears(endpoint, event))

/** True if a job may go to an endpoint now. */
type MayGo = (job: NotifyJob, endpoint: Endpoint) => boolean

/**
 * Makes the POSTs that one tenant's jobs ask for, where they may go. First attempts are merged, so that batch endpoints get full
 * batches; a job for one endpoint (a retry, a redelivery) stays as it is, so that the same set of events keeps its webhook-id.
 */
export function planPosts(jobs: readonly NotifyJob[], endpoints: readonly Endpoint[], mayGo?: MayGo): Post[] {
  const forAll = jobs.filter(({ endpointId }) => endpointId === undefined)
  const eventsOf = (some: readonly NotifyJob[]): TenantEvent[] => distinct(some.flatMap(({ events }) => events))
  const fresh = eventsOf(forAll)
  const posts = endpoints.flatMap((endpoint) => {
    const mine = mayGo ? eventsOf(forAll.filter((job) => mayGo(job, endpoint))) : fresh
    return split(
      endpoint,
      mine.filter((event) => hears(endpoint, event)),
    )
  })
  for (const job of jobs) {
    const endpoint = endpoints.find(({ id }) => id === job.endpointId)
    if (endpoint) posts.push(...split(endpoint, job.events, job))
  }
  return posts
}

/** Events as they are posted to an endpoint. */
interface Posted {
  readonly endpoint: Pick<Endpoint, 'batch'>
  readonly events: readonly TenantEvent[]
}

/** Answers the id of a POST, by which receivers drop repeats: the event's own, or for batch endpoints a hash of the ids. */
export async function postId({ endpoint, events }: Posted): Promise<string> {
  const first = events[0]
  if (!endpoint.batch && first) return first.id
  return `evts_${toHex(await sha256(events.map(({ id }) => id).join(','))).slice(0, 32)}`
}

/** Writes the JSON of a POST; the same events give the same text at every attempt. */
export function postBody({ endpoint, events }: Posted): string {
  const first = events[0]
  if (!endpoint.batch && first) {
    return JSON.stringify({ type: first.type, timestamp: toTimestamp(first.at), data: first.data })
  }
  const latest = events.reduce((at, event) => Math.max(at, event.at), 0)
  return JSON.stringify({
    type: 'batch',
    timestamp: toTimestamp(latest),
    data: { events: events.map(({ id, type, at, data }) => ({ id, type, timestamp: toTimestamp(at), data })) },
  })
}
