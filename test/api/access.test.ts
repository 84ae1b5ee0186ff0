import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sentArray, taken } from '../fixtures/kavenegar/answers.ts'
import { type Surface, startSurface } from '../worlds/surface.ts'
import { message } from '../worlds/world.ts'

const WITHIN = 5_000
/** Time for the calls themselves on a busy machine; what is kept for longer than it should is kept for much longer. */
const SLACK = 20_000

let it: Surface
const carried: string[] = []
beforeAll(async () => {
  it = await startSurface({
    gateways: 2,
    outbound: async (request) => {
      const sent = await sentArray(request)
      carried.push(...sent.receptor)
      return taken(sent)
    },
  })
})
afterAll(() => it.dispose())

let lines = 0
const newLine = (): string => `3100${String(lines++).padStart(5, '0')}`

/** How long both gateways still answer otherwise than `status`, in ms. */
async function untilBoth(token: string, status: number): Promise<number> {
  const startedAt = Date.now()
  for (;;) {
    const seen = await Promise.all([0, 1].map((gateway) => it.call('/v1/webhooks', { token, gateway })))
    if (seen.every((one) => one.status === status)) return Date.now() - startedAt
    if (Date.now() - startedAt > WITHIN + SLACK) throw new Error(`still ${seen.map((one) => one.status).join(' and ')}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
const warm = async (token: string): Promise<void> => {
  for (const gateway of [0, 1])
    expect((await it.call('/v1/messages', { token, gateway, body: message('+989121112233') })).status).toBe(202)
}

describe('within five seconds, on every gateway', () => {
  test('a revoked credential is refused, its tokens too, and no other', async () => {
    const { tenantId, token, client } = await it.other(newLine())
    const second = await it.credential(tenantId, { scopes: ['webhooks:read', 'messages:send'] })
    const other = await it.login(second)
    await warm(token)
    await it.admin(`/admin/v1/tenants/${tenantId}/credentials/${client.clientId}/revoke`, { method: 'POST' })
    await untilBoth(token, 401)
    expect((await it.call('/v1/messages', { token, body: message('+989121112233') })).status).toBe(401)
    const grant = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: client.clientId,
      client_secret: client.clientSecret,
    })
    const login = await it.call('/oauth/token', {
      body: grant.toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
    expect([login.status, login.json['error']]).toEqual([401, 'invalid_client'])
    expect((await it.call('/v1/webhooks', { token: other })).status).toBe(200)
  })

  test('a suspended tenant is refused with 403, and heard again when it is resumed', async () => {
    const { tenantId, token } = await it.other(newLine())
    await warm(token)
    await it.admin(`/admin/v1/tenants/${tenantId}/suspend`, { body: { reason: 'a test' } })
    await untilBoth(token, 403)
    const seen = await it.call('/v1/messages', { token, body: message('+989121112233') })
    expect([seen.status, seen.json.code]).toEqual([403, 'tenant-suspended'])
    await it.admin(`/admin/v1/tenants/${tenantId}/resume`, { method: 'POST' })
    await untilBoth(token, 200)
    await warm(token)
  })

  test('a closed tenant is nobody, for good', async () => {
    const { tenantId, token } = await it.other(newLine())
    await warm(token)
    await it.admin(`/admin/v1/tenants/${tenantId}/close`, { method: 'POST' })
    await untilBoth(token, 401)
    const resumed = await it.call(`/admin/v1/tenants/${tenantId}/resume`, { method: 'POST', token: it.operatorToken })
    expect([resumed.status, resumed.json.code]).toEqual([409, 'conflict'])
    for (const [path, body] of [
      ['credentials', { name: 'x', mode: 'test', kind: 'secret', scopes: ['messages:read'] }],
      ['senders', { channel: 'sms', address: newLine(), lineClass: 'service' }],
    ] as const)
      expect((await it.call(`/admin/v1/tenants/${tenantId}/${path}`, { token: it.operatorToken, body })).status).toBe(
        409,
      )
  })

  test('a credential ends when it expires', async () => {
    const { tenantId } = await it.other(newLine())
    const expiresAt = new Date(Date.now() + 2_500).toISOString()
    const token = await it.login(await it.credential(tenantId, { scopes: ['webhooks:read'], expiresAt }))
    expect((await it.call('/v1/webhooks', { token })).status).toBe(200)
    await untilBoth(token, 401)
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(expiresAt))
  })
})

describe('the address allow-list', () => {
  test('counts what Cloudflare says of the caller, and nobody else’s word', async () => {
    const { tenantId } = await it.other(newLine())
    const made = await it.credential(tenantId, {
      scopes: ['webhooks:read'],
      allowedIps: ['203.0.113.0/24', '2001:db8::/32', '127.0.0.1'],
    })
    const token = await it.login(made)
    const from = async (headers: Readonly<Record<string, string>>) =>
      (await it.call('/v1/webhooks', { token, headers })).status
    expect(await from({ 'cf-connecting-ip': '203.0.113.9' })).toBe(200)
    expect(await from({ 'cf-connecting-ip': '2001:db8::5' })).toBe(200)
    expect(await from({ 'cf-connecting-ip': '203.0.114.9' })).toBe(403)
    expect(await from({ 'cf-connecting-ip': '' })).toBe(403)
    const lies = {
      'x-forwarded-for': '203.0.113.9',
      'x-real-ip': '203.0.113.9',
      'true-client-ip': '203.0.113.9',
      forwarded: 'for=203.0.113.9',
    }
    expect(await from({ 'cf-connecting-ip': '198.51.100.1', ...lies })).toBe(403)
    const grant = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: made.clientId,
      client_secret: made.clientSecret,
    })
    const login = await it.call('/oauth/token', {
      body: grant.toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'cf-connecting-ip': '198.51.100.1', ...lies },
    })
    expect(login.status).toBe(401)
  })
})

describe('live and test', () => {
  test('never meet: a test credential reaches the sandbox alone, and magic numbers mean nothing to live carriers', async () => {
    const { tenantId, token } = await it.other(newLine())
    const settings = { apiKey: 'a'.repeat(32) }
    const real = await it.admin('/admin/v1/connections', {
      body: { channel: 'sms', provider: 'kavenegar', name: 'Real', settings },
    })
    const none = await it.login(
      await it.credential(tenantId, { mode: 'live', scopes: ['messages:send', 'messages:read'] }),
    )
    const early = await it.call('/v1/messages', { token: none, body: message('+989121112233') })
    expect([early.status, early.json.code]).toEqual([422, 'no-route'])

    const route = { tenantId, channel: 'sms', mode: 'test', connections: [real.id] }
    const crossed = await it.call('/admin/v1/routes', { method: 'PUT', token: it.operatorToken, body: route })
    expect([crossed.status, crossed.json.errors?.[0]?.pointer]).toEqual([422, '/connections/0'])
    await it.admin('/admin/v1/routes', { method: 'PUT', body: { ...route, mode: 'live' } })

    // Every magic number that ends otherwise than submitted at the sandbox.
    const magic = ['9901', '9902', '9903', '9907', '9915'].map((digits) => `+98912000${digits}`)
    const live: string[] = []
    await expect
      .poll(async () => (await it.call('/v1/messages', { token: none, body: message('+989121119999') })).status)
      .toBe(202)
    for (const to of magic) {
      const seen = await it.call('/v1/messages', { token: none, body: message(to) })
      expect(seen.status).toBe(202)
      live.push(seen.json.id)
    }
    for (const id of live)
      await expect
        .poll(async () => (await it.call(`/v1/messages/${id}`, { token: none })).json)
        .toMatchObject({ status: 'submitted', mode: 'live' })
    const local = magic.map((to) => to.replace('+98', '0'))
    expect(
      carried
        .map((one) => one.replace(/^(?:\+98|0098)/, '0'))
        .filter((one) => local.includes(one))
        .sort(),
    ).toEqual(local.sort())

    const before = carried.length
    const tested = await it.call('/v1/messages', { token, body: message('+989120009902') })
    await expect
      .poll(async () => (await it.call(`/v1/messages/${tested.json.id}`, { token })).json)
      .toMatchObject({ status: 'rejected', mode: 'test' })
    expect(carried.length).toBe(before)
  })
})
