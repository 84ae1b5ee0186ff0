import type { TenantEvent } from '#worker/domain/messages/events.ts'
import { toTimestamp } from '#worker/domain/time.ts'
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

const hears = (endpoint: Endpoint, { type, data }: TenantEvent): boolean =>
  endpoint.status === 'active' &&
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

/**
 * Makes the POSTs that one tenant's jobs ask for. First attempts are merged, so that batch endpoints get full batches; a job for
 * one endpoint (a retry, a redelivery) stays as it is, so that the same set of events keeps its webhook-id.
 */
export function planPosts(jobs: readonly NotifyJob[], endpoints: readonly Endpoint[]): Post[] {
  const fresh = distinct(jobs.filter(({ endpointId }) => endpointId === undefined).flatMap(({ events }) => events))
  const posts = endpoints.flatMap((endpoint) =>
    split(
      endpoint,
      fresh.filter((event) => hears(endpoint, event)),
    ),
  )
  for (const job of jobs) {
    const endpoint = endpoints.find(({ id }) => id === job.endpointId)
    if (endpoint) posts.push(...split(endpoint, job.events, job))
  }
  return posts
}

/** Answers the id of a POST, by which receivers drop repeats: the event's own, or for batch endpoints a hash of the ids. */
export async function postId({ endpoint, events }: Pick<Post, 'endpoint' | 'events'>): Promise<string> {
  const first = events[0]
  if (!endpoint.batch && first) return first.id
  return `evts_${toHex(await sha256(events.map(({ id }) => id).join(','))).slice(0, 32)}`
}

/** Writes the JSON of a POST; the same events give the same text at every attempt. */
export function postBody({ endpoint, events }: Pick<Post, 'endpoint' | 'events'>): string {
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
