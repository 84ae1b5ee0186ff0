import { importJWK, type JWTPayload, SignJWT } from 'jose'
import type { Config, Jwk } from '#worker/config.ts'
import type { ClientId } from '#worker/domain/ids.ts'
import type { Mode } from '#worker/domain/realm.ts'
import type { EpochMs, Seconds } from '#worker/domain/time.ts'
import { randomDigits } from '#worker/lib/base32.ts'
import { isFor, type Peeked, typOf, validUntil, verifiedClaims } from './jwt.ts'

export const ACCESS_TOKEN_SECONDS: Seconds = 3_600

/** Claims of a verified access token. */
interface AccessClaims {
  readonly clientId: ClientId
  readonly mode: Mode
  readonly scopes: readonly string[]
  /** End, in epoch seconds. */
  readonly exp: number
}

/** The public part of a signing key, as published and as imported for verifying. */
export const publicJwk = ({ kid, x = '' }: Jwk) => ({ kid, kty: 'OKP', crv: 'Ed25519', x, alg: 'EdDSA', use: 'sig' })

interface TokenKeys {
  readonly signer: { readonly kid: string; readonly key: CryptoKey }
  readonly verifiers: ReadonlyMap<string, CryptoKey>
}

const imported = new WeakMap<Config, TokenKeys>()

async function importEd25519(jwk: object): Promise<CryptoKey> {
  return (await importJWK(jwk, 'EdDSA')) as CryptoKey
}

/** Gives the keys that sign and verify tokens of ours. */
export async function tokenKeysOf(config: Config): Promise<TokenKeys> {
  const kept = imported.get(config)
  if (kept) return kept
  const first = config.tokenKeys.find(({ d }) => d !== undefined)
  if (!first) throw new Error('no token key')
  const verifiers = await Promise.all(
    config.tokenKeys.map(async (jwk) => [jwk.kid, await importEd25519(publicJwk(jwk))] as const),
  )
  const keys = { signer: { kid: first.kid, key: await importEd25519(first) }, verifiers: new Map(verifiers) }
  imported.set(config, keys)
  return keys
}

/** Signs an access token (RFC 9068) with the key that signs. */
export async function issueAccessToken(
  config: Config,
  grant: { readonly clientId: ClientId; readonly mode: Mode; readonly scopes: readonly string[] },
  now: EpochMs,
): Promise<string> {
  const { signer } = await tokenKeysOf(config)
  const iat = Math.floor(now / 1000)
  return new SignJWT({ client_id: grant.clientId, scope: grant.scopes.join(' '), mode: grant.mode })
    .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: signer.kid })
    .setIssuer(config.baseUrl)
    .setAudience(config.baseUrl)
    .setSubject(grant.clientId)
    .setJti(randomDigits(26))
    .setIssuedAt(iat)
    .setExpirationTime(iat + ACCESS_TOKEN_SECONDS)
    .sign(signer.key)
}

/**
 * Answers the claims of an `at+jwt` that one of our keys signed for this gateway, also of one that is over, or null. The key is
 * looked up among ours only, whatever the token says.
 */
export async function ownClaims(
  config: Config,
  peeked: Peeked,
  now: EpochMs,
  requiredClaims: string[],
): Promise<JWTPayload | null> {
  const { alg, kid } = peeked.header
  if (alg !== 'EdDSA' || typOf(peeked) !== 'at+jwt' || typeof kid !== 'string') return null
  const key = (await tokenKeysOf(config)).verifiers.get(kid)
  if (!key) return null
  const payload = await verifiedClaims(peeked, key, now, {
    algorithms: ['EdDSA'],
    typ: 'at+jwt',
    issuer: config.baseUrl,
    audience: config.baseUrl,
    requiredClaims,
  })
  return payload && isFor(payload.aud, config.baseUrl) ? payload : null
}

/** Answers the claims of one of our own access tokens, `expired` for one that was genuine, or null. */
export async function verifyAccessToken(
  config: Config,
  peeked: Peeked,
  now: EpochMs,
): Promise<AccessClaims | 'expired' | null> {
  const payload = await ownClaims(config, peeked, now, ['sub', 'client_id', 'iat', 'exp', 'jti', 'scope', 'mode'])
  if (!payload) return null
  const exp = validUntil(payload, now / 1000, ACCESS_TOKEN_SECONDS)
  const { sub, client_id: clientId, scope, mode, jti } = payload
  if (exp === null || typeof jti !== 'string') return null
  if (typeof clientId !== 'string' || sub !== clientId || typeof scope !== 'string') return null
  if (mode !== 'live' && mode !== 'test') return null
  if (exp === 'expired') return exp
  return { clientId: clientId as ClientId, mode, scopes: scope.split(' ').filter(Boolean), exp }
}
