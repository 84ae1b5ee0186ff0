import { createRemoteJWKSet, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newClientId, newTenantId } from '#worker/domain/ids.ts'
import { DEFAULT_SETTINGS } from '#worker/domain/tenants/settings.ts'
import { type AuthGateway, startAuthGateway } from '../../worlds/auth-gateway.ts'
import { BASE_URL } from '../../worlds/tenant-world.ts'

let gateway: AuthGateway
beforeAll(async () => {
  gateway = await startAuthGateway()
})
afterAll(() => gateway.chapar.dispose())

const basic = (id: string, secret: string): string =>
  `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`

function ask(form: Record<string, string> | string, headers: Record<string, string> = {}): Promise<Response> {
  return gateway.chapar.fetch('/oauth/token', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: typeof form === 'string' ? form : new URLSearchParams(form).toString(),
  })
}

const bySecret = (part: Record<string, string> = {}) => ({
  grant_type: 'client_credentials',
  client_id: gateway.world.secretClient.id,
  client_secret: gateway.world.clientSecret,
  ...part,
})

/** Answer of a sign-in beyond the calls that the tenant may make. */
async function exhausted(): Promise<Response> {
  const set = (calls: object) =>
    gateway.change(
      "UPDATE tenants SET version = version + 1, settings = json_set(settings, '$.calls', json(?2)) WHERE id = ?1",
      gateway.world.tenantId,
      JSON.stringify(calls),
    )
  await set({ rate: 0.01, burst: 1 })
  let answer = await ask(bySecret())
  for (let n = 0; n < 5 && answer.status === 200; n++) answer = await ask(bySecret())
  await set(DEFAULT_SETTINGS.calls)
  return answer
}
/** Answer of a sign-in that cannot be logged. */
async function unlogged(): Promise<Response> {
  await gateway.auditFails(true)
  const answer = await ask(bySecret())
  await gateway.auditFails(false)
  return answer
}

describe('gives', () => {
  test('an RFC 9068 token that the published keys verify', async () => {
    const { world } = gateway
    const response = await ask(
      { grant_type: 'client_credentials' },
      {
        authorization: basic(world.secretClient.id, world.clientSecret),
      },
    )
    expect(response.status).toBe(200)
    expect(response.headers.get('cache-control')).toBe('no-store')
    const answer = (await response.json()) as Record<string, string>
    expect(answer).toMatchObject({ token_type: 'Bearer', expires_in: 3600, scope: 'messages:send messages:read' })
    const keys = createRemoteJWKSet(new URL('/.well-known/jwks.json', gateway.chapar.url))
    const { payload, protectedHeader } = await jwtVerify(String(answer['access_token']), keys, {
      issuer: BASE_URL,
      audience: BASE_URL,
      typ: 'at+jwt',
    })
    expect(protectedHeader).toEqual({ alg: 'EdDSA', typ: 'at+jwt', kid: world.ownKid })
    const client = world.secretClient.id
    expect(payload).toMatchObject({
      sub: client,
      client_id: client,
      scope: 'messages:send messages:read',
      mode: 'live',
    })
    expect(payload.jti).toEqual(expect.any(String))
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(3600)
  })

  test('a token that opens the API', async () => {
    const { access_token: token } = (await (await ask(bySecret())).json()) as Record<string, string>
    const read = await gateway.chapar.fetch('/v1/messages/x', { headers: { authorization: `Bearer ${token}` } })
    expect(read.status).toBe(200)
    expect(await read.json()).toMatchObject({ tenantId: gateway.world.tenantId })
  })

  test('only the scopes asked for, and never one that the credential lacks', async () => {
    const fewer = (await (await ask(bySecret({ scope: 'messages:read' }))).json()) as Record<string, string>
    expect(fewer['scope']).toBe('messages:read')
    const more = await ask(bySecret({ scope: 'messages:read webhooks:write' }))
    expect(more.status).toBe(400)
    expect(await more.json()).toMatchObject({ error: 'invalid_scope' })
  })

  test('no private part of a key to anybody', async () => {
    const { keys } = (await (await gateway.chapar.fetch('/.well-known/jwks.json')).json()) as { keys: object[] }
    expect(keys.map((key) => Object.keys(key).sort())).toEqual([['alg', 'crv', 'kid', 'kty', 'use', 'x']])
  })

  test('metadata that leads to the endpoints', async () => {
    const response = await gateway.chapar.fetch('/.well-known/oauth-authorization-server')
    expect(await response.json()).toMatchObject({
      issuer: BASE_URL,
      token_endpoint: `${BASE_URL}/oauth/token`,
      jwks_uri: `${BASE_URL}/.well-known/jwks.json`,
      grant_types_supported: ['client_credentials'],
    })
  })
})

