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

/** SQL of what a message counts as, in one word: the fields of a `Group` but its number, with points between. */
const WORD = `(${TIME} / ${SLOT}) || '.' || way || '.' || connection || '.' || status || '.' || bucket || '.' || units`

/**
 * Words of the messages between two ids, ?1 and ?2, by realm, on condition of `isDue`. Each message is one row read, and a realm
 * two seeks; to group them here would read them all once more, from SQLite's sorter.
 */
const words = (isDue: string): string => `WITH RECURSIVE r(realm) AS (
  SELECT min(realm) FROM messages WHERE ${isDue}
  UNION ALL SELECT (SELECT min(realm) FROM messages n WHERE n.realm > r.realm) FROM r WHERE r.realm IS NOT NULL),
c(realm, words) AS MATERIALIZED (SELECT r.realm, (SELECT group_concat(${WORD}, ' ')
  FROM (SELECT realm, id, units, ${COUNTED_AS} FROM messages) m WHERE m.realm = r.realm AND m.id >= unhex(?1) AND m.id < unhex(?2))
  FROM r WHERE r.realm IS NOT NULL)`
const FRESH = `${words('true')} SELECT hex(realm) AS realm, words FROM c WHERE words IS NOT NULL`
const FIRM = `INSERT INTO statistics_changes (realm, kind, body) ${words(IS_MARKED('?3'))}
SELECT realm, 'firm', json_object('until', ?4, 'words', words) FROM c WHERE words IS NOT NULL`

/** Counts words: there are as many groups as different ones. */
export function groupsOfWords(text: string): readonly Group[] {
  const numbers = new Map<string, number>()
  for (const word of text.split(' ')) numbers.set(word, (numbers.get(word) ?? 0) + 1)
  return [...numbers].map(([word, n]): Group => {
    const [slot, way, connection = '', status, bucket, units] = word.split('.')
    return [Number(slot), Number(way), connection, Number(status), Number(bucket), n, n * Number(units)]
  })
}

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
    .all<{ realm: string; words: string }>()
  return results.map(({ realm, words: text }) => ({ realm, groups: groupsOfWords(text) }))
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
