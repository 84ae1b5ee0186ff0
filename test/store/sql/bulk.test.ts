import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { tallies } from '#worker/store/ledger-schema.ts'
import { bulk } from '#worker/store/sql/bulk.ts'
import { insertFrom } from '#worker/store/sql/columns.ts'
import { tupleOf } from '#worker/store/sql/tuple.ts'
import { type Bindings, startBindings } from '../../worlds/harness.ts'

let bindings: Bindings
let db: D1Database
beforeAll(async () => {
  bindings = await startBindings()
  db = bindings.ledger()
})
afterAll(() => bindings?.dispose())
beforeEach(() => db.exec('DELETE FROM tallies'))

interface Tally {
  readonly name: string
  readonly hour: number
  readonly count: number
}
const TALLY = tupleOf<Tally>()(['name', 'hour', 'count'], { hour: ({ hour }, now) => hour + now })
const INSERT = bulk(TALLY, (places) => `${insertFrom(tallies, places)} WHERE true ON CONFLICT DO NOTHING`)
const TENS = bulk(
  TALLY,
  ({ at, key }) => `UPDATE tallies SET count = ?2 + ${at.count} / 10 FROM json_each(?1) j
WHERE tallies.name = ${key.name} AND tallies.hour = ${key.hour}`,
)

const stored = async () => (await db.prepare('SELECT name, hour, count FROM tallies ORDER BY name, hour').all()).results
const NOW = 1_000

/** Rows of which all, two, one or none of the fields are the same; texts that are JSON, numbers, and quotes. */
const SETS: readonly (readonly Tally[])[] = [
  [{ name: 'one', hour: 1, count: 51 }],
  [
    { name: 'a', hour: 1, count: 51 },
    { name: 'b', hour: 1, count: 51 },
  ],
  [
    { name: '7', hour: 1, count: 51 },
    { name: '["x"]', hour: 1, count: 51 },
    { name: `o'"`, hour: 1, count: 51 },
  ],
  [
    { name: 'a', hour: 1, count: 51 },
    { name: 'a', hour: 2, count: 51 },
  ],
  [
    { name: 'a', hour: 1, count: 51 },
    { name: 'b', hour: 2, count: 51 },
    { name: 'b', hour: 3, count: 59 },
  ],
  [
    { name: 'same', hour: 1, count: 51 },
    { name: 'same', hour: 1, count: 51 },
  ],
  [],
]

test.each(SETS)(
  'rows are written as they are, whatever they share, and numbers divide as whole ones: %j',
  async (...rows) => {
    await INSERT(db, rows, NOW).run()
    const written = rows.map((row) => ({ ...row, hour: row.hour + NOW }))
    const unique = [...new Map(written.map((row) => [`${row.name} ${row.hour}`, row])).values()]
    const ordered = unique.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.hour - b.hour))
    expect(await stored()).toEqual(ordered)
    await TENS(db, rows, NOW, [100]).run()
    expect(await stored()).toEqual(ordered.map((row) => ({ ...row, count: 105 })))
  },
)

test('a shared field that a statement leaves out is no value too many', async () => {
  const rows = [
    { name: 'a', hour: 1, count: 5 },
    { name: 'b', hour: 1, count: 5 },
  ]
  await INSERT(db, rows).run()
  const more = bulk(
    TALLY,
    ({ key }) => `UPDATE tallies SET count = count + 1 FROM json_each(?1) j WHERE tallies.name = ${key.name}`,
  )
  expect((await more(db, rows).run()).meta.changes).toBe(2)
})

test('what all rows share stands in no row, and rows that share the same fields have one text', () => {
  const prepared: { sql: string; values: readonly unknown[] }[] = []
  const spy = {
    prepare: (sql: string) => ({ bind: (...values: unknown[]) => prepared.push({ sql, values }) }),
  } as unknown as D1Database
  for (const name of ['x', 'y'])
    INSERT(
      spy,
      Array.from({ length: 3 }, (_, hour) => ({ name, hour, count: 5 })),
    )
  expect(prepared.map(({ values }) => values)).toEqual([
    ['[0,1,2]', 'x', 5],
    ['[0,1,2]', 'y', 5],
  ])
  expect(new Set(prepared.map(({ sql }) => sql)).size).toBe(1)
})

test('a shared field by which rows are sought does not make SQLite read all rows that have it', async () => {
  const rows = (from: number, n: number) =>
    Array.from({ length: n }, (_, i) => ({ name: 'all', hour: from + i, count: 0 }))
  await INSERT(db, rows(0, 2_000)).run()
  const { meta } = await TENS(db, rows(500, 100), 0, [1]).run()
  expect(meta.changes).toBe(100)
  expect(meta.rows_read).toBeLessThanOrEqual(400)
})
