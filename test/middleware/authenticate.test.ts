import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  accessToken,
  clientToken,
  expiredForgeries,
  expiredTokens,
  forgedTokens,
} from '../fixtures/tokens/forged-tokens.ts'
import { type AuthGateway, startAuthGateway } from '../worlds/auth-gateway.ts'

let gateway: AuthGateway
beforeAll(async () => {
  gateway = await startAuthGateway()
})
afterAll(() => gateway.chapar.dispose())

const ask = (authorization: string | null, headers: Record<string, string> = {}, path = '/v1/messages/x') =>
  gateway.chapar.fetch(path, { headers: { ...(authorization === null ? {} : { authorization }), ...headers } })

test('forged tokens all get the same 401, in workerd too', async () => {
  const answers = new Set<string>()
  const now = Date.now()
  const forged = { ...(await forgedTokens(gateway.world, now)) }
  const expired = await expiredForgeries(gateway.world, now)
  for (const token of [...Object.values(forged), ...Object.values(expired)]) {
    const response = await ask(`Bearer ${token}`)
    const { instance, ...body } = (await response.json()) as Record<string, unknown>
    expect(instance).toBe(response.headers.get('request-id'))
    const type = response.headers.get('content-type')
    answers.add(JSON.stringify([response.status, response.headers.get('www-authenticate'), type, body]))
  }
  expect([...answers].map((answer) => JSON.parse(answer))).toEqual([
    [
      401,
      'Bearer realm="chapar", error="invalid_token"',
      'application/problem+json',
      {
        type: 'https://chapar.test/docs/errors#unauthenticated',
        title: 'The token is not valid',
        status: 401,
        code: 'unauthenticated',
      },
    ],
  ])
})

test.each(['eddsa', 'es256', 'rs256', 'hs256'] as const)(
  'a token that a client signed itself enters: %s',
  async (kind) => {
    const client = gateway.world[kind]
    const response = await ask(`Bearer ${clientToken(client, Date.now())}`)
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ tenantId: gateway.world.tenantId, client: client.credential.id })
  },
)

/** What a refusal tells: its status, its code and the error that its challenge names. */
async function told(response: Response) {
  const { code } = (await response.json()) as { code: string }
  const challenge = response.headers.get('www-authenticate') ?? ''
  return [response.status, code, /error="([^"]*)"/.exec(challenge)?.[1] ?? null]
}

test.each([null, '', 'Basic eDp5', 'Bearer', 'Bearer  ', 'Token x', 'Digest username="x"', 'eyJ.x.y'])(
  'without a token (Authorization %j) the challenge names no error',
  async (authorization) => {
    const response = await ask(authorization)
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="chapar"')
    expect(await told(response)).toEqual([401, 'token-missing', null])
  },
)

test.each(['Bearer a b', 'Bearer \u00e9', 'Bearer x', 'bearer x.y.z', 'Bearer "x"'])(
  'what is no token (Authorization %j) is refused as a wrong one is',
  async (authorization) => {
    expect(await told(await ask(authorization))).toEqual([401, 'unauthenticated', 'invalid_token'])
  },
)

test('a genuine token that has expired is told so', async () => {
  for (const token of Object.values(expiredTokens(gateway.world, Date.now())))
    expect(await told(await ask(`Bearer ${token}`))).toEqual([401, 'token-expired', 'invalid_token'])
})

test('a token in the URL or in another header is none', async () => {
  const token = accessToken(gateway.world, Date.now())
  expect((await ask(null, {}, `/v1/messages/x?access_token=${token}`)).status).toBe(401)
  expect((await ask(null, { 'cf-access-jwt-assertion': token })).status).toBe(401)
})

test('a scope that the token lacks is a 403 that names it', async () => {
  const token = accessToken(gateway.world, Date.now())
  const response = await gateway.chapar.fetch('/v1/messages', {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
  })
  expect(response.status).toBe(403)
  expect(response.headers.get('www-authenticate')).toBe(
    'Bearer realm="chapar", error="insufficient_scope", scope="messages:send"',
  )
})

describe('of a token in use', () => {
  test('revocation holds within the policy’s five seconds', async () => {
    const { id } = gateway.world.es256.credential
    const token = clientToken(gateway.world.es256, Date.now())
    expect((await ask(`Bearer ${token}`)).status).toBe(200)
    await gateway.change('UPDATE credentials SET revoked_at = ?2 WHERE id = ?1', id, Date.now() - 1)
    expect(await told(await ask(`Bearer ${token}`))).toEqual([401, 'token-revoked', 'invalid_token'])
    const fresh = clientToken(gateway.world.es256, Date.now())
    expect(await told(await ask(`Bearer ${fresh}`))).toEqual([401, 'token-revoked', 'invalid_token'])
    const forged = `${fresh.slice(0, fresh.lastIndexOf('.'))}.${'A'.repeat(86)}`
    expect(await told(await ask(`Bearer ${forged}`))).toEqual([401, 'unauthenticated', 'invalid_token'])
  })

  test('a suspended account is a 403, and its refusal is logged', async () => {
    const { world } = gateway
    const token = clientToken(world.rs256, Date.now())
    expect((await ask(`Bearer ${token}`)).status).toBe(200)
    await gateway.change("UPDATE tenants SET status = 'suspended' WHERE id = ?1", world.tenantId)
    const response = await ask(`Bearer ${token}`)
    await gateway.change("UPDATE tenants SET status = 'active' WHERE id = ?1", world.tenantId)
    expect(response.status).toBe(403)
    expect(await response.json()).toMatchObject({ code: 'tenant-suspended' })
    const [row] = await gateway.logged('id = ?1', response.headers.get('request-id'))
    expect(row).toMatchObject({ actor: world.rs256.credential.id, tenant_id: world.tenantId, status: 403 })
  })

  test('an address outside the list is a 403, whatever the forwarded headers say', async () => {
    const { credential } = gateway.world.rs256
    const token = clientToken(gateway.world.rs256, Date.now())
    await gateway.change('UPDATE credentials SET allowed_ips = ?2 WHERE id = ?1', credential.id, '["203.0.113.0/24"]')
    const outside = await ask(`Bearer ${token}`, {
      'cf-connecting-ip': '198.51.100.1',
      'x-forwarded-for': '203.0.113.9',
      'x-real-ip': '203.0.113.9',
    })
    const inside = await ask(`Bearer ${token}`, { 'cf-connecting-ip': '203.0.113.9' })
    expect([outside.status, inside.status]).toEqual([403, 200])
    expect(await outside.json()).toMatchObject({ code: 'forbidden' })
  })
})
