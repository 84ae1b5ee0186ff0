import { generateKeyPairSync } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Config } from '#worker/config.ts'
import { type ClientId, newClientId, newTenantId } from '#worker/domain/ids.ts'
import type { Credential } from '#worker/domain/tenants/tenant.ts'
import { issueApiKey } from '#worker/flows/auth/api-key.ts'
import { operatorOfToken } from '#worker/flows/auth/operator-caller.ts'
import { authenticateToken } from '#worker/flows/auth/tokens.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { generateSecrets } from '../../../local/secrets.ts'
import { accessToken } from '../../fixtures/tokens/forged-tokens.ts'
import { ed25519, jws } from '../../fixtures/tokens/jws.ts'
import {
  BASE_URL,
  configOf,
  credentialOf,
  credentialsOf,
  newTenantWorld,
  policyWith,
  type TenantWorld,
} from '../../worlds/tenant-world.ts'

const NOW = Date.UTC(2026, 10, 1, 12)
const SECONDS = NOW / 1000
const YEAR = 366 * 86_400

let world: TenantWorld
let id: ClientId
let own: Credential
beforeAll(async () => {
  world = await newTenantWorld()
  id = await newClientId(world.config.idKeys, world.tenantId)
  own = credentialOf(id, { kind: 'api-key', jti: 'j1' }, { mode: 'live' })
})

type Claims = Record<string, unknown>
const good = (): Claims => ({
  iss: 'chapar-key',
  aud: 'chapar-api',
  sub: id,
  mode: 'live',
  jti: 'j1',
  iat: SECONDS,
  exp: SECONDS + 600,
})
/** API key with something of it changed. */
const forged = (claims: Claims = {}, header: Claims = {}, sign = world.signOwn, prefix = 'chk_live_'): string =>
  prefix + jws({ alg: 'EdDSA', typ: 'key+jwt', kid: world.ownKid, ...header }, { ...good(), ...claims }, sign)

async function answerTo(
  token: string,
  part: { config?: Config; credentials?: readonly Credential[]; now?: number } = {},
) {
  const { config = { ...world.config }, credentials = [own, ...credentialsOf(world)], now = NOW } = part
  const policy = policyWith(world, credentials)
  const answer = await authenticateToken(
    { config, now: () => now, policyOf: async (tenant) => (tenant === world.tenantId ? policy : null) },
    token,
    '192.0.2.1',
  )
  return answer.ok ? answer.principal : answer.reason
}

const issued = (config = world.config) =>
  issueApiKey(config, { clientId: id, mode: 'live', jti: 'j1' }, { from: NOW, to: NOW + 86_400_000 })

