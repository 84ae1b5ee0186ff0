import { eventIdOf, type MessageId } from '#worker/domain/ids.ts'
import type { TenantEvent } from '#worker/domain/messages/events.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { type EndpointBreaker, openedBreaker } from '#worker/domain/tenants/endpoint-breaker.ts'
import { delayAfter, RETRY_GRACE, WHOLE_SCHEDULE } from '#worker/domain/tenants/webhook-schedule.ts'
import { type EpochMs, SECOND, toTimestamp } from '#worker/domain/time.ts'
import type { Endpoint } from '#worker/flows/core/endpoints.ts'
import { type NotifyJob, sealedWorkRow } from '#worker/jobs.ts'
import { encodeNumber, randomDigits } from '#worker/lib/base32.ts'
import { utf8Length } from '#worker/lib/bytes.ts'
import { chunksBySize } from '#worker/lib/chunks.ts'
import { LARGEST_NOTIFY_BYTES } from '#worker/queue-limits.ts'
import type { EndpointMark, Webhook } from '#worker/store/control/webhooks.ts'
import type { AnsweredDelivery } from '#worker/store/deliveries.ts'
import type { PlainWork } from '#worker/store/work.ts'
import { BATCH_EVENTS, type Post } from './plan.ts'
import { type Attempted, isTimeOut, untried } from './post.ts'

/** A job to send, with the row by which the sweep finds it if its queue message is lost. */
export interface WatchedJob {
  readonly job: NotifyJob
  readonly delaySeconds: number
  readonly row: PlainWork
}

/** Consequences of a tenant's POSTs: rows to write, jobs to send, endpoints whose state changes. */
export interface Consequences {
  readonly deliveries: readonly AnsweredDelivery[]
  readonly jobs: readonly WatchedJob[]
  readonly disabled: readonly { readonly webhook: Webhook; readonly reason: string }[]
  readonly marks: readonly EndpointMark[]
}

export const deliveryId = (at: EpochMs): string => `dlv_${encodeNumber(at, 10)}${randomDigits(6)}`

/** Makes a job with its row, which is due `RETRY_GRACE` after the job should have run. */
export function watchedJob(
  job: Omit<NotifyJob, 'kind' | 'work'>,
  { shard, now }: Pick<Round, 'shard' | 'now'>,
  delaySeconds: number,
): WatchedJob {
  const work = { shard, dueAt: now + delaySeconds * SECOND + RETRY_GRACE, id: crypto.randomUUID() }
  const whole: NotifyJob = { kind: 'notify', ...job, work }
  return {
    job: whole,
    delaySeconds,
    row: sealedWorkRow({ kind: 'notify', body: whole }, { ...work, realm: job.realm }),
  }
}

/** Splits events for jobs that fit a queue message. */
export const jobParts = (events: readonly TenantEvent[], most?: number): TenantEvent[][] =>
  chunksBySize(events, (event) => utf8Length(JSON.stringify(event)), LARGEST_NOTIFY_BYTES, most)

/** Splits events for jobs that fit a queue message, each at most a full batch. */
export const jobChunks = (events: readonly TenantEvent[]): TenantEvent[][] => jobParts(events, BATCH_EVENTS)

/**
 * Makes `webhook.disabled`. Its id follows from the row's version, so that two jobs that switch the endpoint off tell of it
 * once.
 */
function disabledEvent(webhook: Webhook, reason: string, now: EpochMs): TenantEvent {
  const subject: MessageId = `msg_${webhook.id.slice(4)}${encodeNumber(webhook.updatedAt, 10)}`
  return {
    id: eventIdOf(subject, 'disabled'),
    type: 'webhook.disabled',
    at: now,
    data: { endpointId: webhook.id, description: webhook.description, reason, at: toTimestamp(now) },
  }
}

/** Groups POSTs for rows of the log: POSTs of single events that were not made share a row, as they share a retry job. */
function grouped(attempted: readonly Attempted[]): Attempted[][] {
  const groups: Attempted[][] = []
  // The group that has room, by attempt and first failure.
  const open = new Map<string, Attempted[]>()
  for (const one of attempted) {
    const { endpoint, attempt, since } = one.post
    const key = one.outcome === 'untried' && !endpoint.batch ? `${attempt}|${since}` : null
    const group = key === null ? undefined : open.get(key)
    if (group && group.length < BATCH_EVENTS) {
      group.push(one)
      continue
    }
    const begun = [one]
    groups.push(begun)
    if (key !== null) open.set(key, begun)
  }
  return groups
}

