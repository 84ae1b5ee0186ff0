import { generateKeyPairSync } from 'node:crypto'
import { SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AdminClient, adminClient, pointersOf } from '../../worlds/admin-client.ts'
import { type Harness, startChapar } from '../../worlds/harness.ts'

let chapar: Harness
let admin: AdminClient

beforeAll(async () => {
  chapar = await startChapar()
  admin = await adminClient(chapar)
})
afterAll(() => chapar?.dispose())

/** A tenant that no isolate knows yet: a policy that is known may be 5 s old, and lack the newest credential. */
const freshTenant = async (): Promise<string> => {
  const { id } = await admin.ok('POST', '/admin/v1/tenants', { name: 'Credentialed' })
  return `/admin/v1/tenants/${id}/credentials`
}

const SECRET = { name: 'app', mode: 'live', kind: 'secret', scopes: ['messages:read'] }

const tokenStatus = async (clientId: unknown, secret: unknown): Promise<number> => {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: String(clientId),
    client_secret: String(secret),
  })
  return (await chapar.fetch('/oauth/token', { method: 'POST', body })).status
}
const readStatus = async (token: string): Promise<number> =>
  (await chapar.fetch('/v1/messages', { headers: { authorization: `Bearer ${token}` } })).status

const assertion = (clientId: unknown, alg: string, key: Parameters<SignJWT['sign']>[0]): Promise<string> =>
  new SignJWT({})
    .setProtectedHeader({ alg, typ: 'JWT' })
    .setIssuer(String(clientId))
    .setAudience(chapar.baseUrl)
    .setIssuedAt()
    .setExpirationTime('10m')
    .sign(key)

