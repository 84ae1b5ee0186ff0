import { Problem } from '#worker/domain/problem.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import type { Job } from '#worker/jobs.ts'
import { countDeadLetters, deadJob, listDeadLetters, markReplayed } from '#worker/store/dead-letters.ts'
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
  const letter = await deadJob(db, id)
  if (!letter) return null
  if (letter.replayedAt !== null) return letter.replayedAt
  const queue = queueNamed(platform.env, letter.queue)
  if (!queue) throw new Problem('conflict', { detail: 'No queue of this deployment takes such a job.' })
  await queue.send(JSON.parse(letter.job) as Job)
  const now = platform.now()
  await markReplayed(db, id, now)
  platform.log('job.replayed', { id, queue: letter.queue })
  return now
}

/** State of a letter, without what is in it; null: there is no such letter. */
export async function letterState(
  platform: Platform,
  id: string,
): Promise<{ readonly queue: string; readonly replayedAt: EpochMs | null } | null> {
  for (const db of shards(platform)) {
    const letter = await deadJob(db, id)
    if (letter) return { queue: letter.queue, replayedAt: letter.replayedAt }
  }
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
      await replayFrom(platform, db, id)
      replayed++
    }
  }
  return { replayed, more: false }
}
