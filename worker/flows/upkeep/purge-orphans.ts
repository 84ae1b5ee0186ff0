import type { MediaId } from '#worker/domain/ids.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { retentionCutoff } from '#worker/domain/tenants/retention.ts'
import { DAY, type EpochMs } from '#worker/domain/time.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { isOfPapers } from '#worker/flows/media/sealed-object.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { boundShards, shardOfEnv } from '#worker/store/ledger.ts'
import { knownMedia } from '#worker/store/media-purge.ts'
import { readCursor, writeCursor } from '#worker/store/purge.ts'

/** Name of the cursor that holds the last key looked at; it is stored in the first shard. */
const CURSOR = 'purge-orphans'
/** Objects of one listing: the most that R2 gives. */
const OBJECTS = 1_000
/** Statements of one run: each listing costs one on every shard. */
const STATEMENTS = 60
/** Age below which an object is no orphan: the bytes are stored before the row, which may be about to be written. */
const ORPHAN_AGE = DAY
const OWN_KEY = /^((?:live|test)\.ten_[0-9a-z]{12})\/(med_[0-9a-z]{38})$/

type OwnKey = readonly [key: string, realm: Realm, id: MediaId]

/** Keys of a listing's orphans: files of realms without a row on any shard, and other objects past the retention floor. */
async function orphansOf(platform: Platform, objects: readonly R2Object[], now: EpochMs): Promise<readonly string[]> {
  const old = objects.filter(({ uploaded }) => uploaded.getTime() < now - ORPHAN_AGE)
  const own: OwnKey[] = []
  const orphans: string[] = []
  for (const { key, uploaded } of old) {
    const [, realm, id] = OWN_KEY.exec(key) ?? []
    if (realm && id) own.push([key, realm as Realm, id as MediaId])
    // A raw mail has a key of another form. It is needed as long as an operator may replay its job.
    else if (!isOfPapers(key) && uploaded.getTime() < retentionCutoff(now)) orphans.push(key)
  }
  const known = new Set<string>()
  const keys = own.map(([, realm, id]) => [realm, id] as const)
  if (keys.length > 0)
    for (const shard of boundShards(platform.env))
      for (const id of await knownMedia(shardOfEnv(platform.env, shard), keys)) known.add(id)
  return [...orphans, ...own.filter(([, , id]) => !known.has(id)).map(([key]) => key)]
}

/**
 * Deletes objects that no row names: of uploads that ended between bytes and row, and of fetches that were begun anew. Goes
 * through the bucket a few listings a run, by a cursor.
 */
async function purgeOrphans(platform: Platform, now: EpochMs): Promise<void> {
  const db = shardOfEnv(platform.env, boundShards(platform.env)[0] ?? 0)
  const listings = Math.max(1, Math.floor(STATEMENTS / boundShards(platform.env).length))
  let after = await readCursor(db, CURSOR)
  let deleted = 0
  for (let n = 0; n < listings; n++) {
    const page = await platform.env.MEDIA.list({ limit: OBJECTS, ...(after === null ? {} : { startAfter: after }) })
    const orphans = await orphansOf(platform, page.objects, now)
    if (orphans.length > 0) await platform.env.MEDIA.delete([...orphans])
    deleted += orphans.length
    after = page.truncated ? (page.objects.at(-1)?.key ?? null) : null
    if (after === null) break
  }
  await writeCursor(db, CURSOR, after, now)
  if (deleted > 0) platform.log('purge.orphans', { objects: deleted })
}

/** Runs `purgeOrphans` and only logs its failure: the purge of the shards is done by then. */
export async function tryPurgeOrphans(platform: Platform, now: EpochMs): Promise<void> {
  try {
    await purgeOrphans(platform, now)
  } catch (error) {
    platform.log('purge.orphans-failed', { reason: errorLabel(error) })
  }
}
