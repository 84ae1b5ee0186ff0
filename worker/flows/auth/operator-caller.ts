import type { PersonId, SignInId } from '#worker/domain/ids.ts'
import type { OperatorScope } from '#worker/domain/people/operator-scopes.ts'
import { OPERATOR_SCOPES_OF, type OperatorRole, STAFF_LEVEL } from '#worker/domain/people/roles.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { staffMember } from '#worker/store/people/staff.ts'
import { peek } from './jwt.ts'
import { verifyAccessJwt, verifyOperatorToken } from './operator-token.ts'
import { isPersonToken, verifyPersonToken } from './person-token.ts'

/** Caller of `/admin`: one of the licensee's people, or a program of his. */
export interface OperatorCaller {
  /** Name for the access log: id of the person, or what the program calls itself. */
  readonly name: string
  /** The person; null: a program. */
  readonly person: PersonId | null
  /** His sign-in; null: a program. */
  readonly signIn: SignInId | null
  /** His role; null: a program. */
  readonly role: OperatorRole | null
  readonly scopes: readonly OperatorScope[]
  /** Time of the last proof that it is still the person; null: none, or a program. */
  readonly steppedUpAt: EpochMs | null
  /** Reason for which a program does dangerous acts that nobody approved; null: it does none. */
  readonly breakGlass: string | null
}

/** Why a token is refused; `revoked`: the person is no operator any more, or has ended a sign-in since. */
export type OperatorRefusal = 'invalid' | 'expired' | 'revoked'

async function personCaller(
  { env, config, now }: Platform,
  peeked: NonNullable<ReturnType<typeof peek>>,
): Promise<OperatorCaller | OperatorRefusal> {
  const claims = await verifyPersonToken(config, peeked, now())
  if (claims === 'expired') return claims
  if (!claims || claims.acts !== null) return 'invalid'
  const { person, signIn, generation, steppedUpAt } = claims
  const found = await staffMember(env.CONTROL, person)
  if (found?.status !== 'active' || found.generation !== generation || found.level < STAFF_LEVEL) return 'revoked'
  const { operatorRole: role } = found
  if (role === null) return 'revoked'
  return { name: person, person, signIn, role, scopes: OPERATOR_SCOPES_OF[role], steppedUpAt, breakGlass: null }
}

const PROGRAM = { person: null, signIn: null, role: null, steppedUpAt: null } as const

/** Finds out which operator a bearer token is of. A person's role is read at each call, so that its loss counts at once. */
export async function operatorOfToken(platform: Platform, token: string): Promise<OperatorCaller | OperatorRefusal> {
  const peeked = peek(token)
  if (peeked && isPersonToken(peeked)) return personCaller(platform, peeked)
  const program = await verifyOperatorToken(platform.config, token, platform.now())
  if (program === null || program === 'expired') return program ?? 'invalid'
  return { ...PROGRAM, ...program }
}

/** The same of a JWT that Cloudflare Access put into its header. Throws if Access's keys cannot be had. */
export async function operatorOfAccess(
  { config, now }: Platform,
  assertion: string,
): Promise<OperatorCaller | OperatorRefusal> {
  const program = await verifyAccessJwt(config, assertion, now())
  return program ? { ...PROGRAM, ...program } : 'invalid'
}
