import { type EpochMs, MINUTE, SECOND, type Seconds } from '#worker/domain/time.ts'
import { sendQueue } from '#worker/env.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { type SendJob, sealedWorkRow } from '#worker/jobs.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { deleteWork, insertWorks, type PlainWork, sealWork } from '#worker/store/work.ts'
import { batchStatements, envelopeStatements } from './claim-rows.ts'
import type { AnsweredSlice } from './submit.ts'
import type { Group, Unit } from './unit.ts'

/** A job with the work row that brings it back if its queue message is lost. */
interface Watched {
  readonly job: SendJob
  readonly row: PlainWork
}

export interface NextAttempt extends Watched {
  readonly delaySeconds: Seconds
}

/** Time by which a next attempt may be late before the sweep sends it. */
const NEXT_ATTEMPT_GRACE = 5 * MINUTE

/** Puts a job under the watch of a work row, which brings it back some minutes after it should have run. */
export function watched(bare: SendJob, shard: number, delaySeconds: Seconds, now: EpochMs): Watched {
  const work = { shard, dueAt: now + delaySeconds * SECOND + NEXT_ATTEMPT_GRACE, id: crypto.randomUUID() }
  const job: SendJob = { ...bare, work }
  return { job, row: sealedWorkRow({ kind: 'send', body: job }, { ...work, realm: job.realm }) }
}

/** Longest time for which an unclear one-time code is repeated: its person asks for another one, and a late one confuses. */
const OTP_REPEAT = 2 * MINUTE

const isCode = ({ body }: Unit): boolean => body.purpose === 'otp'

/** Time until which an unclear attempt is repeated: as long as its carrier drops doubles, and a one-time code shortly. */
export function repeatsUntil({ place: { bound }, answeredAt }: AnsweredSlice, unit: Unit): EpochMs {
  if (unit.job.pin) return unit.job.pin.until
  const window = (bound.provider.dedupeWindow ?? 0) * SECOND
  return answeredAt + (isCode(unit) ? Math.min(window, OTP_REPEAT) : window)
}

/** The job of the next attempt of `units`. After a deferred attempt ref and connection are free; a repeat keeps both. */
function successorOf(
  slice: AnsweredSlice,
  first: Unit,
  units: readonly Unit[],
  outcome: 'deferred' | 'repeat',
): SendJob {
  const { job } = first
  const { request: _, batch: __, work: ___, pin, tried, ...rest } = job
  const next = { ...rest, items: units.map(({ item }) => item), attempt: job.attempt + 1 }
  const connectionId = slice.place.bound.config.id
  if (outcome === 'deferred') return { ...next, tried: [...(tried ?? []), connectionId] }
  const refAttempt = pin?.refAttempt ?? job.attempt
  return { ...next, pin: { connectionId, refAttempt, until: repeatsUntil(slice, first) } }
}

const BACKOFF_FIRST = 5
const BACKOFF_MOST = 900

/**
 * Seconds until the next attempt after a deferred one: 5 s, doubling up to 15 min, shortened by up to a fifth by
 * `chance` (0 … 1).
 */
function backoff(attempt: number, chance: number): number {
  const full = Math.min(BACKOFF_MOST, BACKOFF_FIRST * 2 ** Math.min(attempt - 1, 10))
  return Math.max(1, Math.round(full * (1 - 0.2 * chance)))
}

/**
 * Sets the seconds until a next attempt: none while the route has a connection that has not deferred in this round, else the
 * longer of the provider's wait and the back-off, and a new round begins.
 */
function paced(
  { group, retryAfter, answeredAt }: AnsweredSlice,
  job: SendJob,
): { job: SendJob; delaySeconds: Seconds } {
  const { tried = [], ...round } = job
  if (!job.pin && group.candidates.some((id) => !tried.includes(id))) return { job, delaySeconds: 0 }
  const delaySeconds = Math.max(retryAfter ?? 0, backoff(job.attempt - 1, Math.random()))
  // The end of the repeats is told when it comes, not at the end of a longer wait.
  const most = job.pin ? Math.floor((job.pin.until - answeredAt) / SECOND) + 1 : delaySeconds
  return { job: round, delaySeconds: Math.max(1, Math.min(delaySeconds, most)) }
}

/** The next attempts of deferred and unclear messages; those of one envelope and outcome stay together. */
export function nextAttempts(slice: AnsweredSlice): NextAttempt[] {
  const unfinished = slice.answered.filter(({ outcome }) => outcome === 'deferred' || outcome === 'repeat')
  const groups = Map.groupBy(
    unfinished,
    ({ unit, outcome }) =>
      `${outcome}|${outcome === 'repeat' && isCode(unit)}|${unit.job.base}|${unit.job.attempt}|${unit.job.items.length}|${unit.job.items[0]?.n}`,
  )
  return [...groups.values()].flatMap((group) => {
    const first = group[0]
    if (!first) return []
    const outcome = first.outcome === 'repeat' ? 'repeat' : 'deferred'
    const units = group.map(({ unit }) => unit)
    const { job, delaySeconds } = paced(slice, successorOf(slice, first.unit, units, outcome))
    return [{ delaySeconds, ...watched(job, slice.group.shard, delaySeconds, slice.answeredAt) }]
  })
}

/** Sends next attempts. One that the queue refuses is left to its work row. */
export async function sendNextAttempts(platform: Platform, attempts: readonly NextAttempt[]): Promise<void> {
  for (const { job, delaySeconds } of attempts) {
    try {
      await sendQueue(platform.env, job.channel).send(job, delaySeconds > 0 ? { delaySeconds } : undefined)
    } catch (error) {
      platform.log('message.requeue-refused', { messages: job.items.length, reason: errorLabel(error) })
    }
  }
}

/** Writes the row of a batch of which nothing is claimed yet, so that it is found while it waits. Answers its job without it. */
async function withRowsWritten({ keys }: Platform, db: D1Database, job: SendJob): Promise<SendJob> {
  if (!job.batch || job.work) return job
  await db.batch([...(await batchStatements(db, keys, [job])), ...(await envelopeStatements(db, keys, [job]))])
  const { batch: _, ...rest } = job
  return rest
}

/**
 * Puts unclaimed units back on their queue as new jobs of the same attempt. The work row of a next attempt moves along: left
 * behind, it would bring a second copy of a job that only waits.
 */
export async function requeueUnclaimed(
  platform: Platform,
  { shard, db }: Group,
  units: readonly Unit[],
  delaySeconds: Seconds,
): Promise<void> {
  for (const [old, own] of Map.groupBy(units, (unit) => unit.job)) {
    let job: SendJob = await withRowsWritten(platform, db, { ...old, items: own.map(({ item }) => item) })
    if (old.work) {
      const moved = watched(job, shard, delaySeconds, platform.now())
      await db.batch([deleteWork(db, old.work), insertWorks(db, await sealWork(platform.keys, [moved.row]))])
      job = moved.job
    }
    await sendQueue(platform.env, job.channel).send(job, { delaySeconds })
  }
}
