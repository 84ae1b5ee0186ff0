/*
 * Deletes what is past its retention, every hour, shard by shard, in chunks that leave the shard to sends and reports.
 * 1. purge-run.ts gives each shard its share of a run's statements and time, and counts what is used.
 * 2. purge-refs.ts goes on through the carriers' refs, and deletes those whose messages are gone.
 * 3. The shard's cursor says whose rows are next; a new round begins with what has no owner (purge-rows.ts).
 * 4. purge-rows.ts deletes an owner's messages and the rows beside them.
 * 5. purge-files.ts deletes the files that no message uses any more.
 * 6. The cursor goes to the next owner, or stays where the run was spent.
 * 7. purge-orphans.ts deletes objects of the bucket that no row names.
 * 8. close-pending.ts closes tenants that somebody made himself and never used; erase-tenants.ts erases the standing rows and
 *    keys of tenants whose subscription ended long enough ago.
 * 9. purge-identity.ts deletes papers and matches of people that are over.
 * 10. purge-keys.ts forgets the keys of months of which no row is left.
 * 11. purge-operator-records.ts deletes approvals, disclosures and the guard's alerts.
 */

import type { EpochMs } from '#worker/domain/time.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { boundShards } from '#worker/store/ledger.ts'
import { nextOwner, type PurgePosition, readPosition, writePosition } from '#worker/store/purge.ts'
import { tryClosePending } from './close-pending.ts'
import { tryEraseTenants } from './erase-tenants.ts'
import { tryPurgeFiles } from './purge-files.ts'
import { tryPurgeIdentity } from './purge-identity.ts'
import { tryForgetKeys } from './purge-keys.ts'
import { tryPurgeOperatorRecords } from './purge-operator-records.ts'
import { tryPurgeOrphans } from './purge-orphans.ts'
import { purgeRefs } from './purge-refs.ts'
import { purgeRows, purgeUnowned } from './purge-rows.ts'
import { openRun, type PurgeRun } from './purge-run.ts'

/** Purges a shard owner by owner, from where its cursor stands; null is the cursor of a round that has yet to begin. */
async function purgeShard(run: PurgeRun): Promise<void> {
  await purgeRefs(run)
  let position = await readPosition(run.db)
  if (position === null) {
    await purgeUnowned(run)
    position = { owner: '', after: '' }
  }
  while (position !== null && !run.isSpent()) {
    const { owner }: PurgePosition = position
    const purged = await purgeRows(run, position)
    const rest = purged.isDone ? await tryPurgeFiles(run, purged.position) : purged.position
    if (rest !== null) {
      position = rest
      break
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
export async function purge(platform: Platform, now: EpochMs): Promise<void> {
  for (const shard of boundShards(platform.env)) {
    const run = openRun(platform, shard, now)
    try {
      await purgeShard(run)
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
  await tryClosePending(platform, now)
  await tryEraseTenants(platform, now)
  await tryPurgeIdentity(platform, now)
  await tryForgetKeys(platform, now)
  await tryPurgeOperatorRecords(platform, now)
}
