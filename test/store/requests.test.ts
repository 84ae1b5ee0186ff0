import { afterAll, beforeAll, expect, test } from 'vitest'
import { insertRequests, insertRequestsStatement, type LoggedRequest } from '#worker/store/requests.ts'
import { type Bindings, startBindings } from '../worlds/harness.ts'

let bindings: Bindings
beforeAll(async () => {
  bindings = await startBindings()
})
afterAll(() => bindings.dispose())

const row = (id: `req_${string}`, part: Partial<LoggedRequest> = {}): LoggedRequest => ({
  id,
  tenantId: 'ten_a',
  at: 1_790_000_000_000,
  ip: '2001:db8::1',
  country: 'IR',
  asn: 44_244,
  ray: 'abcdef0123456789-THR',
  actor: 'cli_a',
  method: 'GET',
  route: '/v1/messages/:id',
  status: 200,
  count: 1,
  ...part,
})

test('keeps every member of a row, absent ones as nulls', async () => {
  const db = bindings.ledger()
  const empty: Partial<LoggedRequest> = { tenantId: '', country: null, asn: null, ray: null, actor: null, ip: '' }
  await insertRequests(db, [row('req_1'), row('req_2', empty)])
  const { results } = await db.prepare("SELECT * FROM requests WHERE id IN ('req_1', 'req_2') ORDER BY id").all()
  const { tenantId, ...members } = row('req_1')
  const rare = { object: null, parent: null, reason: null, before: null, after: null }
  expect(results[0]).toEqual({ ...members, ...rare, tenant_id: tenantId, ip_key: '620010db8000000000000000000000001' })
  expect(results[1]).toMatchObject({ tenant_id: '', country: null, asn: null, ray: null, actor: null, ip: '' })
  expect(results[1]).toMatchObject({ ip_key: null })
})

test('a redelivery changes nothing and writes nothing', async () => {
  const db = bindings.ledger()
  await insertRequests(db, [row('req_3')])
  const again = await insertRequestsStatement(db, [row('req_3', { status: 500 }), row('req_4')]).run()
  expect(again.meta.changes).toBe(1)
  expect(await db.prepare("SELECT status FROM requests WHERE id = 'req_3'").first('status')).toBe(200)
})

test('a thousand rows are one statement that writes a thousand rows, and as many entries of the index by address', async () => {
  const rows = Array.from({ length: 1_000 }, (_, i) => row(`req_m${String(i).padStart(4, '0')}`))
  const { meta } = await insertRequestsStatement(bindings.ledger(), rows).run()
  expect(meta.rows_written).toBe(2_000)
  expect(meta.rows_read).toBeLessThanOrEqual(4_000)
})

test('any number of rows fits, by several statements', async () => {
  const rows = Array.from({ length: 7_000 }, (_, i) => row(`req_n${String(i).padStart(4, '0')}`))
  await insertRequests(bindings.ledger(), rows)
  const count = await bindings.ledger().prepare("SELECT count(*) AS n FROM requests WHERE id LIKE 'req_n%'").first('n')
  expect(count).toBe(7_000)
})

test('a row that breaks a rule is an error, never dropped in silence', async () => {
  const broken = { ...row('req_5'), ip: null } as unknown as LoggedRequest
  await expect(insertRequests(bindings.ledger(), [broken])).rejects.toThrow('NOT NULL')
})

test('rows that hold long states of what an operator changed go by statements that D1 takes', async () => {
  const rows = Array.from({ length: 100 }, (_, i) => {
    const state = JSON.stringify({ name: '"ابر"'.repeat(2_500), i })
    return row(`req_s${String(i).padStart(4, '0')}`, { tenantId: '', reason: 'ticket 5', before: state, after: state })
  })
  const db = bindings.ledger()
  const sizes: number[] = []
  const prepare = (sql: string) => {
    const statement = db.prepare(sql)
    const bind = (...values: unknown[]) => {
      sizes.push(...values.map((value) => Buffer.byteLength(String(value))))
      return statement.bind(...values)
    }
    return { bind } as unknown as D1PreparedStatement
  }
  await insertRequests({ prepare } as D1Database, rows)
  expect(Math.max(...sizes)).toBeLessThan(2_000_000)
  expect(await db.prepare("SELECT count(*) AS n FROM requests WHERE id LIKE 'req_s%'").first('n')).toBe(100)
})
