import { SignJWT } from 'jose'
import type { Config } from '#worker/config.ts'
import type { ClientId } from '#worker/domain/ids.ts'
import type { Mode } from '#worker/domain/realm.ts'
import { DAY, type EpochMs, SECOND, type Seconds } from '#worker/domain/time.ts'
import { tokenKeysOf } from './access-token.ts'
import { isFor, type Peeked, peek, typOf, validUntil, verifiedClaims } from './jwt.ts'

/** Longest life of an API key: a leap year. */
export const MOST_KEY_LIFE: EpochMs = 366 * DAY
/**
 * Issuer and audience of API keys. They name no deployment, so that keys go on where BASE_URL changes; keys of another one are
 * signed by other keys, and name ids that are not ours.
 */
const ISSUER = 'chapar-key'
const AUDIENCE = 'chapar-api'
/** Form of an API key: a prefix by which people and scanners of leaked secrets know it, and a JWT. */
const FORM = /^chk_(live|test)_(.+)$/

const MOST_SECONDS: Seconds = MOST_KEY_LIFE / SECOND

/** Claims of an API key. */
interface ApiKeyClaims {
  readonly clientId: ClientId
  readonly mode: Mode
  /** Id of this one making of the key: a credential has one that counts. */
  readonly jti: string
  /** End, in epoch seconds. */
  readonly exp: number
}

/** API key as it is sent: the mode of its prefix, and its JWT, of which nothing is believed yet. */
interface SentKey {
  readonly mode: Mode
  readonly peeked: Peeked
}

/** Reads a token that says to be an API key; null: it does not say so, or holds no JWT. */
export function sentKey(token: string): SentKey | null {
  const [, mode, jwt = ''] = FORM.exec(token) ?? []
  const peeked = mode === undefined ? null : peek(jwt)
  return peeked && { mode: mode as Mode, peeked }
}

/** Makes an API key, signed by the first of TOKEN_KEYS that can sign. It is shown once and kept nowhere. */
export async function issueApiKey(
  config: Config,
  { clientId, mode, jti }: Omit<ApiKeyClaims, 'exp'>,
  { from, to }: { readonly from: EpochMs; readonly to: EpochMs },
): Promise<string> {
  const { signer } = await tokenKeysOf(config)
  const jwt = await new SignJWT({ mode })
    .setProtectedHeader({ alg: 'EdDSA', typ: 'key+jwt', kid: signer.kid })
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setSubject(clientId)
    .setJti(jti)
    .setIssuedAt(Math.floor(from / SECOND))
    .setExpirationTime(Math.floor(to / SECOND))
    .sign(signer.key)
  return `chk_${mode}_${jwt}`
}

/** Answers the claims of an API key of ours, `expired` for one that was genuine, or null. */
export async function verifyApiKey(
  config: Config,
  { mode, peeked }: SentKey,
  now: EpochMs,
): Promise<ApiKeyClaims | 'expired' | null> {
  const { alg, kid } = peeked.header
  if (alg !== 'EdDSA' || typOf(peeked) !== 'key+jwt' || typeof kid !== 'string') return null
  const key = (await tokenKeysOf(config)).verifiers.get(kid)
  if (!key) return null
  const payload = await verifiedClaims(peeked, key, now, {
    algorithms: ['EdDSA'],
    typ: 'key+jwt',
    issuer: ISSUER,
    audience: AUDIENCE,
    requiredClaims: ['sub', 'iat', 'exp', 'jti', 'mode'],
  })
  if (!payload || !isFor(payload.aud, AUDIENCE) || payload['mode'] !== mode) return null
  const exp = validUntil(payload, now / SECOND, MOST_SECONDS)
  const { sub, jti } = payload
  if (exp === null || typeof sub !== 'string' || typeof jti !== 'string') return null
  return exp === 'expired' ? exp : { clientId: sub as ClientId, mode, jti, exp }
}
