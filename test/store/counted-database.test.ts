import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { countedDatabase } from '#worker/store/counted-database.ts'
import { type Bindings, startBindings } from '../worlds/harness.ts'

const NOW = Date.UTC(2026, 9, 18)
const INSERT = 'INSERT INTO cursors (name, value, updated_at) VALUES (?1, ?2, ?3)'
const VALUE = 'SELECT value FROM cursors WHERE name = ?1'

let bindings: Bindings
let real: D1Database
/** Statements that reached D1, told by the real database itself. */
let reached: number
let count: { asked: number }
let db: D1Database

/** The real database; each of its statements that is run adds to `reached`. */
function watched(on: D1Database): D1Database {
  const reals = new Map<unknown, D1PreparedStatement>()
  const watch = (statement: D1PreparedStatement): D1PreparedStatement => {
    const tell = () => {
      reached++
      return statement
    }
    const told = {
      bind: (...values: unknown[]) => watch(statement.bind(...values)),
      run: () => tell().run(),
      all: () => tell().all(),
      raw: () => tell().raw(),
      first: (...column: [string]) => tell().first(...column),
    } as unknown as D1PreparedStatement
    reals.set(told, statement)
    return told
  }
  return {
    prepare: (sql: string) => watch(on.prepare(sql)),
    batch: (statements: D1PreparedStatement[]) => {
      reached += statements.length
      return on.batch(statements.map((one) => reals.get(one) ?? one))
    },
  } as unknown as D1Database
}

beforeAll(async () => {
  bindings = await startBindings()
  real = bindings.ledger()
})
beforeEach(async () => {
  await real.prepare('DELETE FROM cursors').run()
  reached = 0
  count = { asked: 0 }
  db = countedDatabase(watched(real), count)
})
afterAll(() => bindings.dispose())

test('counts what D1 was asked to run, and answers what it answered', async () => {
  const { meta } = await db.prepare(INSERT).bind('a', '1', NOW).run()
  expect(meta.changes).toBe(1)
  expect(await db.prepare(VALUE).bind('a').first()).toEqual({ value: '1' })
  expect(await db.prepare(VALUE).bind('a').first('value')).toBe('1')
  expect(await db.prepare(VALUE).bind('b').first()).toBeNull()
  expect((await db.prepare('SELECT name FROM cursors').all()).results).toEqual([{ name: 'a' }])
  expect(await db.prepare('SELECT name, value FROM cursors').raw()).toEqual([['a', '1']])
  expect([count.asked, reached]).toEqual([6, 6])
})

test('counts each statement of a batch, and not what was only prepared', async () => {
  const insert = db.prepare(INSERT)
  db.prepare(VALUE).bind('never run')
  const results = await db.batch([insert.bind('a', '1', NOW), insert.bind('b', '2', NOW), db.prepare(VALUE).bind('b')])
  expect(results[2]?.results).toEqual([{ value: '2' }])
  expect([count.asked, reached]).toEqual([3, 3])
})

test('counts a prepared statement as often as it is run', async () => {
  const value = db.prepare(VALUE).bind('a')
  await value.first()
  await value.first()
  expect([count.asked, reached]).toEqual([2, 2])
})

test('counts what fails: D1 was asked for it', async () => {
  await expect(db.prepare('SELECT * FROM nothing').run()).rejects.toThrow()
  await expect(db.batch([db.prepare(INSERT).bind('a', null, NOW), db.prepare(VALUE).bind('a')])).rejects.toThrow()
  expect([count.asked, reached]).toEqual([3, 3])
})

test('several databases add up in one count', async () => {
  const second = countedDatabase(real, count)
  await db.prepare(VALUE).bind('a').first()
  await second.prepare(VALUE).bind('a').first()
  expect(count.asked).toBe(2)
})
