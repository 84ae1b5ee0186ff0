import { type MediaId, type TenantId, timeOfMedia } from '#worker/domain/ids.ts'
import type { MediaRow, MediaSource } from '#worker/domain/media.ts'
import type { Problem } from '#worker/domain/problem.ts'
import { type Realm, tenantOf } from '#worker/domain/realm.ts'
import { type Quotas, quotaFull } from '#worker/domain/tenants/quotas.ts'
import { DAY, type EpochMs } from '#worker/domain/time.ts'
import { alteredMark, textOrNull } from '#worker/store/keys/altered.ts'
import type { Keyring, Keys } from '#worker/store/keys/keyring.ts'
import { openTexts, type Place, sealersOf, sealText } from '#worker/store/keys/sealed.ts'
import { addToCounts, countSql, countsOf, tenantSql } from '#worker/store/quotas/counts.ts'
import { columnsOf, insertFrom, type Row } from '#worker/store/sql/columns.ts'
import { tupleOf } from '#worker/store/sql/tuple.ts'
import { media } from './ledger-schema.ts'

/** Rows of files and of their uses, in the tenant's first shard. The bytes are in R2 under `objectKey`. */

const NAMES = ['id', 'type', 'bytes', 'createdAt', 'sealed'] as const
type Stored = Row<typeof media, (typeof NAMES)[number]>

/** Row of a file that is ready to be written. */
interface SealedMedia extends Stored {
  readonly isSealed: true
}

/** What of a row tells of its bytes: who has a file can tell whether it is here by its hash. */
type Told = Pick<MediaRow, 'name' | 'sha256'>

const UNTOLD: Told = { name: null, sha256: '' }

const placeOf = (realm: Realm, id: MediaId): Place => ['media', realm, id, 'sealed']

/** Seals rows of files for writing, under the keys of the months in their ids. */
export async function sealMedia(
  keys: Keyring,
  realm: Realm,
  files: readonly MediaRow[],
): Promise<readonly SealedMedia[]> {
  const owner = tenantOf(realm)
  const pairs = await sealersOf(
    keys,
    files.map(({ id }) => ({ owner, at: timeOfMedia(id) })),
  )
  return Promise.all(
    files.map(async ({ id, type, bytes, createdAt, name, sha256 }, n) => {
      const told: Told = { name, sha256 }
      const sealed = await sealText(pairs[n] as Keys, JSON.stringify(told), placeOf(realm, id))
      return { id, type, bytes, createdAt, sealed, isSealed: true as const }
    }),
  )
}

/** Opens rows that were read. A file whose keys were forgotten is gone; of one that was altered name and hash are. */
async function openMedia(keys: Keyring, realm: Realm, rows: readonly Stored[]): Promise<readonly MediaRow[]> {
  const texts = await openTexts(
    keys,
    tenantOf(realm),
    rows.map(({ id, sealed }) => [sealed, placeOf(realm, id)]),
  )
  return rows.flatMap(({ sealed: _, ...row }, n) => {
    const text = textOrNull(texts[n])
    const mark = alteredMark(texts[n])
    if (text === null) return mark.isAltered ? [{ ...row, ...UNTOLD, ...mark }] : []
    return [{ ...row, ...(JSON.parse(text) as Told) }]
  })
}

const COLUMNS = columnsOf(media, NAMES)

export const objectKey = (realm: Realm, id: MediaId): string => `${realm}/${id}`

const FILE = tupleOf<SealedMedia>()(NAMES, {})
const INSERT = `${insertFrom(media, FILE, { realm: '?2', source: '?3', usedAt: FILE.at.createdAt })}
WHERE true ON CONFLICT DO NOTHING`

/** Inserts files whose bytes are in R2; a file that has a row already keeps it. */
export const insertMedia = (
  db: D1Database,
  realm: Realm,
  source: MediaSource,
  files: readonly SealedMedia[],
): D1PreparedStatement => db.prepare(INSERT).bind(FILE.json(files), realm, source)

