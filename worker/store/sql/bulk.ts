import type { EpochMs } from '#worker/domain/time.ts'
import { BoundedMap } from '#worker/lib/bounded-map.ts'
import { inBytes, type Json, type Places, placesOf, type Tuple, type Writer } from './tuple.ts'

/** Places of a bulk statement's fields. */
export interface BulkPlaces<Name extends string> extends Places<Name> {
  /**
   * SQL of each field for a condition by which rows are sought. A bound value there would make SQLite scan all rows that have
   * it, instead of seeking one for each row of the JSON: this depends on that row.
   */
  readonly key: { readonly [Key in Name]: string }
}

/** Makes a statement for rows. `now`: for their writers · `more`: values of `?2` and up. */
type Bulk<Row> = (
  db: D1Database,
  rows: readonly Row[],
  now?: EpochMs,
  more?: readonly (string | number)[],
) => D1PreparedStatement

/** Most texts that are kept of one statement. Few come up: the rows of most slices share the same fields. */
const TEXTS = 64

/**
 * Text of a statement with the number of its highest parameter: D1 refuses a value beyond it, of a field that the text leaves
 * out.
 */
interface Text {
  readonly sql: string
  readonly parameters: number
}
const withParameters = (sql: string): Text => ({
  sql,
  parameters: Math.max(...[...sql.matchAll(/\?(\d+)/g)].map(([, n]) => Number(n))),
})

/** Forms of a field in a text: it stands in each row, is bound once, or is bound once and a number. */
const IN_ROWS = '0'
const BOUND = '1'
const BOUND_NUMBER = '2'

/** Value of one field that all rows share; undefined if they do not. */
function sharedValue<Row>(rows: readonly Row[], now: EpochMs, writer: Writer<Row>): Json | undefined {
  const [first] = rows
  if (first === undefined) return undefined
  const value = writer(first, now)
  for (let i = 1; i < rows.length; i++) if (writer(rows[i] as Row, now) !== value) return undefined
  return value
}

/** Places of fields by their forms. `first`: number of the parameter that the first bound value has. */
function placesBy<Name extends string>(
  { names, bytes }: Pick<Tuple<never, Name>, 'names' | 'bytes'>,
  forms: string,
  first: number,
): BulkPlaces<Name> {
  const inRows = [...forms].filter((form) => form === IN_ROWS).length
  let position = 0
  let parameter = first
  const sql = names.map((_, i) => {
    if (forms[i] === IN_ROWS) return inRows === 1 ? 'j.value' : `(j.value->>${position++})`
    // D1 binds every number as a real, and a real divides without a remainder.
    return forms[i] === BOUND ? `?${parameter++}` : `CAST(?${parameter++} AS INTEGER)`
  })
  const keys = sql.map((one, i) => (forms[i] === IN_ROWS ? one : `coalesce(${one}, j.key)`))
  const typed = (all: readonly string[]) => all.map((one, i) => inBytes(one, bytes.includes(names[i] as Name)))
  return { ...placesOf(names, typed(sql)), key: placesOf(names, typed(keys)).at }
}

/**
 * Makes a statement over many rows of a tuple. What all rows of a call share is bound once, and only the rest stands in the JSON:
 * cutting a field out of it costs SQLite more than writing it. Each set of shared fields has a text of its own.
 */
export function bulk<Row, Name extends string>(
  tuple: Tuple<Row, Name>,
  textOf: (places: BulkPlaces<Name>) => string,
): Bulk<Row> {
  const texts = new BoundedMap<string, Text>(TEXTS)
  return (db, rows, now = 0, more = []) => {
    const shared: Json[] = []
    const inRows: Writer<Row>[] = []
    let forms = ''
    for (const writer of tuple.writers) {
      const value = sharedValue(rows, now, writer)
      if (value === undefined) inRows.push(writer)
      else shared.push(value)
      forms += value === undefined ? IN_ROWS : typeof value === 'number' ? BOUND_NUMBER : BOUND
    }
    const kept = texts.get(forms)
    const { sql, parameters } = kept ?? withParameters(textOf(placesBy(tuple, forms, 2 + more.length)))
    if (!kept) texts.set(forms, { sql, parameters })
    const [only] = inRows
    const values =
      inRows.length === 1 && only
        ? rows.map((row) => only(row, now))
        : rows.map((row) => inRows.map((writer) => writer(row, now)))
    return db.prepare(sql).bind(...[JSON.stringify(values), ...more, ...shared].slice(0, parameters))
  }
}
