import type { MessageId } from '#worker/domain/ids.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { boundHex } from '#worker/store/codes/codes.ts'
import { bucketOf, ID_BYTES, ID_HEX, idAfter, idOfHex, idsOfMonth, KEY_BYTES, KEY_HEX, LEVELS } from './entry.ts'
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
 * SQL of how often a key is in a row. replace() answers a text, of which length() counts what is before its first zero byte,
 * and leaves everything as it is for a pattern that begins with one.
 */
const hitsOf = (row: string, key: string): string => `CASE WHEN substr(${key}, 1, 1) = x'00'
    THEN (2 * length(${row}.keys) - length(replace(hex(${row}.keys), hex(${key}), ''))) / ${KEY_HEX}
    ELSE (length(${row}.keys) - length(CAST(replace(${row}.keys, ${key}, x'') AS BLOB))) / ${KEY_BYTES} END`

/** Most entries that one step of a search takes out of a row, a power of two. */
const STEP = 64
const STEPS = Array.from({ length: Math.log2(STEP) - 1 }, (_, n) => STEP >> n)
const PLACE = '(since + found - 1)'
/**
 * SQL of how many entries in a row have the key, from this place on: the largest power of two up to `STEP`. 0: it is found at
 * a byte where no entry begins, as instr() finds it anywhere. `many`: the key, `STEP` times.
 */
const inARow = (keys: string): string => {
  const has = (n: number): string => `substr(${keys}, ${PLACE}, ${n * KEY_BYTES}) = substr(many, 1, ${n * KEY_BYTES})`
  return `CASE WHEN ${PLACE} % ${KEY_BYTES} <> 1 THEN 0
    WHEN NOT ${has(2)} THEN 1
    ${STEPS.map((n) => `WHEN ${has(n)} THEN ${n}`).join(' ')}
    ELSE 2 END`
}

/**
 * SQL of the ids of a key's entries in a row, one behind the other as hexadecimal digits. It goes from each place where the key
 * is found to the next, and takes entries that stand together at once: D1 bills each step as a row read. A fill puts the
 * entries of a person together (fill.ts).
 */
const idsOf = (row: string, key: string): string => {
  const entries = inARow(`${row}.keys`)
  const next = `${PLACE} + max(1, ${KEY_BYTES} * ${entries})`
  const ids = `substr(${row}.ids, (${PLACE} - 1) / ${KEY_BYTES} * ${ID_BYTES} + 1, ${ID_BYTES} * ${entries})`
  return `(WITH RECURSIVE step(since, found, many) AS (
    SELECT 1, instr(${row}.keys, ${key}), unhex(replace(hex(zeroblob(${STEP})), '00', hex(${key}))) UNION ALL
    SELECT ${next}, instr(substr(${row}.keys, ${next}), ${key}), many FROM step WHERE found > 0)
  SELECT group_concat(hex(${ids}), '') FROM step WHERE found > 0)`
}

/**
 * Answers of a search: for each person, `at` being the person's place, ids out of rows that were read (`ids`), and the highest
 * ids of rows that were not (`unread`). Bound: ?1 realm · ?2 and ?3 bounds of ids · ?4 limit · ?5 rows of [place, month,
 * bucket, key] · ?6 rows of [place, key, bounds of the key's month]. Rows of index and tail are read from the newest on, until
 * those before a row hold as many hits as are asked for: what is newer than all that the others hold is known then. One that
 * ends with the same id (written twice) is read too, or the search would come no further. In the tail only the keys of months
 * that it has are looked for.
 */
