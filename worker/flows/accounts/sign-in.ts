import { newPeopleId, type PasskeyId, type PersonId, type RequestId, type SignInId } from '#worker/domain/ids.ts'
import { loopbackOrigin } from '#worker/domain/licensee.ts'
import {
  isSeenAnew,
  mayActForLicensee,
  SIGN_IN_LIFE,
  type SignInMethod,
  signInHolds,
} from '#worker/domain/people/sign-in.ts'
import { Problem } from '#worker/domain/problem.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { confirmPolicy } from '#worker/flows/core/confirm-policy.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { errorLabel } from '#worker/lib/log.ts'
import type { Person } from '#worker/store/people/people.ts'
import {
  endSignIns,
  insertSignIn,
  isSignInOf,
  renewSignIn,
  type SignIn,
  type SignInPlace,
  signInByToken,
  signInsOf,
  touchSignIn,
} from '#worker/store/people/sign-ins.ts'
import { newOpaque, opaqueHash } from './opaque.ts'

/** Kind of the hash of a cookie (opaque.ts). */
const COOKIE = 'sign-in'

/** Person who calls by the cookie of a sign-in. */
export interface SignedIn {
  readonly person: Person
  readonly signIn: SignIn
  /** Time of the last proof that it is still the person; null: none since the sign-in. */
  readonly steppedUpAt: EpochMs | null
}

/** Sign-in with the new value of its cookie, which is shown to the browser alone. */
export interface FreshSignIn extends SignedIn {
  readonly cookie: string
}

/** How somebody signed in, and from where. */
interface Entry {
  readonly person: Person
  readonly method: SignInMethod
  /** Passkey that he signed in by; left out: he did by other means. */
  readonly passkey?: PasskeyId
  readonly place: SignInPlace
  /** Request that the sign-in's id is made of. */
  readonly request: RequestId
  /** Sign-in that the browser had until now; null: none. It ends: no browser has two. */
  readonly before: SignedIn | null
}

/**
 * Signs a person in. The cookie is always a new one, whatever the browser held before, so that nobody can prepare one for him. To
 * have just proved who one is counts as a step-up.
 */
export async function openSignIn(platform: Platform, entry: Entry): Promise<FreshSignIn> {
  const { person, method, passkey = null, place, request, before } = entry
  const now = platform.now()
  const cookie = newOpaque()
  const signIn: SignIn & { readonly place: SignInPlace } = {
    id: newPeopleId('sgn', request),
    personId: person.id,
    method,
    place,
    createdAt: now,
    seenAt: now,
    endsAt: now + SIGN_IN_LIFE,
    steppedUpAt: now,
    provenWith: passkey,
    endedAt: null,
  }
  const { CONTROL } = platform.env
  if (before) await endOwn(platform, before.person.id, [before.signIn.id])
  await insertSignIn(CONTROL, platform.keys, signIn, await opaqueHash(platform.config, COOKIE, cookie))
  return { person, signIn, steppedUpAt: now, cookie }
}

/** Finds who calls by a cookie; null: nobody, or the sign-in does not hold any more. */
export async function findSignedIn(platform: Platform, cookie: string): Promise<SignedIn | null> {
  const { env, keys, config, log } = platform
  const found = await signInByToken(env.CONTROL, keys, await opaqueHash(config, COOKIE, cookie))
  const now = platform.now()
  if (found?.person.status !== 'active' || !signInHolds(found.signIn, now)) return null
  if (isSeenAnew(found.signIn, now))
    await touchSignIn(env.CONTROL, found.signIn.id, now).catch((error: unknown) =>
      log('sign-in.not-touched', { signIn: found.signIn.id, reason: errorLabel(error) }),
    )
  return { ...found, steppedUpAt: found.signIn.steppedUpAt }
}

/** True if a sign-in may act for the licensee. */
export const isStaffSignIn = ({ config }: Platform, { signIn }: SignedIn): boolean =>
  mayActForLicensee(signIn.method, loopbackOrigin(config.baseUrl) !== null)

/** Refusal of a sign-in that may not. */
export const weakSignIn = (): Problem =>
  new Problem('forbidden', { detail: 'The licensee’s people sign in by a passkey: sign in anew by one.' })

/**
 * Notes that the person proved anew who he is, by a passkey or by other means, and gives the sign-in a new cookie; null: it was
 * ended meanwhile.
 */
export async function stepUp(
  platform: Platform,
  signedIn: SignedIn,
  passkey: PasskeyId | null = null,
): Promise<FreshSignIn | null> {
  const now = platform.now()
  const cookie = newOpaque()
  const tokenHash = await opaqueHash(platform.config, COOKIE, cookie)
  const { signIn } = signedIn
  if (!(await renewSignIn(platform.env.CONTROL, signIn.id, { tokenHash, steppedUpAt: now, provenWith: passkey })))
    return null
  return { ...signedIn, signIn: { ...signIn, steppedUpAt: now, provenWith: passkey }, steppedUpAt: now, cookie }
}

/**
 * Ends sign-ins of a person, or all (`ids` null), and every token that he has: his other tabs ask for new ones. In force
 * everywhere once this answers.
 */
export async function endOwn(platform: Platform, person: PersonId, ids: readonly SignInId[] | null): Promise<void> {
  const raised = await endSignIns(platform.env.CONTROL, person, ids, platform.now())
  await Promise.all(raised.map(({ tenantId, version }) => confirmPolicy(platform, tenantId, version)))
}

/** Ends all sign-ins of a person but the one that he calls by. */
export async function endOthers(platform: Platform, { person, signIn }: SignedIn): Promise<void> {
  const all = await signInsOf(platform.env.CONTROL, platform.keys, person.id, platform.now())
  const others = all.map(({ id }) => id).filter((id) => id !== signIn.id)
  if (others.length > 0) await endOwn(platform, person.id, others)
}

/** Ends one of a person's sign-ins; false: he has and had none of this id. One that ended already is ended once more. */
export async function endSignIn(platform: Platform, person: PersonId, id: string): Promise<boolean> {
  if (!(await isSignInOf(platform.env.CONTROL, person, id))) return false
  await endOwn(platform, person, [id as SignInId])
  return true
}
