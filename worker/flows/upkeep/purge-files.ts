import { idFloor, type MediaId, shardOf } from '#worker/domain/ids.ts'
import { type Realm, tenantOf } from '#worker/domain/realm.ts'
import { retentionCutoff } from '#worker/domain/tenants/retention.ts'
import { DAY, type EpochMs } from '#worker/domain/time.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { pause } from '#worker/lib/pause.ts'
import { boundShards, shardOfEnv } from '#worker/store/ledger.ts'
import { deleteGoneMedia, giveUpOldMedia, goneMedia, objectKey } from '#worker/store/media.ts'
import {
  basesWithMessages,
  deleteUses,
  knownMedia,
  type MediaUse,
  mediaPage,
  oldUses,
} from '#worker/store/media-purge.ts'
import { readCursor, writeCursor } from '#worker/store/purge.ts'

/** Files of one chunk, and uses of them looked at in one statement. */
const FILES = 200
const USES = 500
/** As in purge.ts: rests this many times as long as a chunk took. */
const REST = 2

/** What the purge of files needs of the run that it is part of. */
interface FileRun {
  readonly platform: Platform
  readonly shard: number
  readonly cutoff: EpochMs
  statements: number
  rows: number
}

/** Deletes the bytes, then the rows, of files that were given up. A crash in between leaves the row, and so the work. */
async function finishGone(run: FileRun, realm: Realm): Promise<void> {
  const db = shardOfEnv(run.platform.env, run.shard)
  for (let found = FILES; found === FILES; ) {
    const ids = await goneMedia(db, realm, FILES)
    found = ids.length
    run.statements++
    if (found === 0) return
    await run.platform.env.MEDIA.delete(ids.map((id) => objectKey(realm, id)))
    run.rows += await deleteGoneMedia(db, realm, ids)
    run.statements += 2
  }
}

/** Those of some uses whose messages are all gone. A shard that is not bound may still have them. */
async function deadUses(run: FileRun, realm: Realm, uses: readonly MediaUse[]): Promise<readonly MediaUse[]> {
  const { env } = run.platform
  const bound = boundShards(env)
  const dead: MediaUse[] = []
  for (const [shard, own] of Map.groupBy(uses, ({ base }) => shardOf(`msg_${base}`))) {
    if (!bound.includes(shard)) continue
    const alive = await basesWithMessages(shardOfEnv(env, shard), realm, [...new Set(own.map(({ base }) => base))])
    run.statements++
    dead.push(...own.filter(({ base }) => !alive.has(base)))
  }
  return dead
}

/** Takes old uses off files whose messages were purged, on whichever shard those lay; false if the run is spent before. */
async function dropUses(
  run: FileRun,
  realm: Realm,
  ids: readonly MediaId[],
  floor: string,
  isSpent: () => boolean,
): Promise<boolean> {
  const db = shardOfEnv(run.platform.env, run.shard)
  let after: MediaUse | null = null
  for (let found = USES; found === USES; ) {
    if (isSpent()) return false
    const uses: readonly MediaUse[] = await oldUses(db, realm, ids, floor, after, USES)
    run.statements++
    found = uses.length
    after = uses.at(-1) ?? null
    const dead = await deadUses(run, realm, uses)
    if (dead.length === 0) continue
    run.rows += await deleteUses(db, realm, dead)
    run.statements++
  }
  return true
}

/**
 * Purges a realm's files behind `after`: uses go when their messages have, then files that no message uses and none has
 * named since the cut-off. Where to go on if the run is spent; null if all is done.
 */
export async function purgeFiles(
  run: FileRun,
  realm: Realm,
  after: string,
  isSpent: () => boolean,
): Promise<string | null> {
  const { platform, cutoff } = run
  const db = shardOfEnv(platform.env, run.shard)
  const floor = idFloor('', cutoff).slice(1)
  let last = after
  if (last === '') await finishGone(run, realm)
  while (!isSpent()) {
    const startedAt = platform.now()
    const ids = await mediaPage(db, realm, last, `med_${tenantOf(realm).slice(4)}${floor}`, FILES)
    run.statements++
    const end = ids.at(-1)
    if (end === undefined) return null
    if (!(await dropUses(run, realm, ids, floor, isSpent))) return last
    const given = await giveUpOldMedia(db, realm, ids, cutoff, platform.now())
    run.statements++
    if (given > 0) await finishGone(run, realm)
    last = end
    await pause(REST * (platform.now() - startedAt))
  }
  return last
}

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
