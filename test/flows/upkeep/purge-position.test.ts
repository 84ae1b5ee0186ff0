import { afterAll, beforeAll, expect, test } from 'vitest'
import { type MessageId, newRequestId } from '#worker/domain/ids.ts'
import { DAY, MINUTE } from '#worker/domain/time.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { purge } from '#worker/flows/upkeep/purge.ts'
import { insertStatement } from '#worker/store/messages/writes.ts'
import { type Bindings, startBindings } from '../../worlds/harness.ts'
import { newMessage, sealed } from '../../worlds/tenant-rows.ts'

const NOW = Date.UTC(2026, 9, 18)
const REALM = 'live.ten_000000000001'
/** Older than the retention by its id, and changed today: it stays, and each walk passes it. */
const KEPT: MessageId = `msg_${newRequestId(NOW - 200 * DAY).slice(4, 14)}${'0'.repeat(25)}`

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
  const row = newMessage(REALM, KEPT, 0, {
    acceptedAt: NOW,
    status: 'unknown',
    timeline: [{ at: NOW, status: 'unknown', by: 'sweep' }],
  })
  await insertStatement(db, await sealed(db, [row]), NOW).run()
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
