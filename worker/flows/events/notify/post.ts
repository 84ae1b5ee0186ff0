import type { EndpointId } from '#worker/domain/ids.ts'
import { POST_DEADLINE, retryAfterSeconds } from '#worker/domain/tenants/webhook-schedule.ts'
import type { EpochMs, Seconds } from '#worker/domain/time.ts'
import { liveKeys } from '#worker/flows/core/endpoints.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { BoundedMap } from '#worker/lib/bounded-map.ts'
import { utf8Length } from '#worker/lib/bytes.ts'
import type { Guarded } from '#worker/lib/http/guarded-fetch.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { mapLimited, OPEN_CONNECTIONS } from '#worker/lib/semaphore.ts'
import { POST_BYTES } from '#worker/queue-limits.ts'
import { type Post, postBody, postId } from './plan.ts'
import { signedPost } from './signed-post.ts'

/** Result of a POST. `untried`: none was made. `gone`: the receiver wants no more (410). */
export interface Attempted {
  readonly post: Post
  readonly outcome: 'succeeded' | 'failed' | 'untried' | 'gone'
  readonly at: EpochMs
  readonly httpStatus: number | null
  readonly durationMs: number
  /** Sentence for the tenant; null if the status says enough. */
  readonly reason: string | null
  readonly retryAfter: Seconds
}

/** Time for which an endpoint that timed out gets no first attempts from this isolate: its events wait for their retry. */
const HOLD = POST_DEADLINE

// A UTF-16 code unit is at most three bytes, so most bodies need not be measured.
const isTooLong = (body: string): boolean => body.length > POST_BYTES / 3 && utf8Length(body) > POST_BYTES

const held = new BoundedMap<EndpointId, EpochMs>(1_000)

export function untried(post: Post, at: EpochMs, reason: string): Attempted {
  return { post, outcome: 'untried', at, httpStatus: null, durationMs: 0, reason, retryAfter: 0 }
}

function judge(answer: Guarded, now: EpochMs): Omit<Attempted, 'post' | 'at' | 'durationMs'> {
  if (answer.kind !== 'answer') {
    const said = { refused: 'the URL is not allowed', timeout: 'no answer in time', network: 'the connection failed' }
    return { outcome: 'failed', httpStatus: null, reason: said[answer.kind], retryAfter: 0 }
  }
  const { status } = answer
  if (status >= 200 && status < 300) return { outcome: 'succeeded', httpStatus: status, reason: null, retryAfter: 0 }
  if (status === 410) {
    return { outcome: 'gone', httpStatus: status, reason: 'the receiver answered 410 Gone', retryAfter: 0 }
  }
  const reason = status >= 300 && status < 400 ? 'redirects are not followed' : null
  const asks = status === 429 || status === 502 || status === 503 || status === 504
  const retryAfter = asks ? retryAfterSeconds(answer.retryAfter, now) : 0
  return { outcome: 'failed', httpStatus: status, reason, retryAfter }
}

/** Makes a POST, or several if the body would be too long. */
async function makePosts(platform: Platform, post: Post): Promise<Attempted[]> {
  const body = postBody(post)
  if (post.events.length > 1 && isTooLong(body)) {
    const half = Math.ceil(post.events.length / 2)
    const first = await makePosts(platform, { ...post, events: post.events.slice(0, half) })
    return [...first, ...(await makePosts(platform, { ...post, events: post.events.slice(half) }))]
  }
  const at = platform.now()
  const keys = liveKeys(post.endpoint.keys, at)
  if (keys.length === 0) return [{ ...untried(post, at, 'the secret cannot be read'), outcome: 'failed' }]
  const { url } = post.endpoint
  const answer = await signedPost(platform, { url, keys, id: await postId(post), at, body, deadlineMs: POST_DEADLINE })
  const now = platform.now()
  if (answer.kind === 'timeout') held.set(post.endpoint.id, now + HOLD)
  else if (answer.kind === 'answer') held.delete(post.endpoint.id)
  const attempted = { post, at, durationMs: now - at, ...judge(answer, now) }
  platform.log('webhook.attempted', {
    endpointId: post.endpoint.id,
    attempt: post.attempt,
    events: post.events.length,
    outcome: attempted.outcome,
    status: attempted.httpStatus,
    reason: attempted.reason,
    durationMs: attempted.durationMs,
  })
  return [attempted]
}

/** Makes a POST, or several if the body would be too long. Does not throw: a fault of ours leaves its events to their retry. */
export async function postEvents(platform: Platform, post: Post): Promise<Attempted[]> {
  try {
    return await makePosts(platform, post)
  } catch (error) {
    platform.log('webhook.attempt-failed', { endpointId: post.endpoint.id, reason: errorLabel(error) })
    return [untried(post, platform.now(), 'the gateway could not make the request')]
  }
}

/** Answers why an endpoint should get no more POSTs in this run, by its last answer; null if it may get more. */
function stops({ outcome, reason, retryAfter, httpStatus }: Attempted): string | null {
  if (outcome === 'gone') return 'the receiver answered 410 Gone'
  if (httpStatus === null && reason === 'no answer in time') return 'not tried after a time-out'
  if (retryAfter > 0) return 'not tried: the receiver asked to wait'
  return null
}

interface Lane {
  readonly posts: Post[]
  inFlight: number
  stopped: string | null
}

const lanesOf = (posts: readonly Post[]): Lane[] =>
  [...Map.groupBy(posts, ({ endpoint }) => endpoint.id).values()].map((own) => ({
    // Makes the last attempts first, because an event that is left untried then has no other chance.
    posts: own.toSorted((a, b) => b.attempt - a.attempt),
    inFlight: 0,
    stopped: null,
  }))

/**
 * Makes the POSTs, at most six at a time, always for the endpoint that has the fewest under way, so that a dead endpoint does
 * not delay the others. After a time-out the endpoint's other POSTs are left untried, and wait for their retry.
 */
export async function sendAll(platform: Platform, posts: readonly Post[]): Promise<Attempted[]> {
  const lanes = lanesOf(posts)
  const next = async (): Promise<Attempted[]> => {
    const waiting = lanes.filter((lane) => lane.posts.length > 0)
    const lane = waiting.reduce<Lane | undefined>((a, b) => (a && a.inFlight <= b.inFlight ? a : b), undefined)
    const post = lane?.posts.shift()
    if (!lane || !post) return []
    const now = platform.now()
    if (lane.stopped !== null) return [untried(post, now, lane.stopped)]
    if (post.attempt === 1 && (held.get(post.endpoint.id) ?? 0) > now) {
      return [untried(post, now, 'not tried after a time-out')]
    }
    lane.inFlight++
    const attempted = await postEvents(platform, post)
    lane.inFlight--
    lane.stopped ??= attempted.map(stops).find((reason) => reason !== null) ?? null
    return attempted
  }
  return (await mapLimited(posts, OPEN_CONNECTIONS, next)).flat()
}
