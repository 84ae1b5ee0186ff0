import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newPeopleId, newRequestId, type PersonId } from '#worker/domain/ids.ts'
import { OPERATOR_SCOPES } from '#worker/domain/people/operator-scopes.ts'
import { OPERATOR_SCOPES_OF, PROGRAM_SCOPES } from '#worker/domain/people/roles.ts'
import { issuePersonToken, type PersonGrant } from '#worker/flows/auth/person-token.ts'
import { accessToken, clientToken } from '../fixtures/tokens/forged-tokens.ts'
import { ed25519, jws, rs256 } from '../fixtures/tokens/jws.ts'
import { type AuthGateway, startAuthGateway } from '../worlds/auth-gateway.ts'
import { BASE_URL } from '../worlds/tenant-world.ts'

const TEAM = 'https://team.cloudflareaccess.com'
const AUD = 'aud-tag-of-the-application'
const access = generateKeyPairSync('rsa', { modulusLength: 2048 })
const jwk = {
  ...createPublicKey(access.privateKey).export({ format: 'jwk' }),
  kid: 'access-1',
  alg: 'RS256',
  use: 'sig',
}

let gateway: AuthGateway
let fetched: string[] = []
let accessIsUp = true

beforeAll(async () => {
  gateway = await startAuthGateway({
    vars: { ACCESS_TEAM: TEAM, ACCESS_AUD: AUD },
    outbound: async (request) => {
      fetched.push(request.headers.get('x-outbound-url') ?? request.url)
      return accessIsUp ? Response.json({ keys: [jwk] }) : new Response('down', { status: 502 })
    },
  })
})
afterAll(() => gateway.chapar.dispose())

const at = (): number => Math.floor(Date.now() / 1000)
const ask = (headers: Record<string, string>, path = '/admin/v1/whoami') => gateway.chapar.fetch(path, { headers })
const bearer = (token: string) => ask({ authorization: `Bearer ${token}` })

type Claims = Record<string, unknown>

function operatorJwt(claims: Claims = {}, header: Claims = {}): string {
  const key = gateway.world.secrets.operatorKey
  const good = { iss: 'chapar-operator', aud: BASE_URL, sub: 'noor', iat: at(), exp: at() + 3_600 }
  return jws(
    { alg: 'EdDSA', typ: 'operator+jwt', kid: key.kid, ...header },
    { ...good, ...claims },
    ed25519(createPrivateKey({ key: key as never, format: 'jwk' })),
  )
}

const accessJwt = (claims: Claims = {}, header: Claims = {}, key = access.privateKey): string =>
  jws(
    { alg: 'RS256', kid: 'access-1', typ: 'JWT', ...header },
    {
      iss: TEAM,
      aud: [AUD],
      sub: 'u-1',
      email: 'noor@example.com',
      iat: at(),
      exp: at() + 3_600,
      type: 'app',
      ...claims,
    },
    rs256(key),
  )

