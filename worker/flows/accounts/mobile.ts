/*
 * A person's change of number (S6-14): who has the old number shows it by a code, and the new one by another.
 * 1. `askMobile` sends a code to the old number, of who has just proved himself; a passkey stands in for neither.
 * 2. `proveOldMobile` takes it, and sends one to the new number, which was said in step 1: nothing that comes later changes it.
 * 3. `proveNewMobile` takes that, changes the number, and ends all other sign-ins.
 */
import { invalidField, Problem } from '#worker/domain/problem.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { changeMobile } from '#worker/store/people/mobile.ts'
import { signInsOf } from '#worker/store/people/sign-ins.ts'
import { localeOf, type TypedCode } from './by-code.ts'
import { takeCode } from './code-pace.ts'
import { codeSender } from './code-sender.ts'
import { type CodeCall, provenBy, readMobile, type SentCode, sendCode } from './codes.ts'
import { endOwn, type SignedIn } from './sign-in.ts'

/** What a change is about, as it was asked for: by which sign-in, from which number to which. */
interface MobileFacts {
  readonly signIn: string
  readonly before: string
  readonly after: string
}

type Tried = Pick<TypedCode, 'ceremony' | 'code' | 'request'>

const noMobile = (): Problem =>
  new Problem('conflict', { detail: 'You have no verified mobile that could be changed: ask the operator.' })

/** Sends a code to the number that who is signed in has. */
export async function askMobile(
  platform: Platform,
  call: CodeCall,
  { person, signIn }: SignedIn,
  text: string,
): Promise<SentCode> {
  const sender = await codeSender(platform)
  const after = readMobile(platform, sender.principal, text)
  const { mobile: before } = person
  if (before === null) throw noMobile()
  if (after === before) throw invalidField('/mobile', 'is the number that you have')
  await takeCode(platform, { mobile: before, from: call.from })
  const facts: MobileFacts = { signIn: signIn.id, before, after }
  const locale = localeOf(sender.principal.policy.region)
  const asked = { mobile: before, locale, personId: person.id, instead: null, facts }
  return sendCode(platform, sender, call, { ...asked, purpose: 'old-mobile' })
}

/** Takes a code of this change, which must be of the sign-in that asked for it. */
async function proven(
  platform: Platform,
  { person, signIn }: SignedIn,
  purpose: 'old-mobile' | 'new-mobile',
  { ceremony, code, request }: Tried,
): Promise<MobileFacts> {
  const sender = await codeSender(platform)
  const tried = { purpose, held: ceremony, code }
  const { personId, facts } = await provenBy<MobileFacts>(platform, sender, request, tried)
  if (personId !== person.id || facts.signIn !== signIn.id || facts.before !== person.mobile)
    throw new Problem('conflict', { detail: 'This change was asked for by another sign-in, or of another number.' })
  return facts
}

/** Takes the code that went to the old number, and sends one to the new. */
export async function proveOldMobile(
  platform: Platform,
  call: CodeCall,
  signedIn: SignedIn,
  tried: Tried,
): Promise<SentCode> {
  const facts = await proven(platform, signedIn, 'old-mobile', tried)
  const sender = await codeSender(platform)
  await takeCode(platform, { mobile: facts.after, from: call.from })
  const locale = localeOf(sender.principal.policy.region)
  const asked = { mobile: facts.after, locale, personId: signedIn.person.id, instead: null, facts }
  return sendCode(platform, sender, call, { ...asked, purpose: 'new-mobile' })
}

/** Takes the code that went to the new number, which is the person's then. Gives it. */
export async function proveNewMobile(platform: Platform, signedIn: SignedIn, tried: Tried): Promise<string> {
  const { before, after } = await proven(platform, signedIn, 'new-mobile', tried)
  const { person, signIn } = signedIn
  const { env, keys } = platform
  const facts = { name: person.name ?? '', email: person.email, mobile: after }
  const at = platform.now()
  if (!(await changeMobile(env.CONTROL, keys, { id: person.id, facts, before, at })))
    throw new Problem('conflict', { detail: 'Somebody else has an account with this number.' })
  const all = await signInsOf(env.CONTROL, keys, person.id, at)
  const others = all.filter(({ id }) => id !== signIn.id).map(({ id }) => id)
  await endOwn(platform, person.id, others)
  return after
}
