import { generateKeyPairSync } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Credential, Policy, TenantStatus } from '#worker/domain/tenants/tenant.ts'
import { issueAccessToken } from '#worker/flows/auth/access-token.ts'
import { authenticateToken, type TokenContext } from '#worker/flows/auth/tokens.ts'
import {
  accessToken,
  clientToken,
  expiredForgeries,
  expiredTokens,
  forgedTokens,
} from '../../fixtures/tokens/forged-tokens.ts'
import { altered } from '../../worlds/altered.ts'
import { configOf, credentialsOf, newTenantWorld, policyWith, type TenantWorld } from '../../worlds/tenant-world.ts'

const NOW = Date.UTC(2026, 9, 1, 12)
const IP = '192.0.2.7'

let world: TenantWorld

beforeAll(async () => {
  world = await newTenantWorld()
})

interface Stage {
  readonly context: TokenContext
  now: number
  policy: Policy
  asked: number
}

/** A context whose clock and policy a test moves. */
async function stage(credentials: readonly Credential[] = credentialsOf(world)): Promise<Stage> {
  const config = { ...world.config }
  const state: Stage = {
    now: NOW,
    policy: policyWith(world, credentials),
    asked: 0,
    context: {
      config,
      now: () => state.now,
      policyOf: async (tenant) => {
        state.asked++
        return tenant === world.tenantId ? state.policy : null
      },
    },
  }
  return state
}

const enter = (state: Stage, token: string, ip = IP) => authenticateToken(state.context, token, ip)
const changed = (credential: Credential, part: Partial<Credential>): Stage['policy'] =>
  policyWith(world, [...credentialsOf(world).filter(({ id }) => id !== credential.id), { ...credential, ...part }])

describe('lets in', () => {
  test('a token that the gateway issued, with its scopes', async () => {
    const state = await stage()
    const { id } = world.secretClient
    const token = await issueAccessToken(
      state.context.config,
      { clientId: id, mode: 'live', scopes: ['messages:read'] },
      NOW,
    )
    const answer = await enter(state, token)
    expect(answer).toMatchObject({ ok: true, principal: { tenantId: world.tenantId, scopes: ['messages:read'] } })
    expect(answer.ok && answer.principal.actor).toBe(id)
  })

  test.each(['eddsa', 'es256', 'rs256', 'hs256'] as const)('a token that a client signed itself: %s', async (kind) => {
    const state = await stage()
    const client = world[kind]
    const answer = await enter(state, clientToken(client, NOW))
    expect(answer.ok && answer.principal.actor).toBe(client.credential.id)
    expect(answer.ok && answer.principal.scopes).toEqual(['messages:send', 'messages:read'])
  })

  test('a client token without typ, with a kid of its own, with its own sub and one audience in a list', async () => {
    const state = await stage()
    expect(await enter(state, clientToken(world.eddsa, NOW, {}, { typ: undefined }))).toMatchObject({ ok: true })
    expect(await enter(state, clientToken(world.eddsa, NOW, {}, { kid: 'mine' }))).toMatchObject({ ok: true })
    const claims = { sub: world.eddsa.credential.id, aud: ['https://chapar.test'] }
    expect(await enter(state, clientToken(world.eddsa, NOW, claims))).toMatchObject({ ok: true })
  })

  test('a client whose clock is half a minute ahead', async () => {
    const state = await stage()
    const at = NOW / 1000 + 30
    expect(await enter(state, clientToken(world.eddsa, NOW, { iat: at, nbf: at }))).toMatchObject({ ok: true })
  })

  test('tokens of an older signing key until it is taken away', async () => {
    const old = await issueAccessToken(
      world.config,
      { clientId: world.secretClient.id, mode: 'live', scopes: ['messages:read'] },
      NOW,
    )
    const fresh = (await newTenantWorld()).secrets.worker.TOKEN_KEYS
    const keys = [...JSON.parse(fresh), ...JSON.parse(world.secrets.worker.TOKEN_KEYS)]
    const rotated = { ...(await configOf(world.secrets)), tokenKeys: keys }
    const state = await stage()
    const during = { ...state.context, config: rotated }
    expect(await authenticateToken(during, old, IP)).toMatchObject({ ok: true })
    const after = { ...state.context, config: { ...rotated, tokenKeys: JSON.parse(fresh) } }
    expect(await authenticateToken(after, old, IP)).toMatchObject({ ok: false, reason: 'invalid' })
  })
})

