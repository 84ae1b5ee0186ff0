import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ConnectionId, SessionId } from '#worker/domain/ids.ts'
import type { Realm } from '#worker/domain/realm.ts'
import type { SessionRecord } from '#worker/domain/sessions/session.ts'
import { listSessions } from '#worker/store/sessions/read.ts'
import { upsertSessions } from '#worker/store/sessions/write.ts'
import { type Bindings, startBindings } from '../worlds/harness.ts'
import { countingRows } from './rows-read.ts'

const TENANTS = ['live.ten_000000000001', 'live.ten_000000000002'] as const satisfies readonly Realm[]
const AROUND = 300

let bindings: Bindings
let db: D1Database
beforeAll(async () => {
  bindings = await startBindings()
  db = bindings.ledger()
  for (const tenant of TENANTS)
    for (let from = 0; from < AROUND; from += 100) await db.batch(await written(tenant, from, 100))
})
afterAll(() => bindings.dispose())

const ledgerOf = (of: D1Database) => ({ db: of, keys: bindings.keys })
const upsert = async (realm: Realm, partyKey: string, session: SessionRecord): Promise<D1Result> => {
  const [statement] = await upsertSessions(ledgerOf(db), [{ realm, partyKey, session }])
  if (!statement) throw new Error('no statement')
  return statement.run()
}

const written = async (realm: Realm, from: number, count: number): Promise<D1PreparedStatement[]> => {
  const some = Array.from({ length: count }, (_, i) => ({
    ...{ realm, partyKey: `key-${(from + i) % 50}`, session: record(realm, from + i) },
  }))
  return [...(await upsertSessions(ledgerOf(db), some))]
}

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
  const first = await upsert(tenant, 'key-new', record(tenant, AROUND))
  expect(first.meta.rows_written).toBeLessThanOrEqual(2)
  const ended = record(tenant, AROUND, { reason: 'application' })
  const second = await upsert(tenant, 'key-new', ended)
  expect(second.meta.rows_written).toBe(1)
  expect(second.meta.rows_read).toBeLessThanOrEqual(4)
})

test('a page reads what it shows, also a person’s', async () => {
  const rowsRead = async (partyKey: string | null) => {
    const counting = countingRows(db)
    const page = { partyKey, before: null, limit: 5 }
    expect(await listSessions(ledgerOf(counting.db), TENANTS[1], page)).toHaveLength(5)
    return counting.read()
  }
  expect(await rowsRead(null)).toBeLessThanOrEqual(10)
  expect(await rowsRead('key-7')).toBeLessThanOrEqual(15)
})
