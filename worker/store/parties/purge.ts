import { idFloor } from '#worker/domain/ids.ts'
import type { Realm } from '#worker/domain/realm.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { REALM } from '#worker/store/codes/codes.ts'
import { monthOf } from '#worker/store/keys/month.ts'
import { ID_HEX, idHex, idsOfMonth, KEY_BYTES, KEY_HEX } from './entry.ts'

/** Messages that stay of a month up to which its rows are written anew without the others; of more, the month stays whole. */
const KEPT_MOST = 1_000
/** Rows that are read and written anew at a time: they come as two digits a byte. */
const REWRITTEN_AT_ONCE = 8

/** A realm's part of one run: what is older than the cut-off, at most `limit` rows. */
interface PartyPurge {
  readonly realm: Realm
  readonly cutoff: EpochMs
  readonly limit: number
}

const DELETE_MONTH = `DELETE FROM party_index WHERE realm = ?1 AND month = ?2 AND (bucket, part) IN (
  SELECT bucket, part FROM party_index WHERE realm = ?1 AND month = ?2 ORDER BY bucket, part LIMIT ?3)
AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.realm = unhex(?6) AND m.id >= unhex(?4) AND m.id < unhex(?5))`

interface IndexRow {
  readonly bucket: number
  readonly part: number
  readonly keys: string
  readonly ids: string
}
const ROWS = `SELECT bucket, part, hex(keys) AS keys, hex(ids) AS ids FROM party_index
WHERE realm = ?1 AND month = ?2 AND (bucket, part) > (?3, ?4) ORDER BY bucket, part LIMIT ${REWRITTEN_AT_ONCE}`
/** Condition that a row is as it was read: nothing was filled into it. */
const AS_READ = 'realm = ?1 AND month = ?2 AND bucket = ?3 AND part = ?4 AND length(keys) = ?5'

/** Statement that leaves only some messages' entries in a row, each once; null: the row has no others. */
function rewritten(
  db: D1Database,
  key: readonly [Realm, number],
  { bucket, part, keys, ids }: IndexRow,
  staying: ReadonlySet<string>,
): D1PreparedStatement | null {
  const entries = keys.length / KEY_HEX
  const kept = new Map<string, string>()
  for (let n = 0; n < entries; n++) {
    const id = ids.slice(n * ID_HEX, (n + 1) * ID_HEX)
    if (staying.has(id)) kept.set(id, keys.slice(n * KEY_HEX, (n + 1) * KEY_HEX))
  }
  const row = [...key, bucket, part, entries * KEY_BYTES]
  if (kept.size === 0) return db.prepare(`DELETE FROM party_index WHERE ${AS_READ}`).bind(...row)
  if (kept.size === entries) return null
  return db
    .prepare(`UPDATE party_index SET keys = unhex(?6), ids = unhex(?7) WHERE ${AS_READ}`)
    .bind(...row, [...kept.values()].join(''), [...kept.keys()].join(''))
}

/** Writes a month's rows anew with the entries of messages that stay. Answers how many rows were deleted. */
async function shrinkMonth(db: D1Database, realm: Realm, month: number): Promise<number> {
  const { results } = await db
    .prepare(
      'SELECT hex(id) AS id FROM messages m WHERE realm = unhex(?1) AND m.id >= unhex(?2) AND m.id < unhex(?3) LIMIT ?4',
    )
    .bind(REALM.encode(realm), ...idsOfMonth(month), KEPT_MOST + 1)
    .all<{ id: string }>()
  const held = await db
    .prepare(`SELECT sum(length(keys)) / ${KEY_BYTES} AS n FROM party_index WHERE realm = ?1 AND month = ?2`)
    .bind(realm, month)
    .first<{ n: number | null }>()
  if (results.length > KEPT_MOST || (held?.n ?? 0) <= results.length) return 0
  const staying = new Set(results.map(({ id }) => id))
  let deleted = 0
  for (let after: readonly [number, number] = [-1, 0]; ; ) {
    const { results: rows } = await db
      .prepare(ROWS)
      .bind(realm, month, ...after)
      .all<IndexRow>()
    const statements = rows.flatMap((row) => rewritten(db, [realm, month], row, staying) ?? [])
    if (statements.length > 0) await db.batch(statements)
    deleted += statements.length
    const last = rows.at(-1)
    if (!last || rows.length < REWRITTEN_AT_ONCE) return deleted
    after = [last.bucket, last.part]
  }
}

/** The newest row of a tail is never filled: of a realm that fell silent it is deleted here, once its messages are gone. */
async function purgeTail(db: D1Database, { realm, cutoff, limit }: PartyPurge): Promise<number> {
  const { results } = await db
    .prepare(
      `SELECT seq, hex(first) AS first, hex(last) AS last FROM party_tail WHERE realm = ?1 AND last < unhex(?2) ORDER BY seq LIMIT ?3`,
    )
    .bind(realm, idHex(idFloor('msg', cutoff).padEnd(39, '0')), limit)
    .all<{ seq: number; first: string; last: string }>()
  if (results.length === 0) return 0
  const sql = `DELETE FROM party_tail WHERE realm = ?1 AND seq = ?2 AND last = unhex(?3)
AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.realm = unhex(?6) AND m.id >= unhex(?4) AND m.id <= unhex(?5))`
  const done = await db.batch(
    results.map(({ seq, first, last }) => db.prepare(sql).bind(realm, seq, last, first, last, REALM.encode(realm))),
  )
  return done.reduce((sum, { meta }) => sum + meta.changes, 0)
}

/**
 * Deletes the index of months that are over and past the cut-off, at most `limit` rows of each. Entries of messages that stay,
 * because they are held or have not ended, stay with them. Answers how many rows were deleted.
 */
export async function purgeParties(db: D1Database, purge: PartyPurge): Promise<number> {
  const { realm, cutoff, limit } = purge
  let rows = await purgeTail(db, purge)
  for (let month = -1; ; ) {
    const next = await db
      .prepare('SELECT min(month) AS month FROM party_index WHERE realm = ?1 AND month > ?2')
      .bind(realm, month)
      .first<{ month: number | null }>()
    if (next?.month == null || next.month >= monthOf(cutoff)) return rows
    month = next.month
    const { meta } = await db
      .prepare(DELETE_MONTH)
      .bind(realm, month, limit, ...idsOfMonth(month), REALM.encode(realm))
      .run()
    const isLeft = await db
      .prepare('SELECT 1 FROM party_index WHERE realm = ?1 AND month = ?2')
      .bind(realm, month)
      .first()
    rows += meta.changes
    if (isLeft !== null && meta.changes === 0) rows += await shrinkMonth(db, realm, month)
    if (meta.changes >= limit) return rows
  }
}