describe('scopes', () => {
  test('a client token may ask for fewer scopes, never for more', async () => {
    const state = await stage()
    const answer = await enter(state, clientToken(world.eddsa, NOW, { scope: 'messages:read webhooks:write' }))
    expect(answer.ok && answer.principal.scopes).toEqual(['messages:read'])
  })

  test('a scope taken from the credential is gone from live tokens', async () => {
    const state = await stage()
    const token = accessToken(world, NOW, { scope: 'messages:send messages:read' })
    await enter(state, token)
    state.policy = changed(world.secretClient, { scopes: ['messages:read'] })
    const answer = await enter(state, token)
    expect(answer.ok && answer.principal.scopes).toEqual(['messages:read'])
  })
})

describe('refuses', () => {
  test('every forged token alike, and has at least 25 of them', async () => {
    const expired = await expiredForgeries(world, NOW)
    const forged = [...Object.entries(await forgedTokens(world, NOW)), ...Object.entries(expired)]
    expect(forged.length).toBeGreaterThanOrEqual(80)
    const state = await stage()
    const admitted: string[] = []
    for (const [name, token] of forged) {
      const answer = await enter(state, token)
      if (answer.ok || answer.reason !== 'invalid') admitted.push(name)
    }
    expect(admitted).toEqual([])
  })

  test('forged tokens of a client that is revoked, or whose tenant is suspended or closed, no otherwise', async () => {
    const revoked = await stage(credentialsOf(world).map((credential) => ({ ...credential, revokedAt: NOW - 1 })))
    for (const [status, state] of [
      ['active', revoked],
      ['suspended', await stage()],
      ['closed', await stage()],
    ] as const) {
      state.policy = { ...state.policy, status }
      const told: string[] = []
      for (const [name, token] of Object.entries({
        ...(await forgedTokens(world, NOW)),
        ...(await expiredForgeries(world, NOW)),
      })) {
        const answer = await enter(state, token)
        if (answer.ok || answer.reason !== 'invalid') told.push(name)
      }
      expect(told).toEqual([])
    }
  })

  test('a genuine token that has expired, and says so', async () => {
    const state = await stage()
    for (const token of Object.values(expiredTokens(world, NOW)))
      expect(await enter(state, token)).toMatchObject({ ok: false, reason: 'expired' })
  })

  test.each(['eddsa', 'es256', 'rs256', 'hs256'] as const)(
    'the token of a revoked client, and says so: %s',
    async (kind) => {
      const { credential } = world[kind]
      const state = await stage([{ ...credential, revokedAt: NOW - 1 }])
      expect(await enter(state, clientToken(world[kind], NOW))).toMatchObject({ ok: false, reason: 'revoked' })
    },
  )

  test('made-up client ids before any policy is asked for', async () => {
    const state = await stage()
    const { id } = world.eddsa.credential
    await enter(state, clientToken(world.eddsa, NOW, { iss: altered(id) }))
    await enter(state, clientToken(world.eddsa, NOW, { iss: 'x'.repeat(5_000) }))
    expect(state.asked).toBe(0)
  })

  test('a public key of another kind than registered', async () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const jwk = publicKey.export({ format: 'jwk' }) as Record<string, string>
    const proof = { kind: 'public-key', alg: 'ES256', jwk } as const
    const state = await stage([{ ...world.es256.credential, proof }])
    expect(await enter(state, clientToken(world.es256, NOW))).toMatchObject({ ok: false, reason: 'invalid' })
  })

  test('names the client for the log only if its id is ours', async () => {
    const state = await stage()
    const late = await enter(state, clientToken(world.eddsa, NOW, { iat: NOW / 1000 - 900, exp: NOW / 1000 - 1 }))
    expect(late).toEqual({
      ok: false,
      reason: 'expired',
      client: { id: world.eddsa.credential.id, tenantId: world.tenantId },
    })
    const stranger = await enter(state, clientToken(world.eddsa, NOW, { iss: 'robert' }))
    expect(stranger).toEqual({ ok: false, reason: 'invalid', client: null })
  })

  test('passes an outage on instead of blaming the token', async () => {
    const state = await stage()
    const context: TokenContext = {
      ...state.context,
      policyOf: () => Promise.reject(new TypeError('the object is down')),
    }
    await expect(authenticateToken(context, clientToken(world.eddsa, NOW), IP)).rejects.toThrow('the object is down')
  })
})

