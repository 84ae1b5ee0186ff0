import type { MessageId } from '#worker/domain/ids.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { boundHex } from '#worker/store/codes/codes.ts'
import { bucketOf, ID_BYTES, idAfter, idOfHex, KEY_BYTES, LEVELS } from './entry.ts'
import type { PartyKey } from './key.ts'

/** What is looked for: the newest messages of a person, from the id `from` up to, not including, `before`. */
interface PartySearch {
  readonly realm: Realm
  /** Keys of each person, who may have several in a month: one for each address. */
  readonly people: readonly (readonly PartyKey[])[]
  readonly from: string
  readonly before: string
  /** Most messages of each. */
  readonly limit: number
}

/**
 * Rows of the index that one search reads of one person: what six months of a full shard have. Those that reach up to `before`
 * do not count, so that a search always comes further.
 */
const ROWS = 128

/**
 * SQL of the hits of a key in a row: the first place, and how many.
 */
const HITS = (row: string, key: string) => `instr(${row}.keys, ${key}) AS place,
    (length(${row}.keys) - length(replace(${row}.keys, ${key}, x''))) / ${KEY_BYTES} AS hits`
/**
 * Condition: the first hit is an entry, and the only one. instr() finds a key at any byte; places of entries are multiples of
 * 8.
 */
const LONE = `hits = 1 AND place % ${KEY_BYTES} = 1`
const ID_AT = (row: string, entry: string) => `substr(${row}.ids, ${entry} * ${ID_BYTES} + 1, ${ID_BYTES})`

/**
 * Common table expression that goes from hit to hit in rows of `found` that have several. It carries keys and ids along: a row is
 * read once, and each hit is one row that D1 bills, where a table of all places would be as many as the row has entries.
 */
const hopsOf = (found: string, table: string): string =>
  `${found}_hop(at, key, place, keys, ids) AS (
  SELECT f.at, f.key, f.place, t.keys, t.ids FROM ${found} f CROSS JOIN ${table} t ON t.n = f.n WHERE NOT (${LONE}) UNION ALL
  SELECT at, key, place + instr(substr(keys, place + 1), key), keys, ids FROM ${found}_hop
  WHERE instr(substr(keys, place + 1), key) > 0)`

/** SQL of the messages that rows of `found` hold, out of their table. */
const entriesOf = (found: string, table: string): string =>
  `SELECT f.at, ${ID_AT('t', `(f.place - 1) / ${KEY_BYTES}`)} FROM ${found} f CROSS JOIN ${table} t ON t.n = f.n WHERE ${LONE} UNION
  SELECT at, ${ID_AT('h', `(place - 1) / ${KEY_BYTES}`)} FROM ${found}_hop h WHERE place % ${KEY_BYTES} = 1`

/**
 * Common table expressions of a search. `found(at, id)`: the newest messages of each person, `at` being the person's place ·
 * `unread(at, last)`: the highest id that rows hold which were not read. Bound: ?1 realm · ?2 and ?3 bounds of ids · ?4 limit
 * · ?5 rows of [place, month, bucket, key] · ?6 rows of [place, key]. Rows are read from the newest on, until those before a
 * row hold as many hits as are asked for: what is newer than all that the others hold is known then.
 */
const FOUND = `asked(at, month, bucket, key) AS MATERIALIZED (
  SELECT (value->>0), (value->>1), (value->>2), unhex(value->>3) FROM json_each(?5)),
head AS MATERIALIZED (
  SELECT a.at, a.key, p.n, p.last, p.last >= unhex(?3) AS reaches,
    row_number() OVER (PARTITION BY a.at, p.last >= unhex(?3) ORDER BY p.last DESC) AS rank
  FROM asked a CROSS JOIN party_index p ON p.realm = ?1 AND p.month = a.month AND p.bucket = a.bucket
  WHERE p.first < unhex(?3) AND p.last >= unhex(?2)),
hit AS MATERIALIZED (
  SELECT h.*, ${HITS('p', 'h.key')} FROM head h CROSS JOIN party_index p ON p.n = h.n
  WHERE (h.reaches OR h.rank <= ${ROWS}) AND instr(p.keys, h.key) > 0),
summed AS MATERIALIZED (
  SELECT *, sum(hits) OVER (PARTITION BY at, reaches ORDER BY last DESC ROWS UNBOUNDED PRECEDING) - hits AS newer FROM hit),
read AS MATERIALIZED (SELECT * FROM summed WHERE reaches OR newer < ?4),
unread(at, last) AS MATERIALIZED (SELECT at, max(last) FROM (
  SELECT at, last FROM head WHERE NOT reaches AND rank > ${ROWS} UNION ALL
  SELECT at, last FROM summed WHERE NOT reaches AND newer >= ?4) GROUP BY at),
waiting AS MATERIALIZED (
  SELECT a.at, a.key, t.n, ${HITS('t', 'a.key')}
  FROM (SELECT (value->>0) AS at, unhex(value->>1) AS key FROM json_each(?6)) a CROSS JOIN party_tail t ON t.realm = ?1
  WHERE instr(t.keys, a.key) > 0),
${hopsOf('read', 'party_index')},
${hopsOf('waiting', 'party_tail')},
entry(at, id) AS MATERIALIZED (
  ${entriesOf('read', 'party_index')} UNION
  ${entriesOf('waiting', 'party_tail')}),
ranked AS (
  SELECT e.at, e.id, row_number() OVER (PARTITION BY e.at ORDER BY e.id DESC) AS rank
  FROM entry e LEFT JOIN unread u ON u.at = e.at
  WHERE e.id >= unhex(?2) AND e.id < unhex(?3) AND e.id > coalesce(u.last, x'')),
found(at, id) AS MATERIALIZED (SELECT at, id FROM ranked WHERE rank <= ?4)`

/** Values that `FOUND` binds. */
function searchValues({ realm, people, from, before, limit }: PartySearch): readonly (string | number)[] {
  const rows = people.flatMap((keys, at) =>
    keys.flatMap(({ month, key }) => LEVELS.map((level) => [at, month, bucketOf(level, key), key] as const)),
  )
  const waiting = people.flatMap((keys, at) =>
    [...new Set(keys.map(({ key }) => key))].map((key) => [at, key] as const),
  )
  return [realm, boundHex(from, 'id'), boundHex(before, 'id'), limit, JSON.stringify(rows), JSON.stringify(waiting)]
}

/** Messages of a person, newest first, and how far the search came. */
export interface PartyFound {
  readonly ids: readonly MessageId[]
  /** Id from which on all messages were looked at; null: there are no older ones. */
  readonly until: MessageId | null
}

/** Finds the newest messages of each person, in index and tail together: a message that is being filled is in one of the two. */
export async function findByParty(db: D1Database, search: PartySearch): Promise<readonly PartyFound[]> {
  const sql = `WITH RECURSIVE ${FOUND} SELECT at, hex(id) AS id, NULL AS unread FROM found
UNION ALL SELECT at, NULL, hex(last) FROM unread ORDER BY 2 DESC`
  const { results } = await db
    .prepare(sql)
    .bind(...searchValues(search))
    .all<{ at: number; id: string | null; unread: string | null }>()
  const rows = Map.groupBy(results, ({ at }) => at)
  return search.people.map((_, place) => {
    const own = rows.get(place) ?? []
    const ids = own.flatMap(({ id }) => (id === null ? [] : [idOfHex(id)]))
    const unread = own.find((one) => one.unread !== null)?.unread
    const until = ids.length === search.limit ? (ids.at(-1) ?? null) : unread ? idAfter(unread) : null
    return { ids, until }
  })
}