describe('an operator’s token', () => {
  test('as `npm run admin-token` makes it lets in, and the access log says who it was', async () => {
    const response = await bearer(await gateway.chapar.operatorToken('noor'))
    expect(await response.json()).toEqual({ operator: 'noor' })
    const [row] = await gateway.logged('id = ?1', response.headers.get('request-id'))
    expect(row).toMatchObject({ actor: 'noor', tenant_id: '', route: '/admin/v1/whoami', status: 200 })
  })

  const forged: Record<string, () => string> = {
    'for another gateway': () => operatorJwt({ aud: 'https://other.example' }),
    'for this one and another': () => operatorJwt({ aud: [BASE_URL, 'https://other.example'] }),
    'without aud': () => operatorJwt({ aud: undefined }),
    'of a program that calls itself a person': () => operatorJwt({ sub: 'per_01kb2m6q7v4c9x0y' }),
    'of another issuer': () => operatorJwt({ iss: BASE_URL }),
    'expired, and for another gateway': () =>
      operatorJwt({ aud: 'https://other.example', iat: at() - 7_200, exp: at() - 60 }),
    'for longer than 8 hours': () => operatorJwt({ exp: at() + 8 * 3_600 + 1 }),
    'not yet valid': () => operatorJwt({ iat: at() + 300, exp: at() + 600 }),
    'without sub': () => operatorJwt({ sub: undefined }),
    'with a sub that is no name': () => operatorJwt({ sub: 'a\nb' }),
    'with typ JWT': () => operatorJwt({}, { typ: 'JWT' }),
    'with typ at+jwt': () => operatorJwt({}, { typ: 'at+jwt' }),
    'without typ': () => operatorJwt({}, { typ: undefined }),
    'with a foreign kid': () => operatorJwt({}, { kid: 'x' }),
    'with crit': () => operatorJwt({}, { crit: ['exp'] }),
    'of alg none': () => operatorJwt({}, { alg: 'none' }),
    'signed by the token key': () =>
      jws(
        { alg: 'EdDSA', typ: 'operator+jwt', kid: gateway.world.secrets.operatorKey.kid },
        { iss: 'chapar-operator', aud: BASE_URL, sub: 'noor', iat: at(), exp: at() + 60 },
        gateway.world.signOwn,
      ),
  }
  test.each(Object.keys(forged))('%s is refused', async (name) => {
    const response = await bearer(forged[name]?.() ?? '')
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="chapar", error="invalid_token"')
    expect(await response.json()).toMatchObject({ code: 'unauthenticated' })
  })

  test('that is genuine and has expired is told so, and none at all is missing', async () => {
    const expired = await bearer(operatorJwt({ iat: at() - 7_200, exp: at() - 60 }))
    expect([expired.status, await expired.json()]).toMatchObject([401, { code: 'token-expired' }])
    const missing = await ask({})
    expect([missing.status, await missing.json()]).toMatchObject([401, { code: 'token-missing' }])
  })

  test('is no tenant’s token, and a tenant’s token is no operator’s', async () => {
    const { world, chapar } = gateway
    const operator = await chapar.operatorToken()
    expect((await ask({ authorization: `Bearer ${operator}` }, '/v1/messages/x')).status).toBe(401)
    expect((await bearer(accessToken(world, Date.now()))).status).toBe(401)
    expect((await bearer(clientToken(world.eddsa, Date.now()))).status).toBe(401)
  })

  test('missing: nobody enters, and the refusal is logged', async () => {
    const response = await ask({ 'cf-connecting-ip': '203.0.113.20' })
    expect(response.status).toBe(401)
    const [row] = await gateway.logged('id = ?1', response.headers.get('request-id'))
    expect(row).toMatchObject({ actor: null, status: 401 })
  })
})

describe('what a program of the licensee may', () => {
  const caller = async (token: string) => (await ask({ authorization: `Bearer ${token}` }, '/admin/v1/caller')).json()

  test('is all but dangerous acts, or less if its token says so', async () => {
    expect(await caller(operatorJwt())).toEqual({
      name: 'noor',
      person: null,
      signIn: null,
      role: null,
      scopes: PROGRAM_SCOPES,
      steppedUpAt: null,
      breakGlass: null,
    })
    const scope = 'tenants:close health:read of-nothing'
    expect(await caller(operatorJwt({ scope }))).toMatchObject({ scopes: ['health:read'] })
    expect(await caller(operatorJwt({ scope: '' }))).toMatchObject({ scopes: [] })
  })

  test('is dangerous acts too if it breaks the glass, for an hour, with a reason', async () => {
    const glass = { break_glass: ' all others are away ', exp: at() + 3_500 }
    expect(await caller(operatorJwt(glass))).toMatchObject({
      scopes: OPERATOR_SCOPES,
      breakGlass: 'all others are away',
    })
    expect(await caller(operatorJwt({ ...glass, scope: 'tenants:close' }))).toMatchObject({ scopes: ['tenants:close'] })
    for (const wrong of [
      { iat: at(), exp: at() + 3_601 },
      { break_glass: 'x' },
      { break_glass: true },
      { break_glass: 'x'.repeat(501) },
      { scope: ['tenants:close'] },
    ])
      expect((await bearer(operatorJwt({ ...glass, ...wrong }))).status, JSON.stringify(wrong)).toBe(401)
  })
})

