import type { MediaId } from '#worker/domain/ids.ts'
import type { Realm } from '#worker/domain/realm.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { BASE, idsOfBase, REALM } from '#worker/store/codes/codes.ts'
import { addToCounts, tenantSql } from '#worker/store/quotas/counts.ts'
import { columnsOf, type Row } from '#worker/store/sql/columns.ts'
import { tupleOf } from '#worker/store/sql/tuple.ts'
import { mediaUses } from './ledger-schema.ts'
import { UNUSED } from './media.ts'
import type { OldPage } from './purge.ts'

/** Files of one realm that are purged together. */
export interface MediaChunk {
  readonly realm: Realm
  readonly ids: readonly MediaId[]
}

/** A page of a realm's files, in the order of their ids. */
export async function mediaPage(
  db: D1Database,
  realm: Realm,
  { after, before, limit }: OldPage,
): Promise<readonly MediaId[]> {
  const { results } = await db
    .prepare('SELECT id FROM media WHERE realm = ?1 AND id > ?2 AND id < ?3 ORDER BY id LIMIT ?4')
    .bind(realm, after, before, limit)
    .all<{ id: MediaId }>()
  return results.map(({ id }) => id)
}

/** A file, and the messages that use it. */
export type MediaUse = Row<typeof mediaUses, 'mediaId' | 'base'>
const USE = tupleOf<MediaUse>()(['mediaId', 'base'], {})

/** A page of uses of some files by requests that are older than the base `before`. */
export async function oldUses(
  db: D1Database,
  { realm, ids }: MediaChunk,
  { after, before, limit }: OldPage<MediaUse | null>,
): Promise<readonly MediaUse[]> {
  const { results } = await db
    .prepare(
      `SELECT ${columnsOf(mediaUses, USE.names, 'u')} FROM json_each(?2) j CROSS JOIN media_uses u
ON u.realm = ?1 AND u.media_id = j.value AND u.base < ?3 AND (u.media_id, u.base) > (?4, ?5)
ORDER BY u.media_id, u.base LIMIT ?6`,
    )
    .bind(realm, JSON.stringify(ids), before, after?.mediaId ?? '', after?.base ?? '', limit)
    .all<MediaUse>()
  return results
}

/** Finds which of some bases have a message on this shard. */
export async function basesWithMessages(
  db: D1Database,
  realm: Realm,
  bases: readonly string[],
): Promise<ReadonlySet<string>> {
  const sql = `SELECT j.value AS base FROM json_each(?2) j
WHERE EXISTS (SELECT 1 FROM messages m WHERE m.realm = unhex(?1) AND ${idsOfBase('m.id', 'unhex(j.value)')})`
  const statement = db.prepare(sql).bind(REALM.encode(realm), JSON.stringify(bases.map(BASE.encode)))
  return new Set((await statement.all<{ base: string }>()).results.map(({ base }) => BASE.decode(base)))
}

export async function deleteUses(db: D1Database, realm: Realm, uses: readonly MediaUse[]): Promise<number> {
  const { meta } = await db
    .prepare(`DELETE FROM media_uses WHERE (realm, media_id, base) IN (SELECT ?1, ${USE.values} FROM json_each(?2) j)`)
    .bind(realm, USE.json(uses))
    .run()
  return meta.changes
}

/** Gives up the files that no message uses and none has named since the cut-off; answers how many. */
export async function giveUpOldMedia(
  db: D1Database,
  { realm, ids }: MediaChunk,
  cutoff: EpochMs,
  now: EpochMs,
): Promise<number> {
  const { meta } = await db
    .prepare(
      `UPDATE media SET gone_at = ?4 WHERE realm = ?1 AND id IN (SELECT value FROM json_each(?2))
AND used_at < ?3 AND gone_at IS NULL AND ${UNUSED}`,
    )
    .bind(realm, JSON.stringify(ids), cutoff, now)
    .run()
  return meta.changes
}

/** Files that were given up and not deleted yet. */
export async function goneMedia(db: D1Database, realm: Realm, limit: number): Promise<readonly MediaId[]> {
  const { results } = await db
    // The index is named because SQLite would choose to scan the realm's files in the order of their key.
    .prepare('SELECT id FROM media INDEXED BY media_gone WHERE realm = ?1 AND gone_at IS NOT NULL ORDER BY id LIMIT ?2')
    .bind(realm, limit)
    .all<{ id: MediaId }>()
  return results.map(({ id }) => id)
}

const GONE = 'realm = ?1 AND gone_at IS NOT NULL AND id IN (SELECT value FROM json_each(?2))'
const COUNT_GONE = addToCounts(
  `SELECT ${tenantSql('?1')}, 'files', -count(*), -sum(bytes) FROM media WHERE ${GONE} HAVING count(*) > 0`,
)

/** Deletes the rows of files that were given up, after their bytes; answers how many. */
export async function deleteGoneMedia(db: D1Database, realm: Realm, ids: readonly MediaId[]): Promise<number> {
  const list = JSON.stringify(ids)
  const [, deleted] = await db.batch([
    db.prepare(COUNT_GONE).bind(realm, list),
    db.prepare(`DELETE FROM media WHERE ${GONE}`).bind(realm, list),
  ])
  return deleted?.meta.changes ?? 0
}

/** Finds which of some files have a row on this shard, given up or not. */
export async function knownMedia(
  db: D1Database,
  keys: readonly (readonly [Realm, MediaId])[],
): Promise<ReadonlySet<string>> {
  const { results } = await db
    .prepare('SELECT m.id FROM json_each(?1) j CROSS JOIN media m ON m.realm = j.value->>0 AND m.id = j.value->>1')
    .bind(JSON.stringify(keys))
    .all<{ id: string }>()
  return new Set(results.map(({ id }) => id))
}
