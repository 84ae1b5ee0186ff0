import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TenantId } from '#worker/domain/realm.ts'
import type { RequestRow } from '#worker/jobs.ts'
import { type AdminClient, adminClient, pointersOf } from '../../worlds/admin-client.ts'
import { type Harness, startChapar } from '../../worlds/harness.ts'

let chapar: Harness
let admin: AdminClient

beforeAll(async () => {
  chapar = await startChapar({ shards: 2 })
  admin = await adminClient(chapar)
})
afterAll(() => chapar?.dispose())

const row = (id: string, over: Partial<RequestRow> = {}): RequestRow => ({
  id: `req_${id}`,
  tenantId: 'ten_watched',
  at: Date.now(),
  ip: '192.0.2.7',
  country: 'IR',
  asn: 64500,
  ray: null,
  actor: 'cli_x',
  method: 'GET',
  route: '/v1/messages',
  status: 200,
  count: 1,
  ...over,
})
const itemsOf = (page: Record<string, unknown>) => page['data'] as Record<string, unknown>[]

/** Waits for what a queue consumer does behind an answer. */
async function eventually<Value>(read: () => Promise<Value>, holds: (value: Value) => boolean): Promise<Value> {
  for (;;) {
    const value = await read()
    if (holds(value)) return value
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** A row of the access log, in whichever shard its tenant has. */
async function loggedRow(id: string): Promise<unknown> {
  const sql = 'SELECT count FROM requests WHERE id = ?1'
  const found = await Promise.all([0, 1].map((shard) => chapar.ledger(shard).prepare(sql).bind(`req_${id}`).first()))
  return found.find(Boolean)
}

describe('the access log', () => {
  it('is read by tenant and time window, newest first', async () => {
    const producer = await chapar.queue('AUDIT')
    const made = await admin.call('POST', '/admin/v1/tenants', { name: 'Logged' })
    const requestId = made.headers.get('request-id')
    const { id } = await admin.ok('POST', '/admin/v1/tenants', { name: 'Old' })
    const tenantId = id as TenantId
    await producer.send({ kind: 'audit', rows: [row('00000000010000ab', { tenantId })] })
    const find = () => admin.ok('GET', '/admin/v1/requests?tenantId=')
    const page = await eventually(find, (found) => itemsOf(found).some(({ id }) => id === requestId))
    expect(itemsOf(page).find(({ id }) => id === requestId)).toMatchObject({
      method: 'POST',
      route: '/admin/v1/tenants',
      status: 201,
      ip: '127.0.0.1',
      actor: expect.stringContaining('tester'),
    })
    await eventually(() => loggedRow('00000000010000ab'), Boolean)
    const old = `/admin/v1/requests?tenantId=${tenantId}`
    expect(itemsOf(await admin.ok('GET', old))).toEqual([])
    const window = `${old}&from=1970-01-01T00:00:00Z&to=1970-01-01T00:01:00Z`
    expect(itemsOf(await admin.ok('GET', window))).toHaveLength(1)
  })

  it.each(['/admin/v1/requests', '/admin/v1/routes'])('%s of nobody is a 400 that names the tenant', async (path) => {
    for (const nobody of ['x', 'ten_00000000000000', 'ten_'])
      expect(pointersOf(await admin.call('GET', `${path}?tenantId=${nobody}`))).toEqual(['query:tenantId'])
    expect(itemsOf(await admin.ok('GET', `${path}?tenantId=`))).toBeInstanceOf(Array)
  })

  it('asks for a tenant and takes times only', async () => {
    expect(pointersOf(await admin.call('GET', '/admin/v1/requests'))).toEqual(['query:tenantId'])
    expect(pointersOf(await admin.call('GET', '/admin/v1/requests?tenantId=&from=now'))).toEqual(['query:from'])
  })
})
