import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DAY, MINUTE } from '#worker/domain/time.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { openRun } from '#worker/flows/upkeep/purge-run.ts'
import { type Bindings, startBindings } from '../../worlds/harness.ts'

const NOW = Date.UTC(2026, 9, 18)

let bindings: Bindings
let platform: Platform
let clock = NOW
beforeAll(async () => {
  bindings = await startBindings()
  const db = bindings.ledger()
  platform = { env: { LEDGER_0: db, LEDGER_1: db }, now: () => clock, log: () => {} } as unknown as Platform
})
afterAll(() => bindings.dispose())

const ask = (db: D1Database | null, statements: number) =>
  db?.batch(Array.from({ length: statements }, () => db.prepare('SELECT 1')))

describe('a run of the purge on one of two shards', () => {
  test('is spent when half of 900 statements are', async () => {
    const run = openRun(platform, 0, NOW)
    await ask(run.db, 449)
    expect([run.statements(), run.isSpent()]).toEqual([449, false])
    await run.db.prepare('SELECT 1').first()
    expect([run.statements(), run.isSpent()]).toEqual([450, true])
  })

  test('counts what it asks of the other shard', async () => {
    const run = openRun(platform, 0, NOW)
    await ask(run.databaseOf(1), 450)
    expect(run.isSpent()).toBe(true)
    expect(openRun(platform, 1, NOW).isSpent()).toBe(false)
  })

  test('is spent when half of ten minutes are', () => {
    const run = openRun(platform, 0, NOW)
    clock = NOW + 5 * MINUTE
    expect(run.isSpent()).toBe(false)
    clock++
    expect(run.isSpent()).toBe(true)
  })

  test('has no database for a shard that is not bound, and keeps what is younger than 186 days', () => {
    const run = openRun(platform, 0, NOW)
    expect(run.databaseOf(7)).toBeNull()
    expect(run.cutoff).toBe(NOW - 186 * DAY)
  })
})
