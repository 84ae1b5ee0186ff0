import { afterAll, beforeAll, expect, test } from 'vitest'
import { takePace } from '#worker/store/control/challenge-pace.ts'
import { type Bindings, startBindings } from '../../worlds/harness.ts'

const NOW = Date.UTC(2026, 10, 20)
const HOUR = 3_600_000
const PACE = { burst: 3, everyMs: 60_000 }
const MANY = 5_000

let bindings: Bindings
beforeAll(async () => {
  bindings = await startBindings()
})
afterAll(() => bindings.dispose())

/** Takes from the pace of a key, and answers the rows that this read. */
async function readBy(key: string, now: number): Promise<number> {
  let read = 0
  const counting = {
    prepare: (sql: string) => bindings.control.prepare(sql),
    batch: async (statements: D1PreparedStatement[]) => {
      const results = await bindings.control.batch(statements)
      read += results.reduce((sum, { meta }) => sum + meta.rows_read, 0)
      return results
    },
  } as unknown as D1Database
  expect(await takePace(counting, key, PACE, now)).toBe(0)
  return read
}
const keys = async (): Promise<number> =>
  (await bindings.control.prepare('SELECT count(*) AS n FROM challenge_pace').first<number>('n')) ?? 0

test('a POST to a new receiver reads few rows, however many receivers are being waited for', async () => {
  await bindings.control
    .prepare(
      `INSERT INTO challenge_pace (key, idle_at)
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1) SELECT 'host ' || i, ?2 FROM n`,
    )
    .bind(MANY, NOW + HOUR)
    .run()
  expect(await readBy('one', NOW)).toBeLessThan(10)
  expect(await keys()).toBe(MANY + 1)
})

test('those that have been idle for an hour are forgotten, a hundred a POST', async () => {
  expect(await readBy('two', NOW + 3 * HOUR)).toBeLessThan(500)
  expect(await keys()).toBe(MANY + 2 - 100)
})
