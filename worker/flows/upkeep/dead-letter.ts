import type { EpochMs } from '#worker/domain/time.ts'
import type { HeardJob } from '#worker/flows/carriers/heard.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import type { Job, SendJob } from '#worker/jobs.ts'
import { encodeBytes, encodeNumber } from '#worker/lib/base32.ts'
import { sha256 } from '#worker/lib/hmac.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { type DeadLetter, insertDeadLetters } from '#worker/store/dead-letters.ts'
import { boundShards, shardOfEnv } from '#worker/store/ledger.ts'
import { queueOfJob } from './job-queues.ts'

/** A message of the dead letter queue: its own id and time, which stay the same when it is redelivered. */
interface DeadJob {
  readonly id: string
  readonly at: EpochMs
  readonly body: unknown
}

/** Ends the messages of a send job that nothing could work: unclaimed → failed, claimed → unknown, submitted left alone. */
type FailDeadMessages = (platform: Platform, job: SendJob, at: EpochMs) => Promise<void>

/** Most letters in one statement: five of the largest jobs stay under D1's 2 MB a value. */
const SLICE = 5

const isJob = (body: unknown): body is Job =>
  typeof body === 'object' && body !== null && 'kind' in body && queueOfJob(body as Job) !== null

/** Makes a letter's id, which sorts by time and is the same if the queue redelivers the job. */
async function letterId({ id, at }: DeadJob): Promise<string> {
  return `dead_${encodeNumber(Math.max(0, at), 10)}${encodeBytes(await sha256(id), 12)}`
}

async function letterOf(dead: DeadJob, reason: string): Promise<DeadLetter> {
  const job = isJob(dead.body) ? dead.body : null
  return {
    id: await letterId(dead),
    queue: (job && queueOfJob(job)) ?? '',
    kind: job?.kind ?? 'unreadable',
    realm: job && 'realm' in job ? job.realm : '',
    job: JSON.stringify(dead.body) ?? 'null',
    reason: job ? reason : 'not a job of this gateway',
    at: dead.at,
  }
}

/** Answers the newest shard, which has room. */
function letterShard(platform: Platform): D1Database {
  return shardOfEnv(platform.env, boundShards(platform.env).at(-1) ?? 0)
}

/** Keeps jobs for the operator; one that is kept already stays as it is. At most `SLICE` at a time. */
async function keep(platform: Platform, dead: readonly DeadJob[], reason: string): Promise<void> {
  const letters = await Promise.all(dead.map((one) => letterOf(one, reason)))
  await insertDeadLetters(letterShard(platform), letters)
  for (const { id, queue, kind, realm } of letters) platform.log('job.dead', { id, queue, kind, realm })
}

/** Keeps a job that no queue takes, because it holds one record that is too large, whole for the operator. */
export const keepTooLarge = (platform: Platform, job: HeardJob): Promise<void> =>
  keep(platform, [{ id: job.id, at: job.receivedAt, body: job }], 'too large for the queue')

async function workDead(platform: Platform, dead: DeadJob, fail: FailDeadMessages): Promise<boolean> {
  try {
    if (isJob(dead.body) && dead.body.kind === 'send') await fail(platform, dead.body, dead.at)
    return true
  } catch (error) {
    platform.log('job.dead-failed', { id: await letterId(dead), reason: errorLabel(error) })
    return false
  }
}

/**
 * Keeps jobs that ran out of retries for the operator, then ends the messages in them. Answers for each job, in order, whether
 * it is done; the others must be redelivered, which changes nothing twice. Throws if the letters could not be kept.
 */
export async function deadLetter(
  platform: Platform,
  dead: readonly DeadJob[],
  fail: FailDeadMessages,
): Promise<readonly boolean[]> {
  for (let i = 0; i < dead.length; i += SLICE) await keep(platform, dead.slice(i, i + SLICE), 'retries exhausted')
  const done: boolean[] = []
  for (const one of dead) done.push(await workDead(platform, one, fail))
  return done
}
