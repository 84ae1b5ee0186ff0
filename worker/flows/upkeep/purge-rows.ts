import { idFloor } from '#worker/domain/ids.ts'
import { STATISTICS_DAYS } from '#worker/domain/tenants/retention.ts'
import { DAY, type EpochMs } from '#worker/domain/time.ts'
import { pause } from '#worker/lib/pause.ts'
import { purgeAliases } from '#worker/store/alias-writes.ts'
import { purgeParties } from '#worker/store/parties/purge.ts'
import {
  chunkEnd,
  isRealm,
  type PurgePosition,
  purgeMessages,
  purgeRest,
  purgeTable,
  tablesOf,
  writePosition,
} from '#worker/store/purge.ts'
import { purgeStatistics } from '#worker/store/statistics/purge.ts'
import { type PurgeRun, REST_FACTOR } from './purge-run.ts'

/** Rows of one chunk. D1 does one statement at a time, and a chunk holds the shard for some tens of milliseconds. */
const CHUNK = 500

/** Rows of the index by party of one chunk: each is 64 KB. */
const PARTY_ROWS = 64

/** Time before which counts are deleted. */
const statisticsCutoff = ({ now }: PurgeRun): EpochMs => now - STATISTICS_DAYS * DAY

/**
 * Purges what no owner's position leads to: dead letters, tallies, counts of all realms together, and aliases that were not told
 * for the retention.
 */
export async function purgeUnowned(run: PurgeRun): Promise<void> {
  run.rows += await purgeRest(run.db, { cutoff: run.cutoff, limit: CHUNK })
  run.rows += await purgeStatistics(run.db, null, statisticsCutoff(run))
  for (let rows = CHUNK; rows >= CHUNK && !run.isSpent(); ) {
    rows = await purgeAliases(run.db, run.cutoff, run.platform.now(), CHUNK)
    run.rows += rows
  }
}

/** Where the purge of an owner's rows came to. `isDone` is false if the run was spent before. */
interface PurgedRows {
  readonly position: PurgePosition
  readonly isDone: boolean
}

/** Purges an owner's messages from a position on, chunk by chunk, and then its rows of other tables. */
export async function purgeRows(run: PurgeRun, start: PurgePosition): Promise<PurgedRows> {
  const { platform, cutoff } = run
  const { owner } = start
  const before = idFloor('msg', cutoff)
  let position = start
  for (;;) {
    if (run.isSpent()) return { position, isDone: false }
    const startedAt = platform.now()
    const { after } = position
    const end = await chunkEnd(run.db, owner, { after, before, limit: CHUNK })
    if (end === null) break
    const rows = await purgeMessages(run.db, owner, { after, end }, cutoff)
    run.rows += rows
    position = { ...position, after: end }
    await writePosition(run.db, position, platform.now())
    const ms = platform.now() - startedAt
    platform.log('purge.chunk', { shard: run.shard, rows, ms })
    await pause(REST_FACTOR * ms)
  }
  for (const table of tablesOf(owner)) {
    for (let rows = CHUNK; rows === CHUNK; ) {
      if (run.isSpent()) return { position, isDone: false }
      rows = await purgeTable(run.db, table, owner, { cutoff, limit: CHUNK })
      run.rows += rows
    }
  }
  for (let rows = -1; isRealm(owner) && rows !== 0; ) {
    if (run.isSpent()) return { position, isDone: false }
    rows = await purgeParties(run.db, { realm: owner, cutoff, limit: PARTY_ROWS })
    run.rows += rows
  }
  if (isRealm(owner)) run.rows += await purgeStatistics(run.db, owner, statisticsCutoff(run))
  return { position, isDone: true }
}
