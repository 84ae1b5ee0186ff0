import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ConnectionId, SessionId } from '#worker/domain/ids.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { listSessions, type SessionRecord, upsertSession } from '#worker/store/sessions.ts'
import { type Bindings, startBindings } from '../worlds/harness.ts'

const TENANTS = ['live.ten_000000000001', 'live.ten_000000000002'] as const satisfies readonly Realm[]
const AROUND = 300

let bindings: Bindings
let db: D1Database
beforeAll(async () => {
  bindings = await startBindings()
  db = bindings.ledger()
  for (const tenant of TENANTS)
    for (let from = 0; from < AROUND; from += 100)
      await db.batch(
        Array.from({ length: 100 }, (_, i) =>
          upsertSession(db, tenant, `key-${(from + i) % 50}`, record(tenant, from + i)),
        ),
      )
})
afterAll(() => bindings.dispose())

const record = (tenant: Realm, n: number, more: Partial<SessionRecord> = {}): SessionRecord => ({
  id: `ses_${tenant.slice(4)}${String(n).padStart(10, '0')}000000100000000` as SessionId,
  channel: 'ussd',
  connectionId: 'con_x' as ConnectionId,
  sessionRef: String(n),
  party: '+989121234567',
  line: '*384*1#',
  reason: null,
  startedAt: n,
  updatedAt: n,
  turns: [{ at: n, input: null, screen: 'one', by: 'application', ms: 1 }],
  ...more,
})

test('writing a session down costs a row and its index, again a row; reads stay by the row', async () => {
  const [tenant] = TENANTS
  const first = await upsertSession(db, tenant, 'key-new', record(tenant, AROUND)).run()
  expect(first.meta.rows_written).toBeLessThanOrEqual(2)
  const ended = record(tenant, AROUND, { reason: 'application' })
  const second = await upsertSession(db, tenant, 'key-new', ended).run()
  expect(second.meta.rows_written).toBe(1)
  expect(second.meta.rows_read).toBeLessThanOrEqual(4)
})

test('a page reads what it shows, also a person’s', async () => {
  const rowsRead = async (partyKey: string | null) => {
    let read = 0
    const counting = {
      prepare: (sql: string) => ({
        bind: (...values: unknown[]) => ({
          all: async () => {
            const result = await db
              .prepare(sql)
              .bind(...values)
              .all()
            read = result.meta.rows_read
            return result
          },
        }),
      }),
    } as unknown as D1Database
    const page = { partyKey, before: null, limit: 5 }
    expect(await listSessions(counting, TENANTS[1], page)).toHaveLength(5)
    return read
  }
  expect(await rowsRead(null)).toBeLessThanOrEqual(10)
  expect(await rowsRead('key-7')).toBeLessThanOrEqual(15)
})
