import type { NotifyJob } from '#worker/jobs.ts'
import type { Post } from './plan.ts'
import type { Attempted } from './post.ts'

const keyOf = (endpointId: string, eventId: string): string => `${endpointId} ${eventId}`

/** What a tenant's share leaves: jobs of which no POST was made, as they are, and POSTs of the others. */
interface Left {
  readonly untouched: readonly NotifyJob[]
  readonly posts: readonly Post[]
}

/**
 * Divides POSTs that were left. A job that nothing was POSTed of keeps its row, which is cheaper than rows for its parts; its
 * events are taken out of the POSTs that are left.
 */
export function divideLeft(jobs: readonly NotifyJob[], attempted: readonly Attempted[], left: readonly Post[]): Left {
  if (left.length === 0) return { untouched: [], posts: [] }
  const waiting = new Set(
    left.flatMap(({ endpoint, events }) => events.flatMap(({ id }) => [id, keyOf(endpoint.id, id)])),
  )
  const tried = new Set(
    attempted.flatMap(({ post }) => post.events.flatMap(({ id }) => [id, keyOf(post.endpoint.id, id)])),
  )
  const isUntouched = ({ endpointId, events }: NotifyJob): boolean => {
    const keys = events.map(({ id }) => (endpointId === undefined ? id : keyOf(endpointId, id)))
    return keys.some((key) => waiting.has(key)) && !keys.some((key) => tried.has(key))
  }
  const untouched = jobs.filter(isUntouched)
  const kept = new Set(
    untouched.flatMap(({ endpointId, events }) =>
      events.map(({ id }) => (endpointId === undefined ? id : keyOf(endpointId, id))),
    ),
  )
  const posts = left.flatMap((post) => {
    const events = post.events.filter(({ id }) => !kept.has(id) && !kept.has(keyOf(post.endpoint.id, id)))
    return events.length > 0 ? [{ ...post, events }] : []
  })
  return { untouched, posts }
}
