import type { EpochMs } from '#worker/domain/time.ts'
import type { HeardJob } from '#worker/flows/carriers/heard.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import type { QueueBody, Unopened } from '#worker/flows/core/sealed-queues.ts'
import type { Job, SendJob } from '#worker/jobs.ts'
import { encodeBytes, encodeNumber } from '#worker/lib/base32.ts'
import { sha256 } from '#worker/lib/hmac.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { type DeadLetter, insertDeadLetters } from '#worker/store/dead-letters.ts'
import { boundShards, shardOfEnv } from '#worker/store/ledger.ts'
import type { PlainWork, WorkRow } from '#worker/store/work.ts'
import { QUEUE_NAMES, queueOfJob } from './job-queues.ts'

/** A message of the dead letter queue: its own id and time, which stay the same when it is redelivered. */
interface DeadJob {
  readonly id: string
  readonly at: EpochMs
  readonly body: QueueBody
  /**
   * Queue that it came over though it was sealed for another; null: over its own. It is kept under its own, and its messages are
   * left as they are, so that a replay sends them, but for one-time codes.
   */
  readonly cameOver?: string | null
}

/** Ends the messages of a send job that nothing could work: unclaimed → failed, claimed → unknown, submitted left alone. */
type FailDeadMessages = (platform: Platform, job: SendJob, at: EpochMs) => Promise<void>

/** Most letters in one statement: five of the largest jobs stay under D1's 2 MB a value. */
const SLICE = 5

const isJob = (value: unknown): value is Job =>
  typeof value === 'object' && value !== null && 'kind' in value && queueOfJob(value as Job) !== null

/** Fields of a job that hold its messages, receipts, events … */
const LISTS = ['items', 'receipts', 'messages', 'events', 'rows', 'callbacks', 'records'] as const

function itemsOf(job: object): number {
  const list = LISTS.map((name) => (job as Readonly<Record<string, unknown>>)[name]).find(Array.isArray)
  return list?.length ?? 0
}

/** Makes a letter's id, which sorts by time and is the same if the queue redelivers the job. */
async function letterId({ id, at }: DeadJob): Promise<string> {
  return `dead_${encodeNumber(Math.max(0, at), 10)}${encodeBytes(await sha256(id), 12)}`
}

/** Makes the letter of a body that nobody could open: it is kept as it came, and opens when the key that it names is back. */
async function lockedLetter(dead: DeadJob, { bytes, queue, fault, kid }: Unopened): Promise<DeadLetter> {
  const reason =
    fault === 'lost-key' ? `sealed by the key ${kid} of SEAL_KEYS, which is not there` : 'not a job of this gateway'
  const id = await letterId(dead)
  const known = QUEUE_NAMES.some((name) => name === queue) ? queue : ''
  return { id, queue: known, kind: 'unreadable', realm: '', items: 0, job: { locked: bytes }, reason, at: dead.at }
}

/** The job without the content that holds a code. A malformed envelope may be why it is dead. */
function sendWithoutCode(job: SendJob): SendJob {
  if (job.shared?.code === undefined) return job
  const { content: _, ...shared } = job.shared
  return { ...job, shared: { ...shared, code: '' } }
}

/** Work row without a code. Its job is replayed with others, and ends as expired: what it would send is not there. */
function rowWithoutCode(row: PlainWork | WorkRow): PlainWork | WorkRow {
  if (!('plain' in row) || row.kind !== 'send') return row
  const job = JSON.parse(row.plain) as SendJob
  if (job.shared.code === undefined) return row
  const shared = { ...job.shared, code: '', content: {}, validUntil: job.acceptedAt }
  return { ...row, plain: JSON.stringify({ ...job, shared }) }
}

/**
 * The job without codes, which are kept nowhere: its own, and those of the next attempts that a job of outcomes brings. By the
 * time that it is replayed they have expired. The same job if it has none.
 */
function withoutCode(job: Job): Job {
  if (job.kind === 'send') return sendWithoutCode(job)
  if (job.kind !== 'record' || !Array.isArray(job.work)) return job
  const work = job.work.map(rowWithoutCode)
  return work.some((row, i) => row !== job.work?.[i]) ? { ...job, work } : job
}

async function letterOf(dead: DeadJob, reason: string): Promise<DeadLetter> {
  if (dead.body.unopened) return lockedLetter(dead, dead.body.unopened)
  const { value, queue } = dead.body
  const job = isJob(value) ? value : null
  const moved = dead.cameOver
    ? { queue, reason: `moved to the queue ${dead.cameOver}, for which it was not sealed` }
    : {}
  return {
    id: await letterId(dead),
    queue: (job && queueOfJob(job)) ?? '',
    kind: job?.kind ?? 'unreadable',
    realm: job && 'realm' in job ? job.realm : '',
    items: job ? itemsOf(job) : 0,
    job: { json: JSON.stringify(job ? withoutCode(job) : value) ?? 'null' },
    reason: job ? reason : 'not a job of this gateway',
    at: dead.at,
    ...moved,
  }
}

/** Answers the newest shard, which has room. */
function letterShard(platform: Platform): D1Database {
  return shardOfEnv(platform.env, boundShards(platform.env).at(-1) ?? 0)
}

/** Keeps jobs for the operator; one that is kept already stays as it is. At most `SLICE` at a time. */
async function keep(platform: Platform, dead: readonly DeadJob[], reason: string): Promise<void> {
  const letters = await Promise.all(dead.map((one) => letterOf(one, reason)))
  await insertDeadLetters(letterShard(platform), platform.keys, letters)
  for (const { id, queue, kind, realm } of letters) platform.log('job.dead', { id, queue, kind, realm })
}

/** Keeps a job that no queue takes, because it holds one record that is too large, whole for the operator. */
export const keepTooLarge = (platform: Platform, job: HeardJob): Promise<void> =>
  keep(
    platform,
    [{ id: job.id, at: job.receivedAt, body: { value: job, unopened: null, queue: 'report' } }],
    'too large for the queue',
  )

async function workDead(platform: Platform, dead: DeadJob, fail: FailDeadMessages): Promise<boolean> {
  try {
    const { value } = dead.body
    // A code is not kept, so that no replay could send it.
    const isKeptWhole = isJob(value) && value === withoutCode(value)
    if (isJob(value) && value.kind === 'send' && !(dead.cameOver && isKeptWhole)) await fail(platform, value, dead.at)
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
