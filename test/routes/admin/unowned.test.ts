import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { OPERATORS } from '#worker/store/codes/codes.ts'
import { type AdminClient, adminClient, pointersOf } from '../../worlds/admin-client.ts'
import { type Harness, startChapar } from '../../worlds/harness.ts'
import { rowsWhere } from '../../worlds/tenant-rows.ts'
import { until } from '../../worlds/world.ts'

let chapar: Harness
let admin: AdminClient

beforeAll(async () => {
  chapar = await startChapar({ shards: 2 })
  admin = await adminClient(chapar)
})
afterAll(() => chapar?.dispose())

const itemsOf = (page: Record<string, unknown>) => page['data'] as Record<string, unknown>[]
const FROM = '+989121234567'
const TEXT = 'سلام'

describe('messages to lines that nobody has', () => {
  let id: string
  let connectionId: unknown
  beforeAll(async () => {
    const made = await admin.ok('POST', '/admin/v1/connections', { channel: 'sms', provider: 'sandbox', name: 'In' })
    connectionId = made['id']
    const url = new URL(String(made['callbackUrl']))
    const inbound = [{ id: 'in-1', from: FROM, to: '10009999', text: TEXT }]
    const body = JSON.stringify({ at: Date.now(), inbound })
    const headers = { 'content-type': 'application/json' }
    expect((await chapar.fetch(url.pathname, { method: 'POST', headers, body })).status).toBe(200)
    id = await until('it is there', async () =>
      String(itemsOf(await admin.ok('GET', '/admin/v1/unowned'))[0]?.['id'] ?? ''),
    )
  })

  it('are listed by what says nothing of the person, and counted', async () => {
    const page = await admin.ok('GET', '/admin/v1/unowned')
    const [one = {}] = itemsOf(page)
    expect(one).toMatchObject({ to: '10009999', channel: 'sms', mode: 'test', connectionId })
    expect(Object.keys(one).sort()).toEqual(['channel', 'connectionId', 'id', 'mode', 'receivedAt', 'to'])
    expect(JSON.stringify(page)).not.toMatch(/9121234567|سلام/)
    expect(await admin.ok('GET', '/admin/v1/health')).toMatchObject({ unowned: 1 })
  })

  it.each([
    [undefined, 415],
    [{}, 422],
    [{ reason: '' }, 422],
    [{ reason: '   ' }, 422],
    [{ reason: 'x' }, 422],
    [{ reason: 12 }, 422],
    [{ reason: 'x'.repeat(501) }, 422],
    [{ reason: 'a complaint', more: true }, 422],
  ] as const)('are not shown for %j: %i', async (body, status) => {
    const answer = await admin.call('POST', `/admin/v1/unowned/${id}/disclose`, body)
    expect(answer.status).toBe(status)
    if (status === 422) expect(pointersOf(answer)).not.toEqual([])
    expect(JSON.stringify(answer.body)).not.toMatch(/9121234567|سلام/)
  })

  it('are shown for a reason, and who asked, when and why is kept with the message', async () => {
    const reason = 'complaint 4711 of the person'
    const answer = await admin.call('POST', `/admin/v1/unowned/${id}/disclose`, { reason })
    expect(answer).toMatchObject({ status: 200, body: { id, from: FROM, to: '10009999', content: { text: TEXT } } })
    const requestId = answer.headers.get('request-id')
    const found = await until('the record', async () =>
      itemsOf(await admin.ok('GET', `/admin/v1/requests?object=${id}`)).find((row) => row['id'] === requestId),
    )
    expect(found).toMatchObject({
      object: id,
      reason,
      actor: expect.stringContaining('tester'),
      method: 'POST',
      route: '/admin/v1/unowned/:id/disclose',
      status: 200,
    })
    expect(JSON.stringify(found)).not.toMatch(/9121234567|سلام/)
  })

  it('of a tenant are none of these', async () => {
    expect(await rowsWhere(chapar.ledger(0), `m.realm NOT IN (${OPERATORS})`)).toEqual([])
    const reason = { reason: 'a look around' }
    expect((await admin.call('POST', `/admin/v1/unowned/${id.slice(0, -2)}99/disclose`, reason)).status).toBe(404)
  })
})