describe('says invalid_client in the same words', () => {
  const wrong: Record<string, () => Promise<Record<string, string>>> = {
    'for a wrong secret': async () => bySecret({ client_secret: 'chs_live_x' }),
    'for a made-up client': async () => bySecret({ client_id: 'cli_x' }),
    'for a client that is not there': async () =>
      bySecret({ client_id: await newClientId(gateway.world.config.idKeys, gateway.world.tenantId) }),
    'for a tenant that is not there': async () =>
      bySecret({ client_id: await newClientId(gateway.world.config.idKeys, newTenantId()) }),
    'for a client that signs its own tokens': async () => bySecret({ client_id: gateway.world.eddsa.credential.id }),
  }

  test.each(Object.keys(wrong))('%s', async (name) => {
    const response = await ask((await wrong[name]?.()) ?? {})
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toMatch(/^Basic realm=/)
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(await response.json()).toEqual({
      error: 'invalid_client',
      error_description: 'The client could not be authenticated.',
    })
  })

  test.each([
    ['of a credential that is revoked', 'UPDATE credentials SET revoked_at = ?2 WHERE id = ?1', 'revoked_at'],
    ['of a credential that is expired', 'UPDATE credentials SET expires_at = ?2 WHERE id = ?1', 'expires_at'],
  ])('%s', async (_, sql, column) => {
    const { id } = gateway.world.secretClient
    await gateway.change(sql, id, 1)
    const refused = await ask(bySecret())
    await gateway.change(`UPDATE credentials SET ${column} = NULL WHERE id = ?1`, id)
    expect(refused.status).toBe(401)
    expect((await ask(bySecret())).status).toBe(200)
  })

  test('of a tenant that is closed', async () => {
    await gateway.change("UPDATE tenants SET status = 'closed' WHERE id = ?1", gateway.world.tenantId)
    const refused = await ask(bySecret())
    await gateway.change("UPDATE tenants SET status = 'active' WHERE id = ?1", gateway.world.tenantId)
    expect(refused.status).toBe(401)
  })

  test('of a tenant that is suspended, which only who has the secret learns', async () => {
    const { id } = gateway.world.secretClient
    await gateway.change("UPDATE tenants SET status = 'suspended' WHERE id = ?1", gateway.world.tenantId)
    const told = await ask(bySecret())
    const wrong = await ask(bySecret({ client_secret: 'chs_live_x' }))
    await gateway.change('UPDATE credentials SET revoked_at = ?2 WHERE id = ?1', id, 1)
    const revoked = await ask(bySecret())
    await gateway.change('UPDATE credentials SET revoked_at = NULL WHERE id = ?1', id)
    await gateway.change("UPDATE tenants SET status = 'active' WHERE id = ?1", gateway.world.tenantId)
    expect([told.status, await told.json()]).toEqual([
      400,
      { error: 'unauthorized_client', error_description: 'The account is suspended.' },
    ])
    expect(told.headers.get('www-authenticate')).toBeNull()
    for (const refused of [wrong, revoked])
      expect([refused.status, await refused.json()]).toMatchObject([401, { error: 'invalid_client' }])
  })

  test('from an address that is not on the list', async () => {
    const { id } = gateway.world.secretClient
    await gateway.change('UPDATE credentials SET allowed_ips = ?2 WHERE id = ?1', id, '["203.0.113.0/24"]')
    const refused = await ask(bySecret(), { 'cf-connecting-ip': '198.51.100.1' })
    const admitted = await ask(bySecret(), { 'cf-connecting-ip': '203.0.113.9' })
    await gateway.change('UPDATE credentials SET allowed_ips = NULL WHERE id = ?1', id)
    expect([refused.status, admitted.status]).toEqual([401, 200])
  })
})

