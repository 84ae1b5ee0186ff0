/*
 * Deletes what is past its retention, every hour, shard by shard, in chunks that leave the shard to sends and reports.
 * 1. purge-run.ts gives each shard its share of a run's statements and time, and counts what is used.
 * 2. The shard's cursor says whose rows are next; a new round begins with what has no owner (purge-rows.ts).
 * 3. purge-rows.ts deletes an owner's messages and the rows beside them.
 * 4. purge-files.ts deletes the files that no message uses any more.
 * 5. The cursor goes to the next owner, or stays where the run was spent.
 * 6. purge-orphans.ts deletes objects of the bucket that no row names.
 */

import type { TenantId } from '#worker/domain/ids.ts'
import { tenantOf } from '#worker/domain/realm.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { boundShards } from '#worker/store/ledger.ts'
import { isRealm, nextOwner, type PurgePosition, readPosition, writePosition } from '#worker/store/purge.ts'
import { tryPurgeFiles } from './purge-files.ts'
import { tryPurgeOrphans } from './purge-orphans.ts'
import { purgeRows, purgeUnowned } from './purge-rows.ts'
import { openRun, type PurgeRun } from './purge-run.ts'

/** True for a tenant whose records must stay although their time is over (a hold); '' stands for rows of no tenant. */
type Exclusions = (tenantId: TenantId | '') => Promise<boolean>
/** Excludes nobody: holds do not exist yet. */
const NONE: Exclusions = async () => false

/** Purges a shard owner by owner, from where its cursor stands; null is the cursor of a round that has yet to begin. */
async function purgeShard(run: PurgeRun, keep: Exclusions): Promise<void> {
  let position = await readPosition(run.db)
  if (position === null) {
    await purgeUnowned(run)
    position = { owner: '', after: '' }
  }
  while (position !== null && !run.isSpent()) {
    const { owner }: PurgePosition = position
    if (!(await keep(isRealm(owner) ? tenantOf(owner) : owner))) {
      const purged = await purgeRows(run, position)
      const rest = purged.isDone ? await tryPurgeFiles(run, purged.position) : purged.position
      if (rest !== null) {
        position = rest
        break
      }
    }
    const next = await nextOwner(run.db, owner)
    position = next === null ? null : { owner: next, after: '' }
  }
  await writePosition(run.db, position, run.platform.now())
}

/**
 * Deletes what is final and last changed before the retention floor, as far as one run may; the next goes on from there.
 * `now` is the cron's scheduled time.
 */
export async function purge(platform: Platform, now: EpochMs, keep: Exclusions = NONE): Promise<void> {
  for (const shard of boundShards(platform.env)) {
    const run = openRun(platform, shard, now)
    try {
      await purgeShard(run, keep)
    } catch (error) {
      platform.log('purge.failed', { shard, reason: errorLabel(error) })
    }
    platform.log('purge.done', {
      shard,
      rows: run.rows,
      statements: run.statements(),
      ms: platform.now() - run.startedAt,
    })
  }
  await tryPurgeOrphans(platform, now)
}