interface Failed {
  readonly group: readonly Attempted[]
  readonly delaySeconds: number | null
}

/** End of a tenant's POSTs, and the shard that keeps what follows. `chance` is 0 … 1 and shortens the delays of retries. */
interface Round {
  readonly realm: Realm
  readonly shard: number
  readonly now: EpochMs
  readonly chance: number
}

function deliveryRows(realm: Realm, group: readonly Attempted[], nextAt: EpochMs | null): AnsweredDelivery[] {
  const first = group[0]
  if (!first) return []
  const { post, outcome, at, httpStatus, durationMs, reason, answer = null } = first
  const failed = nextAt === null ? 'exhausted' : 'failed'
  return [
    {
      realm,
      id: deliveryId(at),
      endpointId: post.endpoint.id,
      at,
      attempt: post.attempt,
      outcome: outcome === 'untried' ? 'skipped' : outcome === 'succeeded' ? 'succeeded' : failed,
      httpStatus,
      durationMs,
      reason,
      eventIds: group.flatMap(({ post: { events } }) => events.map(({ id }) => id)),
      nextAt,
      answer,
    },
  ]
}

/** Makes the retry jobs of failed POSTs: a batch POST stays whole, single ones of the same attempt share a job. */
function retriesOf(round: Round, failed: readonly Failed[]): WatchedJob[] {
  const groups = Map.groupBy(failed, ({ group: [first], delaySeconds }, index) =>
    !first || first.post.endpoint.batch ? `${index}` : `${first.post.attempt}|${first.post.since}|${delaySeconds}|`,
  )
  return [...groups.values()].flatMap((parts) => {
    const first = parts[0]?.group[0]
    const delaySeconds = parts[0]?.delaySeconds ?? null
    if (!first || delaySeconds === null) return []
    const { endpoint, attempt, since = round.now } = first.post
    const events = parts.flatMap(({ group }) => group.flatMap(({ post }) => post.events))
    return jobChunks(events).map((chunk) =>
      watchedJob(
        { realm: round.realm, events: chunk, endpointId: endpoint.id, attempt: attempt + 1, since },
        round,
        delaySeconds,
      ),
    )
  })
}

/** Answers why the endpoint must be switched off now; null if it stays on. */
function disableReason(attempted: readonly Attempted[], now: EpochMs): string | null {
  const first = attempted[0]
  if (first?.post.endpoint.status !== 'active') return null
  const gone = attempted.find(({ outcome }) => outcome === 'gone')
  if (gone) return gone.reason
  if (attempted.some(({ outcome }) => outcome === 'succeeded')) return null
  const failingSince = first.post.endpoint.failingSince ?? now
  const throughout = attempted.some(
    ({ post, outcome }) =>
      outcome === 'failed' && delayAfter(post.attempt, 0) === null && failingSince <= (post.since ?? now),
  )
  // While the breaker is open few events are tried, and none of them need reach its last attempt.
  const isDead = attempted.some(isTimeOut) && failingSince + WHOLE_SCHEDULE <= now
  return throughout || isDead ? 'it failed throughout the whole retry schedule' : null
}

/** Moves an endpoint's breaker. An answer closes it, whatever it says; one that comes beside a time-out makes the rest short. */
function breakerAfter(endpoint: Endpoint, attempted: readonly Attempted[], now: EpochMs): EndpointBreaker | null {
  const hasAnswered = attempted.some(({ httpStatus }) => httpStatus !== null)
  if (attempted.some(isTimeOut)) return openedBreaker(hasAnswered ? null : endpoint.breaker, now)
  return hasAnswered ? null : endpoint.breaker
}

/** Rows of the log for POSTs that wait because their endpoint has just timed out. */
function waitingRows(round: Round, left: readonly Post[], probeAt: EpochMs): AnsweredDelivery[] {
  const waiting = left.map((post) => untried(post, round.now, 'not tried after a time-out'))
  return grouped(waiting).flatMap((group) => deliveryRows(round.realm, group, probeAt))
}

