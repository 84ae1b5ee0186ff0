import { SignJWT } from 'jose'
import type { Config } from '#worker/config.ts'
import type { PersonId, SignInId, TenantId } from '#worker/domain/ids.ts'
import type { Mode } from '#worker/domain/realm.ts'
import type { EpochMs, Seconds } from '#worker/domain/time.ts'
import { randomDigits } from '#worker/lib/base32.ts'
import { ownClaims, tokenKeysOf } from './access-token.ts'
import { type Peeked, validUntil } from './jwt.ts'

/** Life of a person's token, which a tab of a browser holds. */
export const PERSON_TOKEN_SECONDS: Seconds = 300

/** `client_id` of people's tokens: the console. */
const CONSOLE = 'console'

/** Person's token as it is asked for, and as it was verified. */
export interface PersonGrant {
  readonly person: PersonId
  readonly signIn: SignInId
  /** Generation of the person's tokens that it is of (domain/people/member.ts). */
  readonly generation: number
  /** Time of the last proof that it is still the person; null: none since the sign-in. */
  readonly steppedUpAt: EpochMs | null
  /** Tenant that the person acts for, and in which mode; null: he acts for the licensee, and the token opens `/admin` alone. */
  readonly acts: { readonly tenantId: TenantId; readonly mode: Mode; readonly scopes: readonly string[] } | null
}

/** Token whose claims hold. `exp`: its end in epoch seconds. */
type PersonClaims = PersonGrant & { readonly exp: number }

/** Signs a person's token (RFC 9068) with the key that signs. */
export async function issuePersonToken(config: Config, grant: PersonGrant, now: EpochMs): Promise<string> {
  const { signer } = await tokenKeysOf(config)
  const iat = Math.floor(now / 1000)
  const { person, signIn, generation, steppedUpAt, acts } = grant
  const claims = {
    client_id: CONSOLE,
    sid: signIn,
    generation,
    ...(steppedUpAt === null ? {} : { stepped_up_at: steppedUpAt }),
    ...(acts && { tenant: acts.tenantId, mode: acts.mode, scope: acts.scopes.join(' ') }),
  }
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: signer.kid })
    .setIssuer(config.baseUrl)
    .setAudience(config.baseUrl)
    .setSubject(person)
    .setJti(randomDigits(26))
    .setIssuedAt(iat)
    .setExpirationTime(iat + PERSON_TOKEN_SECONDS)
    .sign(signer.key)
}

/** True if a token says that it is a person's. */
export const isPersonToken = ({ claims }: Peeked): boolean => claims['client_id'] === CONSOLE

function actsOf({ tenant, mode, scope }: Readonly<Record<string, unknown>>): PersonGrant['acts'] | undefined {
  if (tenant === undefined) return null
  if (typeof tenant !== 'string' || typeof scope !== 'string' || (mode !== 'live' && mode !== 'test')) return undefined
  return { tenantId: tenant as TenantId, mode, scopes: scope.split(' ').filter(Boolean) }
}

/** Answers the claims of a person's token of ours, `expired` for one that was genuine, or null. */
export async function verifyPersonToken(
  config: Config,
  peeked: Peeked,
  now: EpochMs,
): Promise<PersonClaims | 'expired' | null> {
  const payload = await ownClaims(config, peeked, now, ['sub', 'client_id', 'sid', 'generation', 'iat', 'exp', 'jti'])
  if (payload?.['client_id'] !== CONSOLE) return null
  const exp = validUntil(payload, now / 1000, PERSON_TOKEN_SECONDS)
  const { sub, sid, generation, stepped_up_at: steppedUpAt = null } = payload
  const acts = actsOf(payload)
  if (exp === null || acts === undefined || typeof sub !== 'string' || typeof sid !== 'string') return null
  if (typeof generation !== 'number' || (steppedUpAt !== null && typeof steppedUpAt !== 'number')) return null
  if (exp === 'expired') return exp
  return { person: sub as PersonId, signIn: sid as SignInId, generation, steppedUpAt, acts, exp }
}