describe('an API key', () => {
  test('is good as it is made, and where the gateway has another address since', async () => {
    const key = await issued()
    expect(await answerTo(key)).toMatchObject({ actor: id, realm: `live.${world.tenantId}`, scopes: own.scopes })
    const moved = { ...world.config, baseUrl: 'https://moved.example' }
    expect(await answerTo(key, { config: moved })).toMatchObject({ actor: id })
    expect(await answerTo(key, { now: NOW + 86_400_000 })).toBe('expired')
  })

  const spoiled: Readonly<Record<string, () => string>> = {
    'of an access token’s type': () => forged({}, { typ: 'at+jwt' }),
    'of an operator’s type': () => forged({}, { typ: 'operator+jwt' }),
    'without a type': () => forged({}, { typ: undefined }),
    'of alg none': () => forged({}, { alg: 'none' }),
    'of alg HS256': () => forged({}, { alg: 'HS256' }),
    'with a key of its own': () => forged({}, { jwk: { kty: 'OKP' } }),
    'of another kid': () => forged({}, { kid: 'other' }),
    'signed by a stranger': () => forged({}, {}, ed25519(generateKeyPairSync('ed25519').privateKey)),
    'of another issuer': () => forged({ iss: BASE_URL }),
    'for another audience': () => forged({ aud: BASE_URL }),
    'for two audiences': () => forged({ aud: ['chapar-api', BASE_URL] }),
    'for longer than a year': () => forged({ exp: SECONDS + YEAR + 1 }),
    'of tomorrow': () => forged({ iat: SECONDS + 86_400, exp: SECONDS + 90_000 }),
    'without an end': () => forged({ exp: undefined }),
    'without an id': () => forged({ jti: undefined }),
    'of an earlier making': () => forged({ jti: 'j0' }),
    'of test, called live': () => forged({ mode: 'test' }),
    'of test, though the credential is of live': () => forged({ mode: 'test' }, {}, world.signOwn, 'chk_test_'),
    'of a credential with a secret': () => forged({ sub: world.secretClient.id }),
    'of a credential with a public key': () => forged({ sub: world.eddsa.credential.id }),
    'without its prefix': () => forged({}, {}, world.signOwn, ''),
    'with another prefix': () => forged({}, {}, world.signOwn, 'chk_prod_'),
    'that is an access token': () => `chk_live_${accessToken(world, NOW)}`,
  }
  test.each(Object.keys(spoiled))('%s is refused', async (name) => {
    expect(await answerTo(forged())).toMatchObject({ actor: id })
    expect(await answerTo(spoiled[name]?.() ?? '')).toBe('invalid')
  })

  test('of a made-up id, or of another tenant’s, is refused', async () => {
    const elsewhere = await newClientId(world.config.idKeys, newTenantId())
    for (const sub of ['cli_00000000000000000000000000000', elsewhere])
      expect(await answerTo(forged({ sub }))).toBe('invalid')
  })

  test('is refused as revoked once its credential is revoked, at its end, or gone with its maker', async () => {
    const key = await issued()
    expect(await answerTo(key, { credentials: [{ ...own, revokedAt: NOW }] })).toBe('revoked')
    expect(await answerTo(key, { credentials: [{ ...own, expiresAt: NOW }] })).toBe('revoked')
    expect(await answerTo(key, { credentials: [] })).toBe('revoked')
  })

  test('has no more scopes than its credential has now, from one call to the next', async () => {
    const config = { ...world.config }
    const key = await issued()
    expect(await answerTo(key, { config })).toMatchObject({ scopes: ['messages:send', 'messages:read'] })
    const lowered = { ...own, scopes: ['messages:read'] as const }
    expect(await answerTo(key, { config, credentials: [lowered] })).toMatchObject({ scopes: ['messages:read'] })
    const anew = { ...own, proof: { kind: 'api-key', jti: 'j2' } } as const
    expect(await answerTo(key, { config, credentials: [anew] })).toBe('invalid')
  })

  test('is not an operator’s', async () => {
    const platform = { config: world.config, now: () => NOW } as unknown as Platform
    for (const token of [forged(), forged({ iss: 'chapar-operator', aud: BASE_URL }, { typ: 'operator+jwt' })])
      expect(await operatorOfToken(platform, token)).toBe('invalid')
  })
})

describe('a signing key', () => {
  const keysOf = (secrets: ReturnType<typeof generateSecrets>): Record<string, unknown>[] =>
    JSON.parse(secrets.worker.TOKEN_KEYS)
  const publicOnly = ({ d: _, ...jwk }: Record<string, unknown>) => jwk
  const configWith = async (keys: readonly object[]): Promise<Config> => {
    // Reads TOKEN_KEYS as an isolate does: the parsed secrets of another test are not these.
    const secrets = generateSecrets()
    const other = await configOf({ ...secrets, worker: { ...secrets.worker, TOKEN_KEYS: JSON.stringify(keys) } })
    return { ...world.config, tokenKeys: other.tokenKeys }
  }

  test('that is retired verifies without its private part, and signs no more', async () => {
    const old = await issued()
    const [fresh = {}] = keysOf(generateSecrets())
    const config = await configWith([...keysOf(world.secrets).map(publicOnly), fresh])
    expect(await answerTo(old, { config })).toMatchObject({ actor: id })
    const kid = JSON.parse(Buffer.from((await issued(config)).split(/[_.]/)[2] ?? '', 'base64url').toString()).kid
    expect(kid).toBe(fresh['kid'])
    expect(await answerTo(await issued(config), { config })).toMatchObject({ actor: id })
  })

  test('that leaked is revoked by its kid, by a mark or by leaving it out: what it signed is refused', async () => {
    const old = await issued()
    const fresh = keysOf(generateSecrets())
    const marked = keysOf(world.secrets).map((jwk) => ({ ...jwk, revoked: true }))
    for (const keys of [[...marked, ...fresh], fresh])
      expect(await answerTo(old, { config: await configWith(keys) })).toBe('invalid')
    await expect(configWith(marked)).rejects.toThrow('no key of TOKEN_KEYS is private and not revoked')
    await expect(configWith(fresh.map(publicOnly))).rejects.toThrow('TOKEN_KEYS')
  })
})
