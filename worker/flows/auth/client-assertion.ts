import { importJWK } from 'jose'
import type { Config } from '#worker/config.ts'
import type { Credential, CredentialProof } from '#worker/domain/tenants/tenant.ts'
import type { EpochMs, Seconds } from '#worker/domain/time.ts'
import { BoundedMap } from '#worker/lib/bounded-map.ts'
import { utf8 } from '#worker/lib/bytes.ts'
import { importHmacKey } from '#worker/lib/hmac.ts'
import { unseal } from '#worker/lib/seal.ts'
import { isFor, type Peeked, typOf, validUntil, verifiedClaims } from './jwt.ts'

/** Longest life of a token that a client signs itself. */
const CLIENT_TOKEN_SECONDS: Seconds = 900

/** Claims of a verified token that a client signed itself. */
interface ClientClaims {
  /** Scopes that the token asks for; null if it names none: all scopes of the credential are meant. */
  readonly scopes: readonly string[] | null
  /** End, in epoch seconds. */
  readonly exp: number
}

type Algorithm = 'EdDSA' | 'ES256' | 'RS256' | 'HS256'

/**
 * The one algorithm that a credential's tokens may have. It follows from the registered key, never from the token (RFC 8725
 * 3.1).
 */
function algorithmOf(proof: CredentialProof): Algorithm | null {
  if (proof.kind === 'public-key') return proof.alg
  return proof.kind === 'hmac' ? 'HS256' : null
}

/** Imported keys of this isolate, by client and proof, so that a changed proof is imported anew. */
const keys = new BoundedMap<string, CryptoKey>(1_000)

/** Names a credential's proof exactly. Kept beside a verified token, so that a changed proof ends the token. */
export const proofMark = ({ id, proof }: Pick<Credential, 'id' | 'proof'>): string => `${id}|${JSON.stringify(proof)}`

async function importKey(config: Config, { id, proof }: Credential): Promise<CryptoKey | null> {
  if (proof.kind === 'hmac') return importHmacKey(utf8(await unseal(config.sealKeys, proof.sealed, id)))
  if (proof.kind !== 'public-key') return null
  const { kty, crv, x, y, n, e } = proof.jwk
  // Passes the public members only: `alg`, `use` or a private part of a registered key must decide nothing.
  return (await importJWK({ kty, crv, x, y, n, e } as Parameters<typeof importJWK>[0], proof.alg)) as CryptoKey
}

async function keyOf(config: Config, credential: Credential): Promise<CryptoKey | null> {
  const mark = proofMark(credential)
  const kept = keys.get(mark)
  if (kept) return kept
  const key = await importKey(config, credential)
  if (key) keys.set(mark, key)
  return key
}

function scopesOf(scope: unknown): readonly string[] | null | 'malformed' {
  if (scope === undefined) return null
  return typeof scope === 'string' ? scope.split(' ').filter(Boolean) : 'malformed'
}

/**
 * Answers the claims of a token that `credential` signed itself, `expired` for one that was genuine, or null. `typ` must be `JWT`
 * or absent, so that no access token passes.
 */
export async function verifyClientToken(
  config: Config,
  credential: Credential,
  peeked: Peeked,
  now: EpochMs,
): Promise<ClientClaims | 'expired' | null> {
  const algorithm = algorithmOf(credential.proof)
  const typ = typOf(peeked)
  if (!algorithm || peeked.header['alg'] !== algorithm || (typ !== '' && typ !== 'jwt')) return null
  const key = await keyOf(config, credential)
  if (!key) return null
  const payload = await verifiedClaims(peeked, key, now, {
    algorithms: [algorithm],
    issuer: credential.id,
    audience: config.baseUrl,
    requiredClaims: ['iat', 'exp'],
  })
  if (!payload) return null
  const exp = validUntil(payload, now / 1000, CLIENT_TOKEN_SECONDS)
  const scopes = scopesOf(payload['scope'])
  if (exp === null || scopes === 'malformed' || !isFor(payload.aud, config.baseUrl)) return null
  if (payload.sub !== undefined && payload.sub !== credential.id) return null
  return exp === 'expired' ? exp : { scopes, exp }
}
