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

/** Which tenants' records must stay although their time is over (holds). Nobody's, until there are holds. */
type Exclusions = (tenantId: TenantId | '') => Promise<boolean>
const NONE: Exclusions = async () => false

async function purgeShard(run: PurgeRun, keep: Exclusions): Promise<void> {
  let position = await readPosition(run.db)
  if (position === null) {
    await purgeUnowned(run)
    position = { owner: '', after: '' }
  }
  while (position !== null && !run.isSpent()) {
    const { owner }: PurgePosition = position
    if (!(await keep(isRealm(owner) ? tenantOf(owner) : owner))) {
      const rest = (await purgeRows(run, position)) ?? (await tryPurgeFiles(run, position))
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
 * Deletes what is final and last changed before the retention floor, never earlier, in bounded chunks that the next run
 * goes on from. `now` is the cron's scheduled time.
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
