import { afterAll, beforeAll, expect, test } from 'vitest'
import { hasRowsBefore } from '#worker/store/keys/forget.ts'
import { monthOf } from '#worker/store/keys/month.ts'
import {
  insertRequests,
  insertRequestsStatement,
  type LoggedRequest,
  openRequests,
  sealRequests,
} from '#worker/store/requests.ts'
import { openedCalls } from '../worlds/at-rest/opened-calls.ts'
import { type Bindings, startBindings } from '../worlds/harness.ts'

let bindings: Bindings
beforeAll(async () => {
  bindings = await startBindings()
})
afterAll(() => bindings.dispose())

const sealed = (rows: readonly LoggedRequest[]) => sealRequests(bindings.keys, rows)

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

test('keeps every member of a row, absent ones as nulls, and none that tells of a person in clear', async () => {
  const db = bindings.ledger()
  const empty: Partial<LoggedRequest> = { tenantId: '', country: null, asn: null, ray: null, actor: null, ip: '' }
  const told = {
    actor: 'an operator',
    object: 'sender/email/a@example.com',
    parent: 'con_aaaaaaaaaaaa',
    reason: 'asked by 989121112233',
    before: '{"a":1}',
    after: '{"a":2}',
    role: 'support',
    mode: 'test',
    fields: ['name'],
    problem: 'forbidden',
    approval: 'apr_0000000000000001',
  } as const
  await insertRequests(db, bindings.keys, [row('req_1'), row('req_2', empty), row('req_2t', told)])
  const [one, two, three] = await openedCalls(
    { ledger: db, keys: bindings.keys },
    "id IN ('req_1', 'req_2', 'req_2t') ORDER BY id",
  )
  const { tenantId, ...members } = row('req_1')
  const rare = {
    ...{ object: null, parent: null, reason: null, before: null, after: null },
    ...{ role: null, mode: null, fields: null, problem: null, approval: null },
  }
  expect(one).toEqual({ ...members, ...rare, tenant_id: tenantId })
  expect(two).toMatchObject({ tenant_id: '', country: null, asn: null, ray: null, actor: null, ip: '', ...rare })
  expect(three).toMatchObject(told)
  const { results } = await db.prepare("SELECT * FROM requests WHERE id LIKE 'req_2%' ORDER BY id").all()
  expect(results).toMatchObject([
    { ip_key: null },
    { parent: told.parent, ip_key: expect.stringMatching(/^6[0-9a-f]{30}$/) },
  ])
  const stored = JSON.stringify(results)
  for (const text of ['2001:db8', '20010db8', told.actor, 'example.com', '98912', '"a"'])
    expect(stored).not.toContain(text)
})

test('what is sealed opens in its own row alone', async () => {
  const [one, two] = await sealed([row('req_1'), row('req_2')])
  if (!one || !two) throw new Error('no rows')
  const { isSealed: _, ...stored } = one
  expect(await openRequests(bindings.keys, [stored])).toMatchObject([{ ip: '2001:db8::1' }])
  for (const moved of [{ id: two.id }, { tenantId: 'ten_b' as const }, { sealed: two.sealed }])
    expect(await openRequests(bindings.keys, [{ ...stored, ...moved }])).toMatchObject([{ ip: '', isAltered: true }])
})

test('a month of which the log has a row, of whatever tenant, keeps the platform’s keys', async () => {
  const db = bindings.ledger()
  const end = Date.UTC(1980, 0)
  expect(await hasRowsBefore(db, '', end)).toBe(false)
  await insertRequests(db, bindings.keys, [row('req_0000000001aaaaaa', { tenantId: 'ten_kept', at: end - 1 })])
  expect(await hasRowsBefore(db, '', end)).toBe(true)
  await db.prepare("DELETE FROM requests WHERE tenant_id = 'ten_kept'").run()
  expect(await hasRowsBefore(db, '', end)).toBe(false)
})

test('a row whose keys were forgotten is listed without what was sealed', async () => {
  const at = Date.UTC(2029, 0, 5)
  const [one] = await sealed([row('req_f', { at, object: 'sender/sms/1', reason: 'why' })])
  if (!one) throw new Error('no row')
  const { isSealed: _, ...stored } = one
  await bindings.keys.forget('', monthOf(at))
  const gone = { ip: '', object: null, reason: null, before: null }
  expect(await openRequests(bindings.keys, [stored])).toMatchObject([{ id: 'req_f', status: 200, ...gone }])
})

test('a redelivery changes nothing and writes nothing', async () => {
  const db = bindings.ledger()
  await insertRequests(db, bindings.keys, [row('req_3')])
  const again = await insertRequestsStatement(db, await sealed([row('req_3', { status: 500 }), row('req_4')])).run()
  expect(again.meta.changes).toBe(1)
  expect(await db.prepare("SELECT status FROM requests WHERE id = 'req_3'").first('status')).toBe(200)
})

test('a thousand rows are one statement that writes a thousand rows, and as many entries of the index by address', async () => {
  const rows = Array.from({ length: 1_000 }, (_, i) => row(`req_m${String(i).padStart(4, '0')}`))
  const { meta } = await insertRequestsStatement(bindings.ledger(), await sealed(rows)).run()
  expect(meta.rows_written).toBe(2_000)
  expect(meta.rows_read).toBeLessThanOrEqual(4_000)
})

test('any number of rows fits, by several statements', async () => {
  const rows = Array.from({ length: 7_000 }, (_, i) => row(`req_n${String(i).padStart(4, '0')}`))
  await insertRequests(bindings.ledger(), bindings.keys, rows)
  const count = await bindings.ledger().prepare("SELECT count(*) AS n FROM requests WHERE id LIKE 'req_n%'").first('n')
  expect(count).toBe(7_000)
})

test('a row that breaks a rule is an error, never dropped in silence', async () => {
  const broken = { ...row('req_5'), method: null } as unknown as LoggedRequest
  await expect(insertRequests(bindings.ledger(), bindings.keys, [broken])).rejects.toThrow('NOT NULL')
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
  await insertRequests({ prepare } as D1Database, bindings.keys, rows)
  expect(Math.max(...sizes)).toBeLessThan(2_000_000)
  expect(await db.prepare("SELECT count(*) AS n FROM requests WHERE id LIKE 'req_s%'").first('n')).toBe(100)
})
