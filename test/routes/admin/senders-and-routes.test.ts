import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AdminClient, adminClient, pointersOf } from '../../worlds/admin-client.ts'
import { type Harness, startChapar } from '../../worlds/harness.ts'

let chapar: Harness
let admin: AdminClient
let sandbox: string
let carrier: string

const TWILIO = {
  channel: 'sms',
  provider: 'twilio',
  name: 'Carrier',
  settings: { accountSid: `AC${'0'.repeat(32)}`, authToken: '0123456789abcdef0123456789abcdef' },
}

beforeAll(async () => {
  chapar = await startChapar()
  admin = await adminClient(chapar)
  const made = await admin.ok('POST', '/admin/v1/connections', { channel: 'sms', provider: 'sandbox', name: 'Sandbox' })
  sandbox = String(made['id'])
  carrier = String((await admin.ok('POST', '/admin/v1/connections', TWILIO))['id'])
})
afterAll(() => chapar?.dispose())

const newTenant = async (): Promise<string> =>
  String((await admin.ok('POST', '/admin/v1/tenants', { name: 'Tenant' }))['id'])
const sendersOf = async (tenant: string) =>
  (await admin.ok('GET', `/admin/v1/tenants/${tenant}/senders`))['data'] as Record<string, unknown>[]
const sender = (address: string, over: object = {}) => ({ channel: 'sms', address, lineClass: 'service', ...over })

describe('senders', () => {
  it('are kept in their canonical form, and the first of a channel is its default', async () => {
    const tenant = await newTenant()
    const path = `/admin/v1/tenants/${tenant}/senders`
    const first = await admin.ok('POST', path, sender('۱۰۰۰۴۳۴۶'))
    expect(first).toMatchObject({ address: '10004346', kind: 'line', isDefault: true, connectionId: null })
    expect(await admin.ok('PUT', path, sender('Chapar'))).toMatchObject({ kind: 'alphanumeric', isDefault: false })
  })

  it('have one default a channel: a new one takes it from the old', async () => {
    const tenant = await newTenant()
    const path = `/admin/v1/tenants/${tenant}/senders`
    await admin.ok('POST', path, sender('30001'))
    await admin.ok('POST', path, sender('30002', { isDefault: true }))
    await admin.ok('POST', path, sender('30002', { lineClass: 'otp' }))
    expect(
      (await sendersOf(tenant)).map(({ address, isDefault, lineClass }) => [address, isDefault, lineClass]),
    ).toEqual([
      ['30001', false, 'service'],
      ['30002', true, 'otp'],
    ])
  })

  it('belong to one tenant at a time, also when two ask at once', async () => {
    const tenants = await Promise.all([newTenant(), newTenant(), newTenant(), newTenant()])
    const answers = await Promise.all(
      tenants.map((tenant) => admin.call('POST', `/admin/v1/tenants/${tenant}/senders`, sender('30003'))),
    )
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409, 409, 409])
    const owners = await Promise.all(tenants.map(async (tenant) => (await sendersOf(tenant)).length))
    expect(owners.reduce((sum, count) => sum + count)).toBe(1)
  })

  it('are free for another tenant once they are removed, and only their own tenant can lose them', async () => {
    const [owner, other] = [await newTenant(), await newTenant()]
    await admin.ok('POST', `/admin/v1/tenants/${owner}/senders`, sender('+98 21 9100 1234'))
    const at = (tenant: string) => `/admin/v1/tenants/${tenant}/senders/sms/${encodeURIComponent('+982191001234')}`
    expect((await admin.call('DELETE', at(other))).status).toBe(404)
    expect((await admin.call('DELETE', at(owner))).status).toBe(204)
    expect((await admin.call('DELETE', at(owner))).status).toBe(404)
    const none = `/admin/v1/tenants/${owner}/senders/sms/${encodeURIComponent('no sender could look like this')}`
    expect((await admin.call('DELETE', none)).status).toBe(404)
    await admin.ok('POST', `/admin/v1/tenants/${other}/senders`, sender('+982191001234'))
  })

  it('are refused with a field that is wrong: address, class, connection', async () => {
    const path = `/admin/v1/tenants/${await newTenant()}/senders`
    expect(pointersOf(await admin.call('POST', path, sender('a sender that is far too long')))).toEqual(['/address'])
    expect(pointersOf(await admin.call('POST', path, sender('1000', { lineClass: 'x' })))).toEqual(['/lineClass'])
    const unknown = sender('1000', { connectionId: 'con_nothing' })
    expect(pointersOf(await admin.call('POST', path, unknown))).toEqual(['/connectionId'])
    expect(await admin.ok('POST', path, sender('1000', { connectionId: carrier }))).toMatchObject({
      connectionId: carrier,
    })
  })
})