const COUNTED = tupleOf<Pick<MediaRow, 'id' | 'bytes'>>()(['id', 'bytes'], {})
const countFiles = (sign: '' | '-', where: string): string =>
  addToCounts(`SELECT ${tenantSql('?2')}, 'files', ${sign}count(*), ${sign}sum(${COUNTED.at.bytes}) FROM json_each(?1) j
WHERE ${where} HAVING count(*) > 0`)
const IS_NEW = `NOT EXISTS (SELECT 1 FROM media m WHERE m.realm = ?2 AND m.id = ${COUNTED.at.id})`
const COUNT_NEW = countFiles('', IS_NEW)
const UNCOUNT_REFUSED = countFiles('-', IS_NEW)

/** Counts files that have no row yet. Stands before `insertMedia` of the same in its batch. */
export const countMedia = (
  db: D1Database,
  realm: Realm,
  files: readonly Pick<MediaRow, 'id' | 'bytes'>[],
): D1PreparedStatement => db.prepare(COUNT_NEW).bind(COUNTED.json(files), realm)

const INSERT_WITHIN = `${insertFrom(media, FILE, { realm: '?2', source: '?3', usedAt: FILE.at.createdAt })}
WHERE ${countSql(tenantSql('?2'), 'files')} <= ?4 AND ${countSql(tenantSql('?2'), 'files', 'bytes')} <= ?5 ON CONFLICT DO NOTHING`

/** Room that a tenant has for files. */
type FileQuotas = Pick<Quotas, 'files' | 'fileBytes'>

/** Inserts an uploaded file if the tenant has room for it. Answers whether it has a row now. */
export async function insertUpload(
  db: D1Database,
  realm: Realm,
  file: SealedMedia,
  quotas: FileQuotas,
): Promise<boolean> {
  const json = FILE.json([file])
  const counted = COUNTED.json([file])
  const [, , , found] = await db.batch([
    db.prepare(COUNT_NEW).bind(counted, realm),
    db.prepare(INSERT_WITHIN).bind(json, realm, 'upload' satisfies MediaSource, quotas.files, quotas.fileBytes),
    db.prepare(UNCOUNT_REFUSED).bind(counted, realm),
    db.prepare('SELECT 1 FROM media WHERE realm = ?1 AND id = ?2').bind(realm, file.id),
  ])
  return found?.results.length === 1
}

/** Refusal of a file of so many bytes, by the quotas and what there is; null: there is room. */
export async function uploadRefusal(
  db: D1Database,
  tenant: TenantId,
  bytes: number,
  quotas: FileQuotas,
): Promise<Problem | null> {
  const counts = await countsOf(db, tenant)
  if (counts.files >= quotas.files) return quotaFull('files', quotas.files, counts.files)
  return counts.fileBytes + bytes > quotas.fileBytes ? quotaFull('fileBytes', quotas.fileBytes, counts.fileBytes) : null
}

/** A file, unless it was given up. */
export async function mediaById(db: D1Database, keys: Keyring, realm: Realm, id: MediaId): Promise<MediaRow | null> {
  const { results } = await db
    .prepare(`SELECT ${COLUMNS} FROM media WHERE realm = ?1 AND id = ?2 AND gone_at IS NULL`)
    .bind(realm, id)
    .all<Stored>()
  return (await openMedia(keys, realm, results))[0] ?? null
}

/** Page of files behind the id `before`. */
interface MediaPage {
  readonly before: string | null
  readonly limit: number
}

/** A page of a realm's files, newest first. */
export async function listMedia(
  db: D1Database,
  keys: Keyring,
  realm: Realm,
  { before, limit }: MediaPage,
): Promise<readonly MediaRow[]> {
  const { results } = await db
    .prepare(`SELECT ${COLUMNS} FROM media WHERE realm = ?1 AND id < ?2 AND gone_at IS NULL ORDER BY id DESC LIMIT ?3`)
    .bind(realm, before ?? 'med_~', limit)
    .all<Stored>()
  return openMedia(keys, realm, results)
}