/**
 * Decides what follows from POSTs that were left: jobs with no further attempt counted. Those of an endpoint that has just timed
 * out come when its breaker is half open. A batch that was POSTed before stays whole, so that it keeps its webhook-id.
 */
function afterLeft(
  round: Round,
  left: readonly Post[],
  marks: readonly EndpointMark[],
): Pick<Consequences, 'jobs' | 'deliveries'> {
  const { realm, now } = round
  const probeAts = new Map(
    marks.flatMap(({ id, breaker }) => (breaker === null ? [] : [[id, breaker.probeAt] as const])),
  )
  const groups = Map.groupBy(left, ({ endpoint, attempt, since }, index) =>
    endpoint.batch && attempt > 1 ? `${index}` : `${endpoint.id}|${attempt}|${since}`,
  )
  const jobs = [...groups.values()].flatMap((posts) => {
    const first = posts[0]
    if (!first) return []
    const { endpoint, attempt, since } = first
    const probeAt = probeAts.get(endpoint.id) ?? now
    const delaySeconds = Math.max(0, Math.ceil((probeAt - now) / SECOND))
    return jobChunks(posts.flatMap(({ events }) => events)).map((events) =>
      watchedJob(
        { realm, events, endpointId: endpoint.id, attempt, ...(since === undefined ? {} : { since }) },
        round,
        delaySeconds,
      ),
    )
  })
  const deliveries = [...Map.groupBy(left, ({ endpoint }) => endpoint.id)].flatMap(([id, posts]) => {
    const probeAt = probeAts.get(id)
    return probeAt === undefined ? [] : waitingRows(round, posts, probeAt)
  })
  return { jobs, deliveries }
}

function consequencesFor(endpoint: Endpoint, round: Round, attempted: readonly Attempted[]): Consequences {
  const { realm, now, chance } = round
  const reason = disableReason(attempted, now)
  // Applies the longest Retry-After to all events that this endpoint has not taken yet.
  const retryAfter = Math.max(...attempted.map((one) => one.retryAfter))
  const failed: Failed[] = []
  const deliveries: AnsweredDelivery[] = []
  for (const group of grouped(attempted)) {
    const first = group[0]
    const done = !first || first.outcome === 'succeeded'
    const ends = done || first.outcome === 'gone' || reason !== null || endpoint.status === 'disabled'
    const delaySeconds = ends ? null : delayAfter(first.post.attempt, chance, retryAfter)
    deliveries.push(...deliveryRows(realm, group, delaySeconds === null ? null : now + delaySeconds * SECOND))
    if (!done && delaySeconds !== null) failed.push({ group, delaySeconds })
  }
  const succeeded = attempted.some(({ outcome }) => outcome === 'succeeded')
  const broke = attempted.some(({ outcome }) => outcome === 'failed' || outcome === 'gone')
  const failingSince = succeeded ? null : broke ? (endpoint.failingSince ?? now) : endpoint.failingSince
  const breaker = breakerAfter(endpoint, attempted, now)
  const isMarked = failingSince !== endpoint.failingSince || breaker !== endpoint.breaker
  const told = reason === null ? [] : [disabledEvent(endpoint, reason, now)]
  return {
    deliveries,
    jobs: [
      ...retriesOf(round, failed),
      ...told.map((event) => watchedJob({ realm, events: [event], attempt: 1 }, round, 0)),
    ],
    disabled: reason === null ? [] : [{ webhook: endpoint, reason }],
    marks: isMarked ? [{ id: endpoint.id, failingSince, breaker }] : [],
  }
}

/** Decides what follows from a tenant's POSTs, and from those that were left for another time. */
export function consequencesOf(round: Round, attempted: readonly Attempted[], left: readonly Post[]): Consequences {
  const byEndpoint = Map.groupBy(attempted, ({ post }) => post.endpoint.id)
  const parts = [...byEndpoint.values()].flatMap((own) =>
    own[0] ? [consequencesFor(own[0].post.endpoint, round, own)] : [],
  )
  const marks = parts.flatMap((part) => part.marks)
  const waiting = afterLeft(round, left, marks)
  return {
    deliveries: [...parts.flatMap(({ deliveries }) => deliveries), ...waiting.deliveries],
    jobs: [...parts.flatMap(({ jobs }) => jobs), ...waiting.jobs],
    disabled: parts.flatMap(({ disabled }) => disabled),
    marks,
  }
}
