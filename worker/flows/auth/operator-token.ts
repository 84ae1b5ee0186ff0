import { createRemoteJWKSet, errors, importJWK, type JWTPayload, jwtVerify } from 'jose'
import type { Config } from '#worker/config.ts'
import { OPERATOR_SCOPES, type OperatorScope } from '#worker/domain/people/operator-scopes.ts'
import { PROGRAM_SCOPES } from '#worker/domain/people/roles.ts'
import type { EpochMs, Seconds } from '#worker/domain/time.ts'
import { publicJwk } from './access-token.ts'
import { CLOCK_TOLERANCE, isFor, peek, typOf, validUntil, verifiedClaims } from './jwt.ts'

/** Longest life of an operator's token. */
const OPERATOR_TOKEN_SECONDS: Seconds = 8 * 3_600
/** Longest life of one that breaks the glass. */
const BREAK_GLASS_SECONDS: Seconds = 3_600
/** Characters of the reason why. */
const REASON = { least: 3, most: 500 }
/** Longest life of a Cloudflare Access session. */
const ACCESS_SESSION_SECONDS: Seconds = 31 * 86_400
const NAME = /^[\w.@+-]{1,100}$/

/** Ids of people, which the access log names them by: no program has such a name. */
const OF_PEOPLE = /^per_/
const operatorName = (value: unknown): string | null =>
  typeof value === 'string' && NAME.test(value) && !OF_PEOPLE.test(value) ? value : null

const imported = new WeakMap<Config, ReadonlyMap<string, CryptoKey>>()

async function operatorKeys(config: Config): Promise<ReadonlyMap<string, CryptoKey>> {
  const kept = imported.get(config)
  if (kept) return kept
  const entries = await Promise.all(
    config.operatorKeys.map(async (jwk) => [jwk.kid, (await importJWK(publicJwk(jwk), 'EdDSA')) as CryptoKey] as const),
  )
  const keys = new Map(entries)
  imported.set(config, keys)
  return keys
}

/** Program of the licensee, as its token says. */
interface Program {
  readonly name: string
  readonly scopes: readonly OperatorScope[]
  /** Reason for which it breaks the glass, as its token says; null: it does not. */
  readonly breakGlass: string | null
}

/** Reads why a token breaks the glass; null: it does not, undefined: it says so in a way that does not count. */
function breakGlassOf({ break_glass: reason, iat = 0, exp = 0 }: JWTPayload): string | null | undefined {
  if (reason === undefined) return null
  if (typeof reason !== 'string' || exp - iat > BREAK_GLASS_SECONDS) return undefined
  const given = reason.trim()
  return given.length >= REASON.least && given.length <= REASON.most ? given : undefined
}

/** Reads what a token may do: what it names, or all; no dangerous acts unless it breaks the glass. Undefined: it is no list. */
function scopesOf({ scope }: JWTPayload, breaksGlass: boolean): readonly OperatorScope[] | undefined {
  const most = breaksGlass ? OPERATOR_SCOPES : PROGRAM_SCOPES
  if (scope === undefined) return most
  if (typeof scope !== 'string') return undefined
  const asked = scope.split(' ')
  return most.filter((one) => asked.includes(one))
}

/** Answers the program that signed this token with a key of OPERATOR_KEYS, `expired` for one that was genuine, or null. */
export async function verifyOperatorToken(
  config: Config,
  token: string,
  now: EpochMs,
): Promise<Program | 'expired' | null> {
  const peeked = peek(token)
  if (peeked?.header['alg'] !== 'EdDSA' || typOf(peeked) !== 'operator+jwt') return null
  const { kid } = peeked.header
  const key = typeof kid === 'string' ? (await operatorKeys(config)).get(kid) : undefined
  if (!key) return null
  const payload = await verifiedClaims(peeked, key, now, {
    algorithms: ['EdDSA'],
    typ: 'operator+jwt',
    issuer: 'chapar-operator',
    audience: config.baseUrl,
    requiredClaims: ['sub', 'iat', 'exp'],
  })
  if (!payload || !isFor(payload.aud, config.baseUrl)) return null
  const name = operatorName(payload.sub)
  const until = validUntil(payload, now / 1000, OPERATOR_TOKEN_SECONDS)
  const breakGlass = breakGlassOf(payload)
  if (name === null || until === null || breakGlass === undefined) return null
  const scopes = scopesOf(payload, breakGlass !== null)
  if (scopes === undefined || until === 'expired') return scopes ? 'expired' : null
  return { name, scopes, breakGlass }
}

type RemoteKeys = ReturnType<typeof createRemoteJWKSet>
const remote = new Map<string, RemoteKeys>()

/** Reads the keys that Access publishes. jose keeps them, and asks at most every 30 s for a key that it does not know. */
function accessKeys(team: string): RemoteKeys {
  const kept = remote.get(team)
  if (kept) return kept
  const keys = createRemoteJWKSet(new URL(`${team}/cdn-cgi/access/certs`), { timeoutDuration: 5_000 })
  remote.set(team, keys)
  return keys
}

/** True for errors that mean a bad token. Any other (no answer, no JSON) means that Access could not be asked. */
const isRefusal = (error: unknown): boolean =>
  error instanceof errors.JOSEError &&
  !(error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid || error.code === 'ERR_JOSE_GENERIC')

async function accessClaims(
  access: NonNullable<Config['access']>,
  token: string,
  now: EpochMs,
): Promise<JWTPayload | null> {
  try {
    const { payload } = await jwtVerify(token, accessKeys(access.team), {
      algorithms: ['RS256'],
      issuer: access.team,
      audience: access.audience,
      clockTolerance: CLOCK_TOLERANCE,
      currentDate: new Date(now),
      requiredClaims: ['iat', 'exp'],
    })
    return payload
  } catch (error) {
    if (isRefusal(error)) return null
    throw error
  }
}

/**
 * Answers the operator of a Cloudflare Access JWT as `access:<sub>` (a service token has no `sub`, but a common name), or
 * null. Access tells no role: he may do what a program may (docs/decisions/0054-roles.md). Throws if Access's keys cannot be had.
 */
export async function verifyAccessJwt(config: Config, token: string, now: EpochMs): Promise<Program | null> {
  const peeked = config.access && peek(token)
  if (!config.access || !peeked || peeked.header['alg'] !== 'RS256' || !['', 'jwt'].includes(typOf(peeked) ?? '?'))
    return null
  const payload = await accessClaims(config.access, token, now)
  if (!payload || typeof validUntil(payload, now / 1000, ACCESS_SESSION_SECONDS) !== 'number') return null
  const name = operatorName(payload.sub) ?? operatorName(payload['email']) ?? operatorName(payload['common_name'])
  return name === null ? null : { name: `access:${name}`, scopes: PROGRAM_SCOPES, breakGlass: null }
}
