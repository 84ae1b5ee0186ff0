import { afterAll, beforeAll, expect, test } from 'vitest'
import { newRequestId } from '#worker/domain/ids.ts'
import { DAY, MINUTE } from '#worker/domain/time.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { purge } from '#worker/flows/upkeep/purge.ts'
import { type Bindings, startBindings } from '../../worlds/harness.ts'

const NOW = Date.UTC(2026, 9, 18)
const REALM = 'live.ten_000000000001'
/** Older than the retention by its id, and changed today: it stays, and each walk passes it. */
const KEPT = `msg_${newRequestId(NOW - 200 * DAY).slice(4, 14)}${'0'.repeat(25)}`

let bindings: Bindings
let db: D1Database
let platform: Platform
let clock = NOW
const prepared: string[] = []
beforeAll(async () => {
  bindings = await startBindings()
  db = bindings.ledger()
  // The time of a run is over with the last statement before the files.
  const slow = {
    prepare(sql: string) {
      prepared.push(sql)
      if (sql.startsWith('DELETE FROM devices')) clock += 11 * MINUTE
      return db.prepare(sql)
    },
    batch: (statements: D1PreparedStatement[]) => db.batch(statements),
  }
  const env = { LEDGER_0: slow, MEDIA: await bindings.mf.getR2Bucket('MEDIA', 'chapar') }
  platform = { env, now: () => clock, log: () => {} } as unknown as Platform
  await db
    .prepare(
      `INSERT INTO messages (realm, id, direction, channel, status, attempt, party_key, party, line, units, encoding, purpose,
batched, accepted_at, updated_at, timeline) VALUES (?1, ?2, 1, 'sms', 30, 1, 'k', 'p', 'l', 1, 'gsm-7', 'otp', 0, ?3, ?3, '')`,
    )
    .bind(REALM, KEPT, NOW)
    .run()
})
afterAll(() => bindings.dispose())

const walked = (): number => prepared.filter((sql) => sql.startsWith('DELETE FROM messages')).length
const position = async (): Promise<unknown> =>
  JSON.parse((await db.prepare(`SELECT value FROM cursors WHERE name = 'purge'`).first<string>('value')) ?? 'null')

test('a run that is spent before the files does not walk the messages a second time', async () => {
  await purge(platform, NOW)
  expect(walked()).toBe(1)
  expect(await position()).toMatchObject({ owner: REALM, after: KEPT })
  clock = NOW
  await purge(platform, NOW)
  expect(walked()).toBe(1)
})
