import type { MediaId } from '#worker/domain/ids.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { retentionCutoff } from '#worker/domain/tenants/retention.ts'
import { DAY, type EpochMs } from '#worker/domain/time.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { boundShards, shardOfEnv } from '#worker/store/ledger.ts'
import { knownMedia } from '#worker/store/media-purge.ts'
import { readCursor, writeCursor } from '#worker/store/purge.ts'

/** The orphans' cursor; it lies in the first shard. */
const CURSOR = 'purge-orphans'
/** Objects of one listing (the most that R2 gives), and statements of one run: every shard is asked after each listing. */
const OBJECTS = 1_000
const STATEMENTS = 60
/** Bytes come before their row: an object so young may be one whose row is on its way. */
const ORPHAN_AGE = DAY
const OWN_KEY = /^((?:live|test)\.ten_[0-9a-z]{12})\/(med_[0-9a-z]{38})$/

type OwnKey = readonly [key: string, realm: Realm, id: MediaId]

/** The objects of a listing that nothing names any more: a realm's without a row, and others past the retention floor. */
async function orphansOf(platform: Platform, objects: readonly R2Object[], now: EpochMs): Promise<readonly string[]> {
  const old = objects.filter(({ uploaded }) => uploaded.getTime() < now - ORPHAN_AGE)
  const own: OwnKey[] = []
  const orphans: string[] = []
  for (const { key, uploaded } of old) {
    const [, realm, id] = OWN_KEY.exec(key) ?? []
    if (realm && id) own.push([key, realm as Realm, id as MediaId])
    // Mail on its way lies under keys of its own, for as long as an operator may replay it.
    else if (uploaded.getTime() < retentionCutoff(now)) orphans.push(key)
  }
  const known = new Set<string>()
  const keys = own.map(([, realm, id]) => [realm, id] as const)
  if (keys.length > 0)
    for (const shard of boundShards(platform.env))
      for (const id of await knownMedia(shardOfEnv(platform.env, shard), keys)) known.add(id)
  return [...orphans, ...own.filter(([, , id]) => !known.has(id)).map(([key]) => key)]
}

/**
 * Deletes objects that no row names: of uploads that broke off between bytes and row, and of fetches that were begun anew.
 * Goes through the bucket in stretches; the next run goes on where this one stops.
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

/** `purgeOrphans`, whose failure is no reason to call the purge failed. */
export async function tryPurgeOrphans(platform: Platform, now: EpochMs): Promise<void> {
  try {
    await purgeOrphans(platform, now)
  } catch (error) {
    platform.log('purge.orphans-failed', { reason: errorLabel(error) })
  }
}