describe('refuses a malformed request', () => {
  const cases: Record<string, [string, () => Promise<Response>]> = {
    'without a grant type': ['invalid_request', () => ask(bySecret({ grant_type: '' }))],
    'with another grant': ['unsupported_grant_type', () => ask(bySecret({ grant_type: 'password' }))],
    'with a parameter twice': [
      'invalid_request',
      () => ask(`${new URLSearchParams(bySecret())}&grant_type=client_credentials`),
    ],
    'with credentials in both places': [
      'invalid_request',
      () => ask(bySecret(), { authorization: basic(gateway.world.secretClient.id, gateway.world.clientSecret) }),
    ],
    'with another client in the body than in the header': [
      'invalid_request',
      () =>
        ask(
          { grant_type: 'client_credentials', client_id: 'cli_other' },
          { authorization: basic(gateway.world.secretClient.id, gateway.world.clientSecret) },
        ),
    ],
    'as JSON': ['invalid_request', () => ask(JSON.stringify(bySecret()), { 'content-type': 'application/json' })],
  }
  test.each(Object.keys(cases))('%s', async (name) => {
    const [error, send] = cases[name] ?? ['', () => ask('')]
    const response = await send()
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error })
  })

  test.each(['Basic', 'Basic !!!', `Basic ${btoa('no colon')}`, `Basic ${btoa('%zz:x')}`, 'Bearer x'])(
    'whose Authorization is %s',
    async (authorization) => {
      const response = await ask({ grant_type: 'client_credentials' }, { authorization })
      expect(response.status).toBe(401)
      expect(await response.json()).toMatchObject({ error: 'invalid_client' })
    },
  )

  test('that is too large, or not a POST', async () => {
    expect((await ask(`x=${'y'.repeat(9_000)}`)).status).toBe(413)
    const get = await gateway.chapar.fetch('/oauth/token')
    expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST'])
  })
})

describe('tells a refusal', () => {
  const coded = (coding: string) => ask('grant_type=client_credentials', { 'content-encoding': coding })

  test.each<[string, number, () => Promise<Response>]>([
    ['a malformed request', 400, () => ask('')],
    ['a body that is not the gzip it says it is', 400, () => coded('gzip')],
    ['a client that is not authenticated', 401, () => ask(bySecret({ client_secret: 'no' }))],
  ])('as RFC 6749 5.2 says: %s', async (_, status, send) => {
    const answer = await send()
    expect([answer.status, answer.headers.get('content-type')]).toEqual([status, 'application/json'])
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(Object.keys((await answer.json()) as object).sort()).toEqual(['error', 'error_description'])
  })

  test.each<[string, number, () => Promise<Response>]>([
    ['another method', 405, () => gateway.chapar.fetch('/oauth/token')],
    ['a body that is too large', 413, () => ask(`x=${'y'.repeat(9_000)}`)],
    ['a coding that is not read', 415, () => coded('br')],
    ['too many calls', 429, exhausted],
    ['no access log', 503, unlogged],
  ])('as a problem, for the RFC has no such status: %s', async (_, status, send) => {
    const answer = await send()
    expect([answer.status, answer.headers.get('content-type')]).toEqual([status, 'application/problem+json'])
    expect(answer.headers.has('retry-after')).toBe(status === 429 || status === 503)
    const { error, code } = (await answer.json()) as { error?: string; code?: string }
    expect([error, typeof code]).toEqual([undefined, 'string'])
  })
})

describe('the access log', () => {
  test('has every sign-in under its Request-Id', async () => {
    const response = await ask(bySecret(), { 'cf-connecting-ip': '203.0.113.50', 'x-forwarded-for': '6.6.6.6' })
    const [row] = await gateway.logged('id = ?1', response.headers.get('request-id'))
    expect(row).toMatchObject({
      tenant_id: gateway.world.tenantId,
      ip: '203.0.113.50',
      actor: gateway.world.secretClient.id,
      method: 'POST',
      route: '/oauth/token',
      status: 200,
      count: 1,
    })
  })

  test('has refused sign-ins, of clients by name and of made-up ones without', async () => {
    const known = await ask(bySecret({ client_secret: 'no' }), { 'cf-connecting-ip': '203.0.113.51' })
    const unknown = await ask(bySecret({ client_id: 'robert' }), { 'cf-connecting-ip': '203.0.113.52' })
    const [first] = await gateway.logged('id = ?1', known.headers.get('request-id'))
    const [second] = await gateway.logged('id = ?1', unknown.headers.get('request-id'))
    expect(first).toMatchObject({ actor: gateway.world.secretClient.id, status: 401, ip: '203.0.113.51' })
    expect(second).toMatchObject({ actor: null, tenant_id: '', status: 401, ip: '203.0.113.52' })
  })

  test('closes the door when it cannot be written', async () => {
    await gateway.auditFails(true)
    const response = await ask(bySecret())
    await gateway.auditFails(false)
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('5')
    expect(await response.text()).not.toContain('access_token')
  })
})
