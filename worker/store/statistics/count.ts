import { bucketSql, type Group, SLOT } from '#worker/domain/statistics/counts.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { advance, IS_MARKED, leastId, type Progress } from './progress.ts'
import { WAY_SQL } from './ways.ts'

/** Reads of messages by the time of their acceptance, in all realms of a shard; each row is read once. */

/** SQL of the time in a message's id, whose first 50 bits it is: SQLite reads hexadecimal digits as a number in JSON alone. */
const TIME = "((('0x' || substr(hex(id), 1, 13)) ->> '$') >> 2)"

/** SQL of what a message counts as, without its slot, which its id says: way, connection, status and bucket. */
const COUNTED_AS = `${WAY_SQL} AS way, hex(connection_id) AS connection, status,
  iif(delivered_at IS NULL, -1, ${bucketSql(`delivered_at - ${TIME} - accepted_after`)}) AS bucket`

/** Messages with what each counts as. */
export const COUNTED_MESSAGES = `SELECT realm AS of, id AS own, units, ${COUNTED_AS} FROM messages`

/** Groups of the messages between two ids, ?1 and ?2, by realm, on condition of `isDue`. Costs two seeks a realm. */
const groups = (isDue: string): string => `WITH RECURSIVE r(realm) AS (
  SELECT min(realm) FROM messages WHERE ${isDue}
  UNION ALL SELECT (SELECT min(realm) FROM messages n WHERE n.realm > r.realm) FROM r WHERE r.realm IS NOT NULL)
SELECT m.realm, ${TIME} / ${SLOT} AS slot, ${COUNTED_AS}, count(*) AS n, sum(units) AS units
FROM r CROSS JOIN messages m ON m.realm = r.realm AND m.id >= unhex(?1) AND m.id < unhex(?2)
GROUP BY m.realm, slot, way, connection, status, bucket`

/** Groups of a realm as JSON, in the order of `Group`. */
const AS_JSON = 'json_group_array(json_array(slot, way, connection, status, bucket, n, units))'
const FRESH = `SELECT hex(realm) AS realm, ${AS_JSON} AS counts FROM (${groups('true')}) GROUP BY realm`

const FIRM = `INSERT INTO statistics_changes (realm, kind, body)
SELECT realm, 'firm', json_object('until', ?4, 'groups', ${AS_JSON}) FROM (${groups(IS_MARKED('?3'))}) GROUP BY realm`
/** Counts of one realm that were read. */
export interface RealmGroups {
  /** Hex of the realm. */
  readonly realm: string
  readonly groups: readonly Group[]
}

/** Counts messages as they stand that were accepted from a time on, up to, not including, another. */
export async function countFresh(db: D1Database, from: EpochMs, until: EpochMs): Promise<readonly RealmGroups[]> {
  const { results } = await db
    .prepare(FRESH)
    .bind(leastId(from), leastId(until))
    .all<{ realm: string; counts: string }>()
  return results.map(({ realm, counts }) => ({ realm, groups: JSON.parse(counts) as readonly Group[] }))
}

/** Step of a count: from where to where, and the progress after it, which takes the place of the one with this mark. */
interface FirmStep {
  readonly from: EpochMs
  readonly until: EpochMs
  readonly mark: string
  readonly next: Progress
}

/**
 * Counts messages for good: reads them, writes their counts down as a change that waits, and moves the bound below which writes
 * note what they change, in one batch. So every later change is noted, and none that is counted here. Answers how many rows were
 * read; null: another run was first.
 */
export async function countFirm(db: D1Database, { from, until, mark, next }: FirmStep): Promise<number | null> {
  const [read, advanced] = await db.batch([
    db.prepare(FIRM).bind(leastId(from), leastId(until), mark, until),
    advance(db, mark, next),
  ])
  return advanced?.meta.changes === 1 ? (read?.meta.rows_read ?? 0) : null
}

const OLDEST = `WITH RECURSIVE r(realm) AS (SELECT min(realm) FROM messages
  UNION ALL SELECT (SELECT min(realm) FROM messages n WHERE n.realm > r.realm) FROM r WHERE r.realm IS NOT NULL)
SELECT min(${TIME}) AS at FROM (SELECT (SELECT min(id) FROM messages m WHERE m.realm = r.realm) AS id FROM r) WHERE id IS NOT NULL`

/** Time of the oldest message of a shard; null: it has none. */
export const oldestMessage = (db: D1Database): Promise<EpochMs | null> => db.prepare(OLDEST).first<EpochMs>('at')
