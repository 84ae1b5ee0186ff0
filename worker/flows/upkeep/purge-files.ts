import { idFloor, shardOf } from '#worker/domain/ids.ts'
import { type Realm, tenantOf } from '#worker/domain/realm.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { pause } from '#worker/lib/pause.ts'
import { objectKey } from '#worker/store/media.ts'
import {
  basesWithMessages,
  deleteGoneMedia,
  deleteUses,
  giveUpOldMedia,
  goneMedia,
  type MediaChunk,
  type MediaUse,
  mediaPage,
  oldUses,
} from '#worker/store/media-purge.ts'
import { isRealm, type PurgePosition } from '#worker/store/purge.ts'
import { type PurgeRun, REST_FACTOR } from './purge-run.ts'

/** Files of one chunk. */
const FILES = 200
/** Uses of files that one statement looks at. */
const USES = 500

/** A time as ids and bases hold it: ten base-32 digits. */
const timeDigits = (at: EpochMs): string => idFloor('', at).slice(1)

/** Deletes files that were given up: the bytes first, then the rows, so that a crash leaves the row for the next run. */
async function finishGone(run: PurgeRun, realm: Realm): Promise<void> {
  for (let found = FILES; found === FILES; ) {
    const ids = await goneMedia(run.db, realm, FILES)
    found = ids.length
    if (found === 0) return
    await run.platform.env.MEDIA.delete(ids.map((id) => objectKey(realm, id)))
    run.rows += await deleteGoneMedia(run.db, realm, ids)
  }
}

/** Deletes the uses of files whose messages are purged, on whichever shard these were; false if the run is spent before. */
async function dropUses(run: PurgeRun, files: MediaChunk): Promise<boolean> {
  const { realm } = files
  const before = timeDigits(run.cutoff)
  let after: MediaUse | null = null
  for (let found = USES; found === USES; ) {
    if (run.isSpent()) return false
    const uses: readonly MediaUse[] = await oldUses(run.db, files, { after, before, limit: USES })
    found = uses.length
    after = uses.at(-1) ?? null
    const dead: MediaUse[] = []
    for (const [shard, own] of Map.groupBy(uses, ({ base }) => shardOf(`msg_${base}`))) {
      const db = run.databaseOf(shard)
      // A use stays if its shard is not bound: its messages may be there.
      if (db === null) continue
      const alive = await basesWithMessages(db, realm, [...new Set(own.map(({ base }) => base))])
      dead.push(...own.filter(({ base }) => !alive.has(base)))
    }
    if (dead.length > 0) run.rows += await deleteUses(run.db, realm, dead)
  }
  return true
}

/**
 * Purges a realm's files behind `after`: uses whose messages are purged, and then files that no message uses and none has
 * named since the cut-off. Answers the id to go on behind if the run is spent, null if all is done.
 */
async function purgeFiles(run: PurgeRun, realm: Realm, after: string): Promise<string | null> {
  const { platform, cutoff } = run
  const before = `med_${tenantOf(realm).slice(4)}${timeDigits(cutoff)}`
  let last = after
  // Unknown at first, so not 0: an earlier run may have ended between giving files up and deleting them.
  let gone = 1
  while (!run.isSpent()) {
    const startedAt = platform.now()
    if (gone > 0) await finishGone(run, realm)
    const ids = await mediaPage(run.db, realm, { after: last, before, limit: FILES })
    const end = ids.at(-1)
    if (end === undefined) return null
    const files = { realm, ids }
    if (!(await dropUses(run, files))) return last
    gone = await giveUpOldMedia(run.db, files, cutoff, platform.now())
    last = end
    await pause(REST_FACTOR * (platform.now() - startedAt))
  }
  return last
}

/**
 * Purges the files of a position's owner from there on; only realms have files. Answers where to go on, null if all is
 * done. If R2 fails, the realm's files wait for the next run, and the purge goes on with the next owner.
 */
export async function tryPurgeFiles(run: PurgeRun, position: PurgePosition): Promise<PurgePosition | null> {
  const { owner, file = '' } = position
  if (!isRealm(owner)) return null
  try {
    const last = await purgeFiles(run, owner, file)
    return last === null ? null : { ...position, file: last }
  } catch (error) {
    run.platform.log('purge.files-failed', { shard: run.shard, realm: owner, reason: errorLabel(error) })
    return null
  }
}
