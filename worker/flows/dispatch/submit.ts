import type { Attempt, Connection, Failure, Submission } from '#worker/domain/carriers/provider.ts'
import type { Outcome } from '#worker/domain/messages/message.ts'
import type { MessageStatus } from '#worker/domain/messages/status.ts'
import type { Policy } from '#worker/domain/tenants/tenant.ts'
import type { EpochMs, Seconds } from '#worker/domain/time.ts'
import { OPEN_CONNECTIONS } from '#worker/lib/semaphore.ts'
import type { Place } from './choose-connection.ts'
import type { ClaimedSlice } from './claim.ts'
import type { Unit } from './unit.ts'

/** Unclear submits in a row after which nothing more is given to a connection. */
const UNKNOWN_STREAK = 2

/** `repeat`: unclear, but the provider drops doubles of a ref, so that the same attempt may be repeated. */
type AttemptResult = Submission | { readonly outcome: 'repeat'; readonly failure: Failure }

interface Submitted {
  /** Results in the order of the attempts, and for each the time at which its carrier was called. */
  readonly results: readonly AttemptResult[]
  readonly calledAt: readonly EpochMs[]
  /** Unclear submits in a row when the slice ended. */
  readonly unknownStreak: number
  /** True if any answer was clear: it closes a half-open breaker. */
  readonly certain: boolean
  readonly retryAfter?: Seconds
}

const NO_ANSWER: Failure = { code: 'provider-timeout', detail: 'the provider gave no clear answer' }
const NOT_SUBMITTED: Failure = {
  code: 'provider-unavailable',
  detail: 'the provider was not called: earlier calls went unanswered',
}

interface Lane {
  streak: number
  certain: boolean
  /** True if the latest submit got a clear answer. */
  proven: boolean
  active: number
  retryAfter: Seconds | undefined
}

/** Turns an unclear answer of a provider that drops doubles into a `repeat`. */
const repeatable = (answer: Submission): AttemptResult =>
  answer.outcome === 'unknown' && !answer.once ? { outcome: 'repeat', failure: answer.failure } : answer

async function submitChunk(
  connection: Connection,
  chunk: readonly Attempt[],
  repeats: boolean,
): Promise<readonly AttemptResult[]> {
  try {
    const answers = await connection.submit(chunk)
    if (answers.length === chunk.length) return repeats ? answers.map(repeatable) : answers
  } catch {
    // A thrown fetch does not say whether the request arrived.
  }
  return chunk.map(() => ({ outcome: repeats ? 'repeat' : 'unknown', failure: NO_ANSWER }))
}

const isUnclear = (results: readonly AttemptResult[]): boolean =>
  results.length > 0 && results.every(({ outcome }) => outcome === 'unknown' || outcome === 'repeat')

function note(lane: Lane, results: readonly AttemptResult[]): void {
  if (isUnclear(results)) {
    lane.streak++
    lane.proven = false
    return
  }
  lane.streak = 0
  lane.certain = true
  lane.proven = true
  for (const result of results) {
    if (result.outcome === 'deferred' && result.retryAfter !== undefined)
      lane.retryAfter = Math.max(lane.retryAfter ?? 0, result.retryAfter)
  }
}

/**
 * Submits a slice in chunks. A provider that drops doubles is given `OPEN_CONNECTIONS` chunks at once. Any other is given at
 * most `inFlight`, and unclear answers count against that (`active + streak` never exceeds it): a carrier that dies costs two
 * messages.
 */
