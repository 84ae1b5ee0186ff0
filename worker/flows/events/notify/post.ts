import { POST_DEADLINE, retryAfterSeconds } from '#worker/domain/tenants/webhook-schedule.ts'
import { type EpochMs, SECOND, type Seconds } from '#worker/domain/time.ts'
import { liveKeys } from '#worker/flows/core/endpoints.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { utf8 } from '#worker/lib/bytes.ts'
import type { Guarded } from '#worker/lib/http/guarded-fetch.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { POST_BYTES } from '#worker/queue-limits.ts'
import type { Answered } from '#worker/store/deliveries.ts'
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
  /** First bytes of the answer's body, which may hold what was posted: for the tenant, and no log. Absent: none came. */
  readonly answer?: Answered
}

/** Time for the body of an answer, whose status has said all: one that trickles in holds a connection no longer. */
const BODY_MS = SECOND

/** Bytes of an answer's body that are kept: of one that says why it took nothing more than of a mere thanks. */
const KEPT_BYTES = { succeeded: 256, failed: 1_024 } as const

const NO_ANSWER = 'no answer in time'

/** True of a POST that took its whole time and was not answered. */
export const isTimeOut = ({ outcome, httpStatus, reason }: Attempted): boolean =>
  outcome === 'failed' && httpStatus === null && reason === NO_ANSWER

export function untried(post: Post, at: EpochMs, reason: string): Attempted {
  return { post, outcome: 'untried', at, httpStatus: null, durationMs: 0, reason, retryAfter: 0 }
}

/** First characters of a text that take so many bytes in UTF-8. */
function firstOf(text: string, bytes: number): Answered {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(bytes))
  return { text: text.slice(0, read), isCut: read < text.length }
}

/** What is kept of an answer; nothing of one without a body. */
function answeredWith(answer: Guarded): Pick<Attempted, 'answer'> {
  if (answer.kind !== 'answer' || answer.text === '') return {}
  const kept = firstOf(answer.text, answer.status < 300 ? KEPT_BYTES.succeeded : KEPT_BYTES.failed)
  return { answer: { text: kept.text, isCut: kept.isCut || answer.isCut === true } }
}

function judge(answer: Guarded, now: EpochMs): Omit<Attempted, 'post' | 'at' | 'durationMs' | 'answer'> {
  if (answer.kind !== 'answer') {
    const said = { refused: 'the URL is not allowed', timeout: NO_ANSWER, network: 'the connection failed' }
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
  const body = utf8(postBody(post))
  if (post.events.length > 1 && body.length > POST_BYTES) {
    const half = Math.ceil(post.events.length / 2)
    const first = await makePosts(platform, { ...post, events: post.events.slice(0, half) })
    return [...first, ...(await makePosts(platform, { ...post, events: post.events.slice(half) }))]
  }
  const at = platform.now()
  const keys = liveKeys(post.endpoint.keys, at)
  if (keys.length === 0) return [{ ...untried(post, at, 'the secret cannot be read'), outcome: 'failed' }]
  const { url } = post.endpoint
  const bounds = { deadlineMs: POST_DEADLINE, bodyMs: BODY_MS, textBytes: KEPT_BYTES.failed }
  const answer = await signedPost(platform, { url, keys, id: await postId(post), at, body, ...bounds })
  const now = platform.now()
  return [{ post, at, durationMs: now - at, ...judge(answer, now), ...answeredWith(answer) }]
}

/**
 * Logs POSTs that were made, those of an endpoint that ended alike in one line: the platform cuts the log of an invocation off at
 * 256 kB, which a line each would fill with 1,500 of them.
 */
export function logAttempts({ log }: Platform, attempted: readonly Attempted[]): void {
  const made = attempted.filter(({ outcome }) => outcome !== 'untried')
  const alike = Map.groupBy(made, ({ post, outcome, httpStatus, reason }) =>
    [post.endpoint.id, post.attempt, outcome, httpStatus, reason].join(' '),
  )
  for (const some of alike.values()) {
    const first = some[0]
    if (!first) continue
    log('webhook.attempted', {
      endpointId: first.post.endpoint.id,
      attempt: first.post.attempt,
      posts: some.length,
      events: some.reduce((sum, { post }) => sum + post.events.length, 0),
      outcome: first.outcome,
      status: first.httpStatus,
      reason: first.reason,
      slowestMs: some.reduce((most, { durationMs }) => Math.max(most, durationMs), 0),
    })
  }
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
