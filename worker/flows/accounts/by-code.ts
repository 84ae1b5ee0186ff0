import type { RequestId } from '#worker/domain/ids.ts'
import { Problem } from '#worker/domain/problem.ts'
import type { Locale } from '#worker/domain/verifications/text.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { hasPasskey } from '#worker/store/people/passkeys.ts'
import { ownerOfMobile, type Person, personById } from '#worker/store/people/people.ts'
import type { SignInPlace } from '#worker/store/people/sign-ins.ts'
import { takeCode } from './code-pace.ts'
import { codeSender } from './code-sender.ts'
import { type CodeCall, provenBy, readMobile, resendAccountCode, type SentCode, sendCode } from './codes.ts'
import { type FreshSignIn, openSignIn, type SignedIn, stepUp } from './sign-in.ts'

/** Language of a code where none is asked for. */
export const localeOf = (region: string | null): Locale => (region === 'IR' ? 'fa' : 'en')

const notByCode = (): Problem =>
  new Problem('forbidden', {
    detail:
      'A code is not enough for who has a passkey, or a role at the licensee; and it counts for the number that one has.',
  })

/** True if a code to his mobile is proof enough of a person. */
const isProvenByCode = async ({ env }: Platform, { id, status, operatorRole }: Person): Promise<boolean> =>
  status === 'active' && operatorRole === null && !(await hasPasskey(env.CONTROL, id))

/**
 * Asks for the code of a sign-in. Whose the number is, or that it is nobody's, or that his proof is a passkey, shows neither in
 * the answer nor in the work: where no code is due nothing goes out.
 */
export async function askSignIn(
  platform: Platform,
  call: CodeCall,
  asked: { readonly mobile: string; readonly locale: Locale | undefined },
): Promise<SentCode> {
  const sender = await codeSender(platform)
  const mobile = readMobile(platform, sender.principal, asked.mobile)
  await takeCode(platform, { mobile, from: call.from })
  const owner = await ownerOfMobile(platform.env.CONTROL, platform.keys, mobile)
  const known = owner?.mayUseCode ? owner.id : null
  return sendCode(platform, sender, call, {
    purpose: 'sign-in',
    mobile,
    locale: asked.locale ?? localeOf(sender.principal.policy.region),
    personId: known,
    instead: known === null ? 'nothing' : null,
    facts: {},
  })
}

/** Sends a further code of a step, on the same channel or on another. */
export async function askAgain(
  platform: Platform,
  call: CodeCall,
  asked: { readonly ceremony: string; readonly channel: 'sms' | 'voice' | undefined },
): Promise<SentCode> {
  const sender = await codeSender(platform)
  return resendAccountCode(platform, sender, call, { held: asked.ceremony, channel: asked.channel })
}

/** A code that a person types, and where he does. */
export interface TypedCode {
  readonly ceremony: string
  readonly code: string
  readonly request: RequestId
  readonly place: SignInPlace
  readonly before: SignedIn | null
}

/** Signs in who types the code that went to his mobile. */
export async function signInByCode(platform: Platform, typed: TypedCode): Promise<FreshSignIn> {
  const sender = await codeSender(platform)
  const { request, place, before } = typed
  const tried = { purpose: 'sign-in' as const, held: typed.ceremony, code: typed.code }
  const { personId, mobile } = await provenBy(platform, sender, request, tried)
  const { CONTROL } = platform.env
  const person = personId && (await personById(CONTROL, platform.keys, personId))
  // A passkey that was added, or a number that was changed, since the code was asked for.
  if (person?.mobile !== mobile || !(await isProvenByCode(platform, person))) throw notByCode()
  return openSignIn(platform, { person, method: 'code', place, request, before })
}

/** Asks for the code of a step-up, to the mobile of who is signed in. */
export async function askStepUp(platform: Platform, call: CodeCall, { person }: SignedIn): Promise<SentCode> {
  const sender = await codeSender(platform)
  const { mobile } = person
  if (mobile === null || !(await isProvenByCode(platform, person))) throw notByCode()
  await takeCode(platform, { mobile, from: null })
  const locale = localeOf(sender.principal.policy.region)
  const asked = { purpose: 'step-up' as const, mobile, locale, personId: person.id, instead: null, facts: {} }
  return sendCode(platform, sender, call, asked)
}

/** Notes that who is signed in typed the code that went to his mobile; the cookie is a new one. */
export async function stepUpByCode(
  platform: Platform,
  signedIn: SignedIn,
  typed: Pick<TypedCode, 'ceremony' | 'code' | 'request'>,
): Promise<FreshSignIn> {
  const sender = await codeSender(platform)
  const tried = { purpose: 'step-up' as const, held: typed.ceremony, code: typed.code }
  const { personId, mobile } = await provenBy(platform, sender, typed.request, tried)
  const { person } = signedIn
  if (personId !== person.id || mobile !== person.mobile || !(await isProvenByCode(platform, person))) throw notByCode()
  const fresh = await stepUp(platform, signedIn)
  if (!fresh) throw new Problem('signed-out')
  return fresh
}
