import { retentionCutoff } from '#worker/domain/tenants/retention.ts'
import { type EpochMs, MINUTE } from '#worker/domain/time.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { countedDatabase } from '#worker/store/counted-database.ts'
import { boundShards, shardOfEnv } from '#worker/store/ledger.ts'

/** Statements of one run over all shards: D1 allows 1,000 an invocation. */
const RUN_STATEMENTS = 900
/** Time of one run over all shards; a cron has 15 minutes. */
const RUN_TIME = 10 * MINUTE
/** The purge rests this many times as long as a chunk took, so that sends and reports have most of the shard. */
export const REST_FACTOR = 2

/** The part of one run of the purge that works on one shard. */
export interface PurgeRun {
  readonly platform: Platform
  readonly shard: number
  /** The shard's database; its statements count against the run's bound. */
  readonly db: D1Database
  /** Time before which a row must have ended and last changed to be deleted. */
  readonly cutoff: EpochMs
  /** The cron's scheduled time. */
  readonly now: EpochMs
  readonly startedAt: EpochMs
  /** Rows that were deleted so far. */
  rows: number
  /** Any shard's database, whose statements count against the same bound; null: that shard is not bound. */
  databaseOf(shard: number): D1Database | null
  /** Statements that were run so far. */
  statements(): number
  /** True when this part's share of statements or time is used up: the next run goes on. */
  isSpent(): boolean
}

/** Begins a run's part on one shard, with an equal share of the bounds: a full shard must not starve the others. */
export function openRun(platform: Platform, shard: number, now: EpochMs): PurgeRun {
  const { env } = platform
  const bound = boundShards(env)
  const share = 1 / bound.length
  const startedAt = platform.now()
  const count = { asked: 0 }
  const counted = (number: number): D1Database => countedDatabase(shardOfEnv(env, number), count)
  return {
    platform,
    shard,
    db: counted(shard),
    cutoff: retentionCutoff(now),
    now,
    startedAt,
    rows: 0,
    databaseOf: (number) => (bound.includes(number) ? counted(number) : null),
    statements: () => count.asked,
    isSpent: () => count.asked >= RUN_STATEMENTS * share || platform.now() - startedAt > RUN_TIME * share,
  }
}
