import type { Realm } from '#worker/domain/realm.ts'
import {
  bucketOf,
  bucketsOf,
  ID_HEX,
  idsOfMonth,
  KEY_BYTES,
  KEY_HEX,
  LEVELS,
  type Level,
  monthOfHex,
  ROW_ENTRIES,
} from './entry.ts'
import { FILL_AT_ONCE } from './tail.ts'

/** Row of the tail; its blobs are hexadecimal digits, those of ids in lower case as everywhere. */
interface TailRow {
  readonly seq: number
  readonly last: string
  readonly keys: string
  readonly ids: string
}

/** The oldest rows, up to so many entries, and one row at least; the newest row is not among them. */
const WAITING = `WITH oldest AS MATERIALIZED (
  SELECT seq, total - length(keys) / ${KEY_BYTES} AS base FROM party_tail WHERE realm = ?1 ORDER BY seq LIMIT 1)
SELECT t.seq, hex(t.last) AS last, hex(t.keys) AS keys, lower(hex(t.ids)) AS ids FROM oldest o CROSS JOIN party_tail t ON t.realm = ?1
WHERE t.seq < (SELECT max(seq) FROM party_tail WHERE realm = ?1) AND (t.total <= o.base + ?2 OR t.seq = o.seq) ORDER BY t.seq`

/** What an index holds of some months: entries of each level, and of each bucket the newest part and its entries. */
const HELD = `SELECT month, bucket, max(part) AS part, length(keys) / ${KEY_BYTES} AS entries, count(*) AS parts
FROM party_index WHERE realm = ?1 AND month IN (SELECT value FROM json_each(?2)) GROUP BY month, bucket`
interface Held {
  readonly month: number
  readonly bucket: number
  readonly part: number
  readonly entries: number
  readonly parts: number
}

/** Condition: the rows that the fill has read are there still. No row comes back, and those behind the newest never change. */
const UNTOUCHED = `(SELECT count(*) FROM json_each(?2) r
CROSS JOIN party_tail t ON t.realm = ?1 AND t.seq = (r.value->>0) AND t.last = unhex(r.value->>1)) = json_array_length(?2)`

const FILL = `INSERT INTO party_index (realm, month, bucket, part, first, last, keys, ids)
SELECT ?1, (j.value->>0), (j.value->>1), (j.value->>2), unhex(j.value->>3), unhex(j.value->>4), unhex(j.value->>5), unhex(j.value->>6)
FROM json_each(?3) j WHERE ${UNTOUCHED}
ON CONFLICT (realm, month, bucket, part) DO UPDATE SET
  first = min(party_index.first, excluded.first), last = max(party_index.last, excluded.last),
  keys = CAST(party_index.keys || excluded.keys AS BLOB), ids = CAST(party_index.ids || excluded.ids AS BLOB)`
const CLEAR = `DELETE FROM party_tail WHERE realm = ?1 AND seq IN (SELECT value->>0 FROM json_each(?2)) AND ${UNTOUCHED}`

/** Entries in the form in which the tail has them, cut out of its rows. */
interface Cut {
  readonly key: string
  readonly id: string
}

function monthsOf(rows: readonly TailRow[]): ReadonlyMap<number, readonly Cut[]> {
  const months = new Map<number, Cut[]>()
  let cuts: Cut[] = []
  let [from, until] = ['', '']
  for (const { keys, ids } of rows)
    for (let n = 0; n * KEY_HEX < keys.length; n++) {
      const id = ids.slice(n * ID_HEX, (n + 1) * ID_HEX)
      // Most entries are of the month of the one before.
      if (id < from || id >= until) {
        const month = monthOfHex(id)
        ;[from, until] = idsOfMonth(month)
        cuts = months.get(month) ?? []
        months.set(month, cuts)
      }
      cuts.push({ key: keys.slice(n * KEY_HEX, (n + 1) * KEY_HEX), id })
    }
  return months
}

/** Entries in such an order that those of a person stand together: a search takes them out of a row at once (find.ts). */
const together = (cuts: readonly Cut[]): readonly Cut[] => [...Map.groupBy(cuts, ({ key }) => key).values()].flat()

/** The first level of a month that has room for more entries; the last takes any number, in more parts. */
function levelFor(held: readonly Held[], entries: number): Level {
  const inLevel = (level: Level): number =>
    held
      .filter(({ bucket }) => bucket >> 8 === level)
      .reduce((sum, one) => sum + one.entries + (one.parts - 1) * ROW_ENTRIES, 0)
  return LEVELS.find((level) => inLevel(level) + entries <= bucketsOf(level) * ROW_ENTRIES) ?? 2
}

/** Row that a fill writes or adds to: month, bucket, part, lowest and highest id, keys, ids. */
type FillRow = readonly [number, number, number, string, string, string, string]

/** Cuts the entries of a bucket into rows: the newest row is filled up first, so that none has more than it may. */
function rowsOf(month: number, bucket: number, cuts: readonly Cut[], held: Held | undefined): FillRow[] {
  const rows: FillRow[] = []
  let part = held?.part ?? 0
  let room = ROW_ENTRIES - (held?.entries ?? 0)
  for (let at = 0; at < cuts.length; ) {
    if (room <= 0) {
      part++
      room = ROW_ENTRIES
    }
    const some = cuts.slice(at, at + room)
    const ids = some.map(({ id }) => id)
    const [first = '', last = ''] = [ids.reduce((a, b) => (a < b ? a : b)), ids.reduce((a, b) => (a > b ? a : b))]
    rows.push([month, bucket, part, first, last, some.map(({ key }) => key).join(''), ids.join('')])
    at += some.length
    room -= some.length
  }
  return rows
}

/**
 * Moves at most 20,000 entries of a realm out of the tail into the index, all but those of the newest row, which may be added
 * to. Both are one D1 batch, which does nothing if another fill was first. Answers how many entries were moved.
 */
export async function fillParties(db: D1Database, realm: Realm): Promise<number> {
  const { results: rows } = await db.prepare(WAITING).bind(realm, FILL_AT_ONCE).all<TailRow>()
  if (rows.length === 0) return 0
  const months = monthsOf(rows)
  const held = (
    await db
      .prepare(HELD)
      .bind(realm, JSON.stringify([...months.keys()]))
      .all<Held>()
  ).results
  const filled = [...months].flatMap(([month, cuts]) => {
    const inMonth = held.filter((one) => one.month === month)
    const level = levelFor(inMonth, cuts.length)
    const buckets = Map.groupBy(together(cuts), ({ key }) => bucketOf(level, key))
    const heldOf = new Map(inMonth.map((one) => [one.bucket, one]))
    return [...buckets].flatMap(([bucket, some]) => rowsOf(month, bucket, some, heldOf.get(bucket)))
  })
  const read = JSON.stringify(rows.map(({ seq, last }) => [seq, last]))
  const [, cleared] = await db.batch([
    db.prepare(FILL).bind(realm, read, JSON.stringify(filled)),
    db.prepare(CLEAR).bind(realm, read),
  ])
  return cleared?.meta.changes === 0 ? 0 : rows.reduce((sum, { keys }) => sum + keys.length / KEY_HEX, 0)
}