const SEARCH = `WITH head(at, key, n, last, reaches, rank) AS MATERIALIZED (
  SELECT (a.value->>0), unhex(a.value->>3), p.n, p.last, p.last >= unhex(?3),
    row_number() OVER (PARTITION BY (a.value->>0), p.last >= unhex(?3) ORDER BY p.last DESC)
  FROM json_each(?5) a CROSS JOIN party_index p ON p.realm = ?1 AND p.month = (a.value->>1) AND p.bucket = (a.value->>2)
  WHERE p.first < unhex(?3) AND p.last >= unhex(?2)),
span(first, last) AS MATERIALIZED (SELECT min(first), max(last) FROM party_tail WHERE realm = ?1),
waiting(at, key) AS MATERIALIZED (SELECT (a.value->>0), unhex(a.value->>1) FROM span s CROSS JOIN json_each(?6) a
  WHERE unhex(a.value->>2) <= s.last AND unhex(a.value->>3) > s.first),
hit(at, key, n, last, reaches, waits, hits) AS (
  SELECT h.at, h.key, h.n, h.last, h.reaches, 0, ${hitsOf('p', 'h.key')} FROM head h CROSS JOIN party_index p ON p.n = h.n
  WHERE (h.reaches OR h.rank <= ${ROWS}) AND instr(p.keys, h.key) > 0 UNION ALL
  SELECT w.at, w.key, t.n, t.last, t.last >= unhex(?3), 1, ${hitsOf('t', 'w.key')}
  FROM waiting w CROSS JOIN party_tail t ON t.realm = ?1
  WHERE t.first < unhex(?3) AND t.last >= unhex(?2) AND instr(t.keys, w.key) > 0),
summed AS (SELECT at, key, n, last, waits, reaches OR sum(hits) OVER older - hits < ?4 OR lag(last) OVER older IS last AS isRead
  FROM hit WINDOW older AS (PARTITION BY at, reaches ORDER BY last DESC ROWS UNBOUNDED PRECEDING))
SELECT at, CASE WHEN NOT isRead THEN NULL
  WHEN waits THEN (SELECT ${idsOf('t', 's.key')} FROM party_tail t WHERE t.n = s.n)
  ELSE (SELECT ${idsOf('p', 's.key')} FROM party_index p WHERE p.n = s.n) END AS ids,
  CASE WHEN NOT isRead THEN hex(last) END AS unread FROM summed s UNION ALL
SELECT at, NULL, hex(last) FROM head WHERE NOT reaches AND rank = ${ROWS + 1}`
interface Answer {
  readonly at: number
  readonly ids: string | null
  readonly unread: string | null
}

/** Values that `SEARCH` binds. */
function searchValues({ realm, people, from, before, limit }: PartySearch): readonly (string | number)[] {
  const rows = people.flatMap((keys, at) =>
    keys.flatMap(({ month, key }) => LEVELS.map((level) => [at, month, bucketOf(level, key), key] as const)),
  )
  const waiting = people.flatMap((keys, at) => keys.map(({ month, key }) => [at, key, ...idsOfMonth(month)] as const))
  return [realm, boundHex(from, 'id'), boundHex(before, 'id'), limit, JSON.stringify(rows), JSON.stringify(waiting)]
}

/** Messages of a person, newest first, and how far the search came. */
export interface PartyFound {
  readonly ids: readonly MessageId[]
  /** Id from which on all messages were looked at; null: there are no older ones. */
  readonly until: MessageId | null
}

/** The newest of what was found of a person, each once. */
function newestOf(answers: readonly Answer[], { from, before, limit }: PartySearch): PartyFound {
  const unread = answers.reduce((highest, { unread }) => (unread !== null && unread > highest ? unread : highest), '')
  const [least, end] = [boundHex(from, 'id').toUpperCase(), boundHex(before, 'id').toUpperCase()]
  const found = new Set<string>()
  for (const { ids } of answers)
    for (let place = 0; place < (ids?.length ?? 0); place += ID_HEX) {
      const id = ids?.slice(place, place + ID_HEX) ?? ''
      if (id >= least && id < end && id > unread) found.add(id)
    }
  const ids = [...found].sort().reverse().slice(0, limit).map(idOfHex)
  const until = ids.length === limit ? (ids.at(-1) ?? null) : unread === '' ? null : idAfter(unread)
  return { ids, until }
}

/** Finds the newest messages of each person, in index and tail together: a message that is being filled is in one of the two. */
export async function findByParty(db: D1Database, search: PartySearch): Promise<readonly PartyFound[]> {
  const { results } = await db
    .prepare(SEARCH)
    .bind(...searchValues(search))
    .all<Answer>()
  const answers = Map.groupBy(results, ({ at }) => at)
  return search.people.map((_, place) => newestOf(answers.get(place) ?? [], search))
}