describe('a person of the licensee', () => {
  const signIn = newPeopleId('sgn', newRequestId(Date.now()))
  const tokenOf = (person: PersonId, part: Partial<PersonGrant> = {}) => {
    const grant = { person, signIn, generation: 1, steppedUpAt: 5, acts: null, ...part }
    return issuePersonToken(gateway.world.config, grant, Date.now())
  }
  const insert = async (role: string | null, level = 2, status = 'active'): Promise<PersonId> => {
    const id = newPeopleId('per', newRequestId(Date.now()))
    await gateway.chapar.control
      .prepare(`INSERT INTO people (id, status, generation, level, operator_role, created_at, updated_at)
        VALUES (?1, ?2, 1, ?3, ?4, 1, 1)`)
      .bind(id, status, level, role)
      .run()
    return id
  }
  const set = (id: PersonId, change: string) =>
    gateway.chapar.control.prepare(`UPDATE people SET ${change} WHERE id = ?1`).bind(id).run()
  const caller = async (token: string) => ask({ authorization: `Bearer ${token}` }, '/admin/v1/caller')

  test('may what his role may, and stands in the log by his id', async () => {
    const id = await insert('support')
    const answer = await caller(await tokenOf(id))
    expect(await answer.json()).toEqual({
      name: id,
      person: id,
      signIn: expect.stringMatching(/^sgn_/),
      role: 'support',
      scopes: OPERATOR_SCOPES_OF.support,
      steppedUpAt: 5,
      breakGlass: null,
    })
    const [row] = await gateway.logged('id = ?1', answer.headers.get('request-id'))
    expect(row).toMatchObject({ actor: id, tenant_id: '', role: 'support' })
  })

  test('is another at the very next call: raised, lowered, out, signed out', async () => {
    const id = await insert('auditor')
    const token = await tokenOf(id)
    expect(await (await caller(token)).json()).toMatchObject({ role: 'auditor' })
    await set(id, `operator_role = 'finance'`)
    expect(await (await caller(token)).json()).toMatchObject({ scopes: OPERATOR_SCOPES_OF.finance })
    for (const change of [`operator_role = NULL`, 'generation = 2', `status = 'closed'`, 'level = 1']) {
      const other = await insert('owner')
      const before = await tokenOf(other)
      expect((await caller(before)).status).toBe(200)
      await set(other, change)
      const answer = await caller(before)
      expect([answer.status, await answer.json()], change).toMatchObject([401, { code: 'token-revoked' }])
    }
  })

  test('by a token for a tenant, or who is nobody, does not come in', async () => {
    const id = await insert('owner')
    const acts = { tenantId: gateway.world.tenantId, mode: 'live' as const, scopes: ['messages:read'] }
    expect((await caller(await tokenOf(id, { acts }))).status).toBe(401)
    expect((await caller(await tokenOf(newPeopleId('per', newRequestId(1))))).status).toBe(401)
    expect((await caller(await tokenOf(await insert(null)))).status).toBe(401)
  })
})

describe('Cloudflare Access', () => {
  const enter = (token: string) => ask({ 'cf-access-jwt-assertion': token })

  test('keys that cannot be had are an outage, not a wrong token', async () => {
    accessIsUp = false
    const response = await enter(accessJwt())
    accessIsUp = true
    expect(response.status).toBe(503)
  })

  test('lets in by its own keys, fetched once', async () => {
    fetched = []
    expect(await (await enter(accessJwt())).json()).toEqual({ operator: 'access:u-1' })
    expect(await (await enter(accessJwt({ sub: '' }))).json()).toEqual({ operator: 'access:noor@example.com' })
    const service = accessJwt({ sub: '', email: undefined, common_name: 'ci.access' })
    expect(await (await enter(service)).json()).toEqual({ operator: 'access:ci.access' })
    expect(fetched.length).toBe(1)
    expect(fetched[0]).toContain('/cdn-cgi/access/certs')
  })

  test('lets in as a program, whatever role the same person has', async () => {
    const answer = await ask({ 'cf-access-jwt-assertion': accessJwt() }, '/admin/v1/caller')
    expect(await answer.json()).toMatchObject({ role: null, scopes: PROGRAM_SCOPES, breakGlass: null })
  })

  const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const forged: Record<string, () => string> = {
    'for another application': () => accessJwt({ aud: ['other'] }),
    'of another team': () => accessJwt({ iss: 'https://evil.cloudflareaccess.com' }),
    expired: () => accessJwt({ iat: at() - 600, exp: at() - 60 }),
    'signed by a stranger': () => accessJwt({}, {}, stranger.privateKey),
    'with a key of its own': () =>
      accessJwt({}, { jwk: stranger.publicKey.export({ format: 'jwk' }) }, stranger.privateKey),
    'with an unknown kid': () => accessJwt({}, { kid: 'other' }),
    'without a name': () => accessJwt({ sub: '', email: undefined }),
    'of alg none': () => accessJwt({}, { alg: 'none' }),
  }
  test.each(Object.keys(forged))('refuses a token %s', async (name) => {
    expect((await enter(forged[name]?.() ?? '')).status).toBe(401)
  })

  test('is no way in for tenants, and its header does not help a wrong bearer token', async () => {
    expect((await ask({ 'cf-access-jwt-assertion': accessJwt() }, '/v1/messages/x')).status).toBe(401)
    const both = { 'cf-access-jwt-assertion': accessJwt(), authorization: 'Bearer x' }
    expect((await ask(both)).status).toBe(401)
  })
})
