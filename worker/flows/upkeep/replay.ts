import { Problem } from '#worker/domain/problem.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { openBody } from '#worker/flows/core/sealed-queues.ts'
import type { Job } from '#worker/jobs.ts'
import {
  countDeadLetters,
  type DeadLetterSummary,
  deadJob,
  letterById,
  letterSummary,
  listDeadLetters,
  markReplayed,
} from '#worker/store/dead-letters.ts'
import { boundShards, shardOfEnv } from '#worker/store/ledger.ts'
import { onAllShards, sumOf } from './all-shards.ts'
import { queueNamed } from './job-queues.ts'

/** Most letters that one bulk replay takes. */
const REPLAY_MOST = 200

const shards = (platform: Platform): readonly D1Database[] =>
  boundShards(platform.env).map((shard) => shardOfEnv(platform.env, shard))

/**
 * Sends a letter's job, then marks the letter. After a crash in between the job is sent twice, which changes nothing; the
 * other order could lose it.
 */
async function replayFrom(platform: Platform, db: D1Database, id: string): Promise<EpochMs | null> {
  const letter = await letterById(db, id)
  if (!letter) return null
  if (letter.replayedAt !== null) return letter.replayedAt
  const queue = queueNamed(platform.env, letter.queue)
  if (!queue) throw new Problem('conflict', { detail: 'No queue of this deployment takes such a job.' })
  const job = await openedJob(platform, db, id)
  if (job.kind === 'send' && job.shared.code !== undefined)
    throw new Problem('conflict', { detail: 'It held a one-time code, which is not kept: the message has ended.' })
  await queue.send(job)
  const now = platform.now()
  await markReplayed(db, id, now)
  platform.log('job.replayed', { id, queue: letter.queue })
  return now
}

/** Opens a letter's job; a `conflict` if the keys that it was sealed by are not there. */
async function openedJob({ keys, config }: Platform, db: D1Database, id: string): Promise<Job> {
  const job = await deadJob(db, keys, id)
  if (job && 'json' in job) return JSON.parse(job.json) as Job
  const opened = job && (await openBody(config.transit, job.locked.buffer))
  if (!opened || opened.unopened)
    throw new Problem('conflict', { detail: 'The keys that it was sealed by are not there, or it was altered.' })
  return opened.value as Job
}

/** State of a letter, without what is in it; null: there is no such letter. */
export async function letterState(
  platform: Platform,
  id: string,
): Promise<{ readonly queue: string; readonly replayedAt: EpochMs | null } | null> {
  for (const db of shards(platform)) {
    const letter = await letterById(db, id)
    if (letter) return letter
  }
  return null
}

/** Finds a letter without what is in it, and whose people's words that is; null: there is no such letter. */
export async function foundLetter(platform: Platform, id: string): Promise<DeadLetterSummary | null> {
  for (const db of shards(platform)) {
    const letter = await letterSummary(db, id)
    if (letter) return letter
  }
  return null
}

/** Opens what is in a letter; a `conflict` if its keys are not there. Null: there is no such letter. */
export async function wordsOfLetter(platform: Platform, id: string): Promise<Job | null> {
  for (const db of shards(platform)) if (await letterById(db, id)) return openedJob(platform, db, id)
  return null
}

/** Counts the letters of a queue that nobody has replayed. */
export const waitingLetters = async (platform: Platform, queue: string): Promise<number> =>
  sumOf(await onAllShards(platform, countDeadLetters)).get(queue) ?? 0

/** Replays a dead job once. Answers when it was replayed, or null if there is no such letter. */
export async function replay(platform: Platform, id: string): Promise<EpochMs | null> {
  for (const db of shards(platform)) {
    const at = await replayFrom(platform, db, id)
    if (at !== null) return at
  }
  return null
}

/** Replays one of many; false: it cannot be opened now, which holds no other back. */
async function tryReplay(platform: Platform, db: D1Database, id: string): Promise<boolean> {
  try {
    await replayFrom(platform, db, id)
    return true
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    platform.log('job.replay-refused', { id, reason: error.code })
    return false
  }
}

/** Replays waiting jobs of a queue, at most REPLAY_MOST. `more` says that others still wait. */
export async function replayQueue(
  platform: Platform,
  queue: string,
): Promise<{ readonly replayed: number; readonly more: boolean }> {
  let replayed = 0
  for (const db of shards(platform)) {
    const limit = REPLAY_MOST - replayed + 1
    const letters = await listDeadLetters(db, { queue, pending: true, before: '', limit })
    for (const { id } of letters) {
      if (replayed === REPLAY_MOST) return { replayed, more: true }
      if (await tryReplay(platform, db, id)) replayed++
    }
  }
  return { replayed, more: false }
}
