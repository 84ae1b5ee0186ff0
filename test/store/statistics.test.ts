import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { messageId, newRequestId } from '#worker/domain/ids.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { DAY_SLOTS, type Group, packed } from '#worker/domain/statistics/counts.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { countMessages } from '#worker/flows/upkeep/count-messages.ts'
import { encodeNumber } from '#worker/lib/base32.ts'
import { REALM } from '#worker/store/codes/codes.ts'
import { claimStatement } from '#worker/store/messages/attempts.ts'
import { groupsBetween } from '#worker/store/statistics/days.ts'
import { type Meter, meteredDatabase } from '../worlds/databases/metered.ts'
import { type Bindings, startBindings } from '../worlds/harness.ts'
import { newMessage, sealed } from '../worlds/tenant-rows.ts'

const MINUTE = 60_000
const DAY = 86_400_000
const TODAY = Math.floor(Date.UTC(2026, 9, 18) / DAY)
const REALMS = [
  'live.ten_000000000001',
  'live.ten_000000000002',
  'test.ten_000000000002',
] as const satisfies readonly Realm[]
const DAYS = 400
/** Messages a day of which a year is a million: two connections, in each half hour delivered in five classes of time, or not. */
const A_DAY = 2_740

let bindings: Bindings
let db: D1Database
beforeAll(async () => {
  bindings = await startBindings()
  db = bindings.ledger()
})
afterAll(() => bindings.dispose())

const newMeter = (): Meter => ({ read: 0, written: 0, calls: 0 })

function dayOf(day: number): string {
  const groups = Array.from({ length: A_DAY }, (_, n): Group => {
    const slot = day * DAY_SLOTS + (n % DAY_SLOTS)
    const connection = n % 2 ? '0000000000080000000000' : '0000000000100000000000'
    return n % 20 === 0 ? [slot, 0, connection, 50, -1, 1, 1] : [slot, 0, connection, 60, 4 + (n % 5), 1, 2]
  })
  return JSON.stringify(packed(groups))
}

test('a year of a million messages reads a row a day and one more, and of no other tenant', async () => {
  for (const realm of REALMS) {
    const rows = Array.from({ length: DAYS }, (_, n) => [REALM.encode(realm), TODAY - n, dayOf(TODAY - n), '[]'])
    const insert = `INSERT INTO statistics (realm, day, firm, fresh) SELECT unhex(value->>0), value->>1, value->>2, value->>3 FROM json_each(?1)`
    for (let n = 0; n < DAYS; n += 50)
      await db
        .prepare(insert)
        .bind(JSON.stringify(rows.slice(n, n + 50)))
        .run()
  }
  const meter = newMeter()
  const to = (TODAY + 1) * DAY
  const groups = await groupsBetween(meteredDatabase(db, meter), REALMS[1], to - 365 * DAY, to)
  expect(groups.reduce((sum, [, , , , , n]) => sum + n, 0)).toBe(365 * A_DAY)
  expect(meter).toEqual({ read: 366, written: 0, calls: 1 })
  const bytes = await db.prepare('SELECT max(length(firm)) AS n FROM statistics').first<number>('n')
  expect(bytes).toBeLessThan(8_000)
})

describe('a sweep', () => {
  const SENT = 4_000
  const start = Date.UTC(2026, 9, 18, 12)
  const sweepAt = async (at: number): Promise<Meter> => {
    const meter = newMeter()
    const env = { LEDGER_0: meteredDatabase(db, meter) }
    await countMessages({ env, now: () => at, log: () => {} } as unknown as Platform, 0, at)
    return meter
  }

  test('reads a message twice, and writes next to nothing for it, each sent alone', async () => {
    await sweepAt(start)
    const rows = Array.from({ length: SENT }, (_, n) => {
      const at = start + Math.floor((n * MINUTE) / SENT)
      const base =
        newRequestId(at).slice(4, 14) + encodeNumber(n, 6) + encodeNumber(0, 2) + encodeNumber(1, 3) + '0'.repeat(10)
      return newMessage(REALMS[n % 3] as Realm, messageId(base, 0), n, { acceptedAt: at, batched: false })
    })
    for (let n = 0; n < SENT; n += 500) await claimStatement(db, await sealed(db, rows.slice(n, n + 500)), start).run()
    const meters = [
      await sweepAt(start + 2 * MINUTE),
      await sweepAt(start + 35 * MINUTE),
      await sweepAt(start + 36 * MINUTE),
    ]
    const [read, written] = [
      meters.reduce((sum, one) => sum + one.read, 0),
      meters.reduce((sum, one) => sum + one.written, 0),
    ]
    // Each realm costs some seeks a sweep, whatever was sent.
    expect(read - 2 * SENT).toBeLessThan(60 * REALMS.length)
    expect(written / SENT).toBeLessThan(0.02)
  })

  test('that finds nothing new costs some seeks a realm', async () => {
    const { read, written } = await sweepAt(start + 37 * MINUTE)
    expect(read).toBeLessThan(10 * REALMS.length)
    expect(written).toBeLessThanOrEqual(1)
  })
})
