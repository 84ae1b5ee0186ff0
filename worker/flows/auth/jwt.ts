import { errors, type JWTPayload, type JWTVerifyOptions, jwtVerify } from 'jose'
import type { EpochMs } from '#worker/domain/time.ts'
import { fromBase64 } from '#worker/lib/bytes.ts'

/** Most characters of a token that are looked at; real ones have 400 to 1,500. */
const TOKEN_LIMIT = 8_192
/** Seconds that another machine's clock may be ahead of ours. */
export const CLOCK_TOLERANCE = 30

/** Header and claims of a compact JWS before anything is verified: good for choosing the key, and for nothing else. */
export interface Peeked {
  readonly token: string
  readonly header: Readonly<Record<string, unknown>>
  readonly claims: Readonly<Record<string, unknown>>
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false })
const SEGMENT = /^[\w-]+$/
/** Headers that would let a token bring or fetch its own key, or ask for processing that we do not do (RFC 8725 3.10). */
const REFUSED_HEADERS = ['crit', 'jku', 'jwk', 'x5u', 'x5c', 'b64', 'zip', 'enc']

function jsonObject(segment: string): Readonly<Record<string, unknown>> | null {
  const bytes = SEGMENT.test(segment) ? fromBase64(segment) : null
  if (!bytes) return null
  try {
    const value: unknown = JSON.parse(decoder.decode(bytes))
    return value !== null && typeof value === 'object' && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null
  } catch {
    return null
  }
}

/** Reads a token without believing it; null if it is no plain signed JWT of bounded size. */
export function peek(token: string): Peeked | null {
  if (token.length > TOKEN_LIMIT) return null
  const [head, body, signature, ...more] = token.split('.')
  if (!head || !body || !signature || more.length > 0 || !SEGMENT.test(signature)) return null
  const header = jsonObject(head)
  const claims = jsonObject(body)
  if (!header || !claims || REFUSED_HEADERS.some((name) => Object.hasOwn(header, name))) return null
  return { token, header, claims }
}

/** Answers `typ` in the short form of RFC 7515 4.1.9, lower case; '' if it is absent, null if it is no text. */
export function typOf({ header }: Peeked): string | null {
  const { typ } = header
  if (typ === undefined) return ''
  return typeof typ === 'string' ? typ.toLowerCase().replace(/^application\//, '') : null
}

/** True if the token is for this audience alone. One for several could be replayed here by any of them. */
export const isFor = (aud: unknown, audience: string): boolean =>
  aud === audience || (Array.isArray(aud) && aud.length === 1 && aud[0] === audience)

/**
 * Checks the time window of verified claims (`now` and `longest` in seconds): `iat` and `exp` are there, it has begun within
 * the tolerance, and is no longer than `longest`. Answers the end in epoch seconds, `expired` if all that is wrong is that it
 * is over, or null. The end gets no tolerance, because a client that is late can ask for a new token.
 */
export function validUntil(
  claims: Readonly<Record<string, unknown>>,
  now: number,
  longest: number,
): number | 'expired' | null {
  const { iat, exp, nbf } = claims
  if (typeof iat !== 'number' || typeof exp !== 'number' || !Number.isFinite(iat) || !Number.isFinite(exp)) return null
  if (nbf !== undefined && (typeof nbf !== 'number' || nbf > now + CLOCK_TOLERANCE)) return null
  if (iat > now + CLOCK_TOLERANCE || exp <= iat || exp - iat > longest) return null
  return exp <= now ? 'expired' : exp
}

/**
 * Answers the verified claims, or null if anything is wrong with the token or the registered key cannot be used for it. Claims
 * that are over are answered too, because their signature held: `validUntil` tells.
 */
export async function verifiedClaims(
  { token }: Peeked,
  key: CryptoKey,
  now: EpochMs,
  options: JWTVerifyOptions & { readonly algorithms: string[] },
): Promise<JWTPayload | null> {
  try {
    const checks = { ...options, clockTolerance: CLOCK_TOLERANCE, currentDate: new Date(now) }
    return (await jwtVerify(token, key, checks)).payload
  } catch (error) {
    // jose looks at `exp` last: whose token it is, and for whom, is checked by then.
    if (error instanceof errors.JWTExpired) return error.payload
    if (error instanceof errors.JOSEError || error instanceof TypeError) return null
    throw error
  }
}