describe('credentials', () => {
  it('show their secret once, and it works at the token endpoint', async () => {
    const path = await freshTenant()
    const made = await admin.ok('POST', path, SECRET)
    expect(made).toMatchObject({ kind: 'secret', status: 'active', lastUsedAt: null, scopes: ['messages:read'] })
    expect(await tokenStatus(made['clientId'], made['clientSecret'])).toBe(200)
    const listed = (await admin.ok('GET', path))['data'] as Record<string, unknown>[]
    expect(listed.find(({ clientId }) => clientId === made['clientId'])).not.toHaveProperty('clientSecret')
  })

  it('of HS256 show a key that signs tokens which are taken', async () => {
    const path = await freshTenant()
    const made = await admin.ok('POST', path, { ...SECRET, kind: 'hmac' })
    const key = new TextEncoder().encode(String(made['clientSecret']))
    expect(key.length).toBeGreaterThanOrEqual(32)
    expect(await readStatus(await assertion(made['clientId'], 'HS256', key))).toBe(200)
  })

  it('of a public key let in what the private key signs, and show no secret', async () => {
    const path = await freshTenant()
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const jwk = publicKey.export({ format: 'jwk' })
    const made = await admin.ok('POST', path, { ...SECRET, kind: 'public-key', alg: 'ES256', jwk })
    expect(made).toMatchObject({ kind: 'public-key', alg: 'ES256', jwk })
    expect(made).not.toHaveProperty('clientSecret')
    expect(await readStatus(await assertion(made['clientId'], 'ES256', privateKey))).toBe(200)
  })

  it('refuse a private key, a key off its curve, and a key of another family', async () => {
    const path = await freshTenant()
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const input = { ...SECRET, kind: 'public-key', alg: 'ES256' }
    const jwk = pair.publicKey.export({ format: 'jwk' })
    const refused = async (over: object) => pointersOf(await admin.call('POST', path, { ...input, ...over }))
    expect(await refused({ jwk: pair.privateKey.export({ format: 'jwk' }) })).toEqual(['/jwk/d'])
    expect(await refused({ jwk: { ...jwk, y: jwk.x } })).toEqual(['/jwk'])
    expect(await refused({ jwk, alg: 'EdDSA' })).toEqual(['/jwk/kty', '/jwk/crv'])
    expect(await refused({ jwk, alg: 'none' })).toEqual(['/alg'])
    expect(await refused({ jwk: 'text' })).toEqual(['/jwk'])
  })

  it('refuse what would make them useless or boundless', async () => {
    const path = await freshTenant()
    const bad = { ...SECRET, scopes: [], allowedIps: ['10.0.0.1/8'], expiresAt: 'soon', mode: 'maybe' }
    expect(pointersOf(await admin.call('POST', path, bad)).toSorted()).toEqual([
      '/allowedIps/0',
      '/expiresAt',
      '/mode',
      '/scopes',
    ])
    const past = await admin.call('POST', path, { ...SECRET, expiresAt: '2001-01-01T00:00:00Z' })
    expect(pointersOf(past)).toEqual(['/expiresAt'])
    expect(pointersOf(await admin.call('POST', path, { ...SECRET, scopes: ['admin'] }))).toEqual(['/scopes/0'])
    expect(pointersOf(await admin.call('POST', path, { ...SECRET, jwk: {} }))).toEqual(['/jwk'])
  })

  it('end when they are revoked, for good and at the first time only', async () => {
    const path = await freshTenant()
    const made = await admin.ok('POST', path, SECRET)
    const one = `${path}/${made['clientId']}`
    const revoked = await admin.ok('POST', `${one}/revoke`)
    expect(revoked).toMatchObject({ status: 'revoked', revokedAt: expect.any(String) })
    expect(await admin.ok('DELETE', one)).toEqual(revoked)
    expect(await tokenStatus(made['clientId'], made['clientSecret'])).toBe(401)
  })

  it('of another tenant are a 404', async () => {
    const path = await freshTenant()
    const made = await admin.ok('POST', path, SECRET)
    const { id } = await admin.ok('POST', '/admin/v1/tenants', { name: 'Stranger' })
    const foreign = `/admin/v1/tenants/${id}/credentials/${made['clientId']}`
    expect((await admin.call('DELETE', foreign)).status).toBe(404)
    expect(await tokenStatus(made['clientId'], made['clientSecret'])).toBe(200)
  })

  it('replay without the secret when the request is repeated with its Idempotency-Key', async () => {
    const path = await freshTenant()
    const key = { 'idempotency-key': '"credential-1"' }
    const first = await admin.call('POST', path, SECRET, key)
    const again = await admin.call('POST', path, SECRET, key)
    expect(again.status).toBe(201)
    expect(again.body).toEqual({ ...first.body, clientSecret: '••••' })
  })

  it('are no more than 50 live ones a tenant, because each travels with the policy', async () => {
    const { id } = await admin.ok('POST', '/admin/v1/tenants', { name: 'Many' })
    const many = `/admin/v1/tenants/${id}/credentials`
    const made = []
    for (let i = 0; i < 50; i++) made.push(await admin.ok('POST', many, SECRET))
    expect((await admin.call('POST', many, SECRET)).status).toBe(422)
    await admin.ok('DELETE', `${many}/${made[0]?.['clientId']}`)
    expect((await admin.call('POST', many, SECRET)).status).toBe(201)
  })

  it('of a closed tenant cannot be made', async () => {
    const { id } = await admin.ok('POST', '/admin/v1/tenants', { name: 'Closed' })
    await admin.ok('POST', `/admin/v1/tenants/${id}/close`)
    expect((await admin.call('POST', `/admin/v1/tenants/${id}/credentials`, SECRET)).status).toBe(409)
  })

  it('let a suspended tenant get nothing done', async () => {
    const { id } = await admin.ok('POST', '/admin/v1/tenants', { name: 'Suspended' })
    const made = await admin.ok('POST', `/admin/v1/tenants/${id}/credentials`, { ...SECRET, kind: 'hmac' })
    const key = new TextEncoder().encode(String(made['clientSecret']))
    await admin.ok('POST', `/admin/v1/tenants/${id}/suspend`, { reason: 'a test' })
    expect(await readStatus(await assertion(made['clientId'], 'HS256', key))).toBe(403)
  })
})