describe('of a token seen before', () => {
  const kinds = ['own', 'client'] as const
  const tokenOf = (kind: (typeof kinds)[number]) =>
    kind === 'own' ? accessToken(world, NOW) : clientToken(world.eddsa, NOW)
  const credentialOf = (kind: (typeof kinds)[number]) => (kind === 'own' ? world.secretClient : world.eddsa.credential)

  test.each(kinds)('asks no cryptography again: %s', async (kind) => {
    const state = await stage()
    const token = tokenOf(kind)
    const first = await enter(state, token)
    const { subtle } = crypto
    const calls: string[] = []
    const spied = new Proxy(subtle, {
      get: (target, name) => {
        calls.push(String(name))
        const value = Reflect.get(target, name) as unknown
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
    Object.defineProperty(crypto, 'subtle', { value: spied, configurable: true })
    const second = await enter(state, token)
    Object.defineProperty(crypto, 'subtle', { value: subtle, configurable: true })
    expect(calls).toEqual([])
    expect(second.ok && first.ok && second.principal === first.principal).toBe(true)
  })

  test.each(kinds)('still sees it expire: %s', async (kind) => {
    const state = await stage()
    const token = tokenOf(kind)
    expect(await enter(state, token)).toMatchObject({ ok: true })
    state.now = NOW + 3_600_000
    expect(await enter(state, token)).toMatchObject({ ok: false, reason: 'expired' })
    expect(await enter(state, token)).toMatchObject({ ok: false, reason: 'expired' })
  })

  test.each(kinds)('still sees the credential revoked, expired and gone: %s', async (kind) => {
    const state = await stage()
    const token = tokenOf(kind)
    const credential = credentialOf(kind)
    expect(await enter(state, token)).toMatchObject({ ok: true })
    state.policy = changed(credential, { revokedAt: NOW - 1 })
    expect(await enter(state, token)).toMatchObject({ ok: false, reason: 'revoked' })
    state.policy = changed(credential, { expiresAt: NOW })
    expect(await enter(state, token)).toMatchObject({ ok: false, reason: 'revoked' })
    state.policy = policyWith(world, [])
    expect(await enter(state, token)).toMatchObject({ ok: false, reason: 'revoked' })
  })

  test.each([
    ['suspended', 'suspended'],
    ['closed', 'revoked'],
  ] as const)('still sees the tenant %s', async (status: TenantStatus, reason) => {
    const state = await stage()
    const token = accessToken(world, NOW)
    expect(await enter(state, token)).toMatchObject({ ok: true })
    state.policy = policyWith(world, credentialsOf(world), status)
    expect(await enter(state, token)).toMatchObject({ ok: false, reason })
  })

  test.each(kinds)('still asks where it comes from: %s', async (kind) => {
    const state = await stage()
    const token = tokenOf(kind)
    state.policy = changed(credentialOf(kind), { allowedIps: ['192.0.2.0/24', '2001:db8::/32'] })
    expect(await enter(state, token)).toMatchObject({ ok: true })
    expect(await enter(state, token, '2001:db8:1::9')).toMatchObject({ ok: true })
    expect(await enter(state, token, '198.51.100.1')).toMatchObject({ ok: false, reason: 'address' })
    expect(await enter(state, token, '')).toMatchObject({ ok: false, reason: 'address' })
  })

  test('refuses it once the client has another key', async () => {
    const state = await stage()
    const token = clientToken(world.eddsa, NOW)
    expect(await enter(state, token)).toMatchObject({ ok: true })
    const other = (await newTenantWorld()).eddsa.credential.proof
    state.policy = changed(world.eddsa.credential, { proof: other })
    expect(await enter(state, token)).toMatchObject({ ok: false, reason: 'invalid' })
  })
})