const PRESENT = 'FROM json_each(?2) j CROSS JOIN media m ON m.realm = ?1 AND m.id = j.value AND m.gone_at IS NULL'

/** Finds which of some files exist and were not given up. */
export async function presentMedia(
  db: D1Database,
  keys: Keyring,
  realm: Realm,
  ids: readonly MediaId[],
): Promise<readonly MediaRow[]> {
  const statement = db.prepare(`SELECT ${columnsOf(media, NAMES, 'm')} ${PRESENT}`).bind(realm, JSON.stringify(ids))
  return openMedia(keys, realm, (await statement.all<Stored>()).results)
}

/** The messages that use files: those of a realm whose ids start with `base`. */
interface MediaUser {
  readonly realm: Realm
  readonly base: string
}

/** Notes that these messages use some files. A file that was given up gets no use. */
export function useStatement(db: D1Database, { realm, base }: MediaUser, ids: readonly MediaId[]): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO media_uses (realm, media_id, base) SELECT m.realm, m.id, ?3 ${PRESENT} WHERE true ON CONFLICT DO NOTHING`,
    )
    .bind(realm, JSON.stringify(ids), base)
}

/**
 * Notes the use of the files that exist, and answers their media types by id. It is one transaction, so that a deletion
 * comes either before it, and the file is not found, or after it, and is refused.
 */
export async function useMedia(
  db: D1Database,
  user: MediaUser,
  ids: readonly MediaId[],
  now: EpochMs,
): Promise<ReadonlyMap<string, string>> {
  const { realm } = user
  const list = JSON.stringify(ids)
  const [, , found] = await db.batch<{ id: string; type: string }>([
    useStatement(db, user, ids),
    // Writes the last use at most once a day for each file: else one that every message names would be written by each.
    db
      .prepare(`UPDATE media SET used_at = ?3 WHERE realm = ?1 AND used_at < ?4 AND id IN (SELECT m.id ${PRESENT})`)
      .bind(realm, list, now, now - DAY),
    db.prepare(`SELECT m.id, m.type ${PRESENT}`).bind(realm, list),
  ])
  return new Map((found?.results ?? []).map(({ id, type }) => [id, type]))
}

/** Deletes uses of some files by messages that will not be sent. */
export async function releaseMedia(db: D1Database, { realm, base }: MediaUser, ids: readonly MediaId[]): Promise<void> {
  await db
    .prepare('DELETE FROM media_uses WHERE realm = ?1 AND base = ?2 AND media_id IN (SELECT value FROM json_each(?3))')
    .bind(realm, base, JSON.stringify(ids))
    .run()
}

/** Condition on `media`: no message uses the file. */
export const UNUSED = 'NOT EXISTS (SELECT 1 FROM media_uses u WHERE u.realm = media.realm AND u.media_id = media.id)'

/** Gives a file up, so that no message can use it any more, unless one uses it. */
export async function giveUpMedia(
  db: D1Database,
  realm: Realm,
  id: MediaId,
  now: EpochMs,
): Promise<'gone' | 'used' | 'absent'> {
  const [, found] = await db.batch<Row<typeof media, 'goneAt'>>([
    db
      .prepare(`UPDATE media SET gone_at = ?3 WHERE realm = ?1 AND id = ?2 AND gone_at IS NULL AND ${UNUSED}`)
      .bind(realm, id, now),
    db.prepare(`SELECT ${columnsOf(media, ['goneAt'])} FROM media WHERE realm = ?1 AND id = ?2`).bind(realm, id),
  ])
  const row = found?.results[0]
  if (!row) return 'absent'
  return row.goneAt === null ? 'used' : 'gone'
}