describe('routes', () => {
  const put = (body: object) => admin.call('PUT', '/admin/v1/routes', { channel: 'sms', mode: 'live', ...body })

  it('are set for one tenant and confirmed, or for all that have none', async () => {
    const tenantId = await newTenant()
    expect((await put({ tenantId, connections: [carrier, sandbox] })).status).toBe(200)
    const { version } = await admin.ok('GET', `/admin/v1/tenants/${tenantId}`)
    expect(version).toBe(2)
    expect((await put({ connections: [carrier] })).body).toMatchObject({ tenantId: '', connections: [carrier] })
    const own = await admin.ok('GET', `/admin/v1/routes?tenantId=${tenantId}`)
    expect(own['data']).toMatchObject([{ tenantId, connections: [carrier, sandbox] }])
    expect((await admin.ok('GET', '/admin/v1/routes?tenantId='))['data']).toMatchObject([{ tenantId: '' }])
  })

  it('of test credentials name only simulated carriers, so that a test reaches nobody', async () => {
    expect(pointersOf(await put({ mode: 'test', connections: [sandbox, carrier] }))).toEqual(['/connections/1'])
    expect((await put({ mode: 'test', connections: [sandbox] })).status).toBe(200)
  })

  it('name connections that exist, each once', async () => {
    expect(pointersOf(await put({ connections: ['con_nothing', carrier] }))).toEqual(['/connections/0'])
    expect(pointersOf(await put({ connections: [carrier, carrier] }))).toEqual(['/connections'])
    expect(pointersOf(await put({ connections: [] }))).toEqual(['/connections'])
    expect((await put({ tenantId: 'ten_000000000000', connections: [carrier] })).status).toBe(404)
  })

  it('are removed by their key, once', async () => {
    const tenantId = await newTenant()
    await put({ tenantId, connections: [sandbox] })
    const key = `/admin/v1/routes?tenantId=${tenantId}&channel=sms&mode=live`
    expect((await admin.call('DELETE', key)).status).toBe(204)
    expect((await admin.call('DELETE', key)).status).toBe(404)
    expect(pointersOf(await admin.call('DELETE', '/admin/v1/routes?channel=sms'))).toEqual(['query:mode'])
  })

  it('are not removed for another version than that which is named', async () => {
    const tenantId = await newTenant()
    const key = `/admin/v1/routes?tenantId=${tenantId}&channel=sms&mode=live`
    const read = async () => (await admin.ok('GET', `/admin/v1/routes?tenantId=${tenantId}`))['data']
    const { version: seen } = (await put({ tenantId, connections: [carrier, sandbox] })).body
    const { version: reordered } = (await put({ tenantId, connections: [sandbox, carrier] })).body
    const refused = await admin.call('DELETE', `${key}&version=${seen}`)
    expect([refused.status, refused.body['code'], pointersOf(refused)]).toEqual([409, 'conflict', ['query:version']])
    expect(await read()).toMatchObject([{ connections: [sandbox, carrier], version: reordered }])
    expect((await admin.call('DELETE', `${key}&version=${reordered}`)).status).toBe(204)
    expect(await read()).toEqual([])
    expect((await admin.call('DELETE', `${key}&version=${reordered}`)).status).toBe(404)
  })
})