export async function submitSlice(
  { bound: { connection, provider }, inFlight }: Place,
  attempts: readonly Attempt[],
  now: () => EpochMs,
): Promise<Submitted> {
  const repeats = provider.dedupeWindow !== undefined
  const limit = repeats || inFlight === null ? OPEN_CONNECTIONS : Math.max(1, Math.min(inFlight, OPEN_CONNECTIONS))
  const results = new Array<AttemptResult>(attempts.length)
  const calledAt = new Array<EpochMs>(attempts.length)
  const lane: Lane = { streak: 0, certain: false, proven: false, active: 0, retryAfter: undefined }
  let next = 0
  // One message goes ahead where an unclear attempt cannot be repeated: a carrier that has died costs one message, not a batch.
  const sizeOf = () => (repeats || lane.proven ? provider.batch : 1)
  const mayStart = () => next < attempts.length && lane.streak < UNKNOWN_STREAK && lane.active + lane.streak < limit
  await new Promise<void>((resolve, reject) => {
    const pump = () => {
      while (mayStart()) {
        const start = next
        const chunk = attempts.slice(start, start + sizeOf())
        next += chunk.length
        calledAt.fill(now(), start, next)
        lane.active++
        submitChunk(connection, chunk, repeats).then((answers) => {
          for (let i = 0; i < answers.length; i++) results[start + i] = answers[i] as AttemptResult
          lane.active--
          note(lane, answers)
          pump()
        }, reject)
      }
      if (lane.active === 0) resolve()
    }
    pump()
  })
  for (let i = next; i < attempts.length; i++) results[i] = { outcome: 'deferred', failure: NOT_SUBMITTED }
  return {
    results,
    calledAt,
    unknownStreak: lane.streak,
    certain: lane.certain,
    ...(lane.retryAfter === undefined ? {} : { retryAfter: lane.retryAfter }),
  }
}

/** A unit with what its carrier answered, and the outcome and status that the ledger records for it. */
export interface Answered {
  readonly unit: Unit
  readonly result: AttemptResult
  readonly outcome: Outcome
  readonly status: MessageStatus
  /**
   * Time of what is recorded: a submission began when its carrier was called, so that no report of it is older; all else is of
   * the answer.
   */
  readonly at: EpochMs
}

/** A slice whose carrier was called. */
export interface AnsweredSlice extends ClaimedSlice {
  readonly place: Place
  readonly answered: readonly Answered[]
  /** The wait that the carrier asked for. */
  readonly retryAfter?: Seconds
  readonly answeredAt: EpochMs
}

/** The outcome that a result is recorded with. An unclear attempt has a next one only if the tenant chose `resubmit`. */
function answeredOf(unit: Unit, result: AttemptResult, policy: Policy): Omit<Answered, 'at'> {
  switch (result.outcome) {
    case 'accepted':
      return { unit, result, outcome: 'accepted', status: 'submitted' }
    case 'rejected':
      return { unit, result, outcome: 'rejected', status: 'rejected' }
    case 'deferred':
      // A pinned job stays a repeat: this call was not taken, but the unclear one before it may have been.
      return { unit, result, outcome: unit.job.pin ? 'repeat' : 'deferred', status: 'accepted' }
    case 'repeat':
      return { unit, result, outcome: 'repeat', status: 'accepted' }
    case 'unknown':
      return policy.onUnknown === 'resubmit'
        ? { unit, result, outcome: 'deferred', status: 'accepted' }
        : { unit, result, outcome: 'unknown', status: 'unknown' }
  }
}

/** The claimed slice with the answers to its attempts. */
export const withAnswers = (
  claimed: ClaimedSlice,
  place: Place,
  { results, calledAt, retryAfter }: Submitted,
  now: EpochMs,
): AnsweredSlice => ({
  ...claimed,
  place,
  answered: claimed.won.flatMap((unit, i) => {
    const result = results[i]
    if (!result) return []
    const answered = answeredOf(unit, result, claimed.group.policy)
    const at = answered.status === 'submitted' ? (calledAt[i] ?? now) : now
    // Keeps the order where this clock is behind the one that accepted the message.
    return [{ ...answered, at: Math.max(at, unit.job.acceptedAt) }]
  }),
  ...(retryAfter === undefined ? {} : { retryAfter }),
  answeredAt: now,
})
