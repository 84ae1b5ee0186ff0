import { newPeopleId, type PasskeyId, type PersonId, type RequestId, type SignInId } from '#worker/domain/ids.ts'
import { ownOrigins, relyingParty } from '#worker/domain/licensee.ts'
import { CHALLENGE_LIFE, PASSKEYS_MOST, type PasskeyRefusal } from '#worker/domain/people/passkey.ts'
import { Problem } from '#worker/domain/problem.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { toBase64Url, utf8 } from '#worker/lib/bytes.ts'
import { ALGORITHMS } from '#worker/lib/webauthn/cose-key.ts'
import {
  type AssertionResponse,
  challengeOf,
  type RegistrationResponse,
  type RelyingParty,
  verifyAssertion,
  verifyRegistration,
} from '#worker/lib/webauthn/verify.ts'
import {
  insertPasskey,
  notePasskeyUse,
  type Passkey,
  passkeyOfCredential,
  passkeysOf,
  removePasskey,
} from '#worker/store/people/passkeys.ts'
import { type Person, personById } from '#worker/store/people/people.ts'
import { beginCeremony, endedCeremony } from './ceremony.ts'
import { keptLicensee } from './kept-licensee.ts'
import type { SignedIn } from './sign-in.ts'

/** What a challenge was asked for; an answer counts for that alone. */
type Purpose = 'passkey-registration' | 'passkey-sign-in' | 'passkey-step-up'

/** Whose challenge it is: of a sign-in, or of a browser by the mark that it holds, where nobody is signed in yet. */
interface Asked {
  readonly purpose: Purpose
  readonly personId: PersonId | null
  readonly by: SignInId | string
}

const WHY: Readonly<Record<PasskeyRefusal, string>> = {
  malformed: 'The browser’s answer cannot be read.',
  'wrong-type': 'The browser’s answer is to another kind of request.',
  'wrong-challenge': 'The challenge was answered before, is older than five minutes, or is another browser’s.',
  'wrong-origin': 'The browser answered on a page that is none of ours.',
  'wrong-rp-id': 'The passkey is of another domain.',
  'user-not-present': 'Nobody confirmed at the device.',
  'user-not-verified': 'The device did not check who confirmed: it needs a PIN, a fingerprint or a face.',
  'unknown-algorithm': 'The passkey is of an algorithm that is not taken here.',
  'wrong-signature': 'The signature does not hold.',
  'unknown-passkey': 'There is no such passkey here.',
  'wrong-person': 'The passkey is not the one of who is signed in.',
  copied:
    'The passkey’s counter went back, so a copy of it is about. It is refused from now on: remove it, and tell us.',
}

/** Problem of a passkey that is not taken. */
export const passkeyRefused = (reason: PasskeyRefusal): Problem =>
  new Problem('passkey-refused', { detail: WHY[reason], extra: { reason } })

async function partyOf(platform: Platform): Promise<RelyingParty> {
  const { config } = platform
  const settings = await keptLicensee(platform)
  return { rpId: relyingParty(settings, config.baseUrl), origins: ownOrigins(settings, config.baseUrl) }
}

/** Makes a challenge: what the browser holds of a step is its challenge, so that it is found by it, counts once, and ends. */
const newChallenge = (platform: Platform, { purpose, personId, by }: Asked): Promise<string> =>
  beginCeremony(platform, { kind: purpose, personId, step: { by }, lifeMs: CHALLENGE_LIFE })

/** Takes the challenge that a response answers, which is over then; throws if it is not of this purpose and asker. */
async function takeChallenge(
  platform: Platform,
  { purpose, personId, by }: Asked,
  response: { readonly clientDataJSON: string },
): Promise<string> {
  const challenge = challengeOf(response)
  if (challenge === null) throw passkeyRefused('malformed')
  const taken = await endedCeremony<Pick<Asked, 'by'>>(platform, purpose, challenge)
  if (taken?.personId !== personId || taken.step.by !== by) throw passkeyRefused('wrong-challenge')
  return challenge
}

/** Name of a person for his authenticator's list; it never leaves his devices. */
const nameOf = ({ name, mobile, email, id }: Person): { readonly name: string; readonly displayName: string } => ({
  name: email ?? mobile ?? id,
  displayName: name ?? email ?? mobile ?? id,
})

const registrationBy = ({ person, signIn }: SignedIn): Asked => ({
  purpose: 'passkey-registration',
  personId: person.id,
  by: signIn.id,
})

/** Options by which a browser makes a passkey that needs no name to sign in, and a person whom the device knows. */
export async function registrationOptions(platform: Platform, signedIn: SignedIn) {
  const { person } = signedIn
  const { rpId } = await partyOf(platform)
  const own = await passkeysOf(platform.env.CONTROL, platform.keys, person.id)
  return {
    challenge: await newChallenge(platform, registrationBy(signedIn)),
    rp: { id: rpId, name: rpId },
    user: { id: toBase64Url(utf8(person.id)), ...nameOf(person) },
    pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: 'public-key' as const, alg })),
    timeout: CHALLENGE_LIFE,
    attestation: 'none' as const,
    authenticatorSelection: {
      residentKey: 'required' as const,
      requireResidentKey: true as const,
      userVerification: 'required' as const,
    },
    excludeCredentials: own.map(({ credentialId, transports }) => ({
      type: 'public-key' as const,
      id: credentialId,
      transports,
    })),
  }
}

/** Passkey that a browser made, as its person names it. */
interface MadePasskey {
  readonly name: string
  readonly transports: readonly string[]
  readonly response: RegistrationResponse
  /** Request that its id is made of. */
  readonly request: RequestId
}

/** Adds a passkey to who is signed in. */
export async function addPasskey(platform: Platform, signedIn: SignedIn, made: MadePasskey): Promise<Passkey> {
  const { name, transports, response, request } = made
  const challenge = await takeChallenge(platform, registrationBy(signedIn), response)
  const credential = await verifyRegistration(await partyOf(platform), challenge, response)
  if (typeof credential === 'string') throw passkeyRefused(credential)
  const { id: credentialId, ...rest } = credential
  const passkey: Passkey & { readonly name: string } = {
    id: newPeopleId('pky', request),
    personId: signedIn.person.id,
    credentialId,
    ...rest,
    transports,
    name,
    createdAt: platform.now(),
    lastUsedAt: null,
    refusedAt: null,
  }
  if (!(await insertPasskey(platform.env.CONTROL, platform.keys, passkey, PASSKEYS_MOST)))
    throw new Problem('conflict', {
      detail: `The passkey is there already, or you have ${PASSKEYS_MOST}: remove one that you do not need.`,
    })
  return passkey
}

/** Options by which a browser answers a challenge with a passkey. No passkey is named: nobody learns who has which. */
async function requestOptions(platform: Platform, asked: Asked) {
  const { rpId } = await partyOf(platform)
  return {
    challenge: await newChallenge(platform, asked),
    rpId,
    timeout: CHALLENGE_LIFE,
    userVerification: 'required' as const,
    allowCredentials: [],
  }
}

/** Answer of a passkey to a challenge. `userHandle`: whose it is, as the authenticator knows; null: it did not say. */
export interface SignedChallenge {
  readonly credentialId: string
  readonly userHandle: string | null
  readonly response: AssertionResponse
}

/** Whose passkey answered a challenge, and which; and, of one that is refused, why. */
export interface Answered {
  readonly passkey: PasskeyId
  readonly personId: PersonId
  readonly refusal: PasskeyRefusal | null
}

/** Holds an answer against the passkey that it names. Throws where no passkey of ours is meant; all else is told by `refusal`. */
async function answeredBy(platform: Platform, asked: Asked, signed: SignedChallenge): Promise<Answered> {
  const { CONTROL } = platform.env
  const challenge = await takeChallenge(platform, asked, signed.response)
  const passkey = await passkeyOfCredential(CONTROL, signed.credentialId)
  if (!passkey) throw passkeyRefused('unknown-passkey')
  const { id, personId, publicKey, refusedAt } = passkey
  const refused = (refusal: PasskeyRefusal | null): Answered => ({ passkey: id, personId, refusal })
  const isOther = asked.personId !== null && asked.personId !== personId
  if (isOther || (signed.userHandle !== null && signed.userHandle !== toBase64Url(utf8(personId))))
    return refused('wrong-person')
  const proof = await verifyAssertion(await partyOf(platform), challenge, signed.response, publicKey)
  if (typeof proof === 'string') return refused(proof)
  if (refusedAt !== null) return refused('copied')
  const noted = await notePasskeyUse(CONTROL, id, { ...proof, at: platform.now() })
  return refused(noted ? null : 'copied')
}

const signInBy = (mark: string): Asked => ({ purpose: 'passkey-sign-in', personId: null, by: mark })

/** Options to sign in with. `mark`: what the browser holds, so that no other can answer for it. */
export const signInOptions = (platform: Platform, mark: string) => requestOptions(platform, signInBy(mark))

/** Person who signs in by a passkey, or why he does not. */
export async function signInProof(
  platform: Platform,
  mark: string,
  signed: SignedChallenge,
): Promise<Answered & { readonly person: Person | null }> {
  const answered = await answeredBy(platform, signInBy(mark), signed)
  if (answered.refusal !== null) return { ...answered, person: null }
  const person = await personById(platform.env.CONTROL, platform.keys, answered.personId)
  if (person?.status !== 'active') return { ...answered, refusal: 'unknown-passkey', person: null }
  return { ...answered, person }
}

const stepUpBy = ({ person, signIn }: SignedIn): Asked => ({
  purpose: 'passkey-step-up',
  personId: person.id,
  by: signIn.id,
})

/** Options for who is signed in, to prove anew that it is he. */
export const stepUpOptions = (platform: Platform, signedIn: SignedIn) => requestOptions(platform, stepUpBy(signedIn))

/** Holds such a proof against who is signed in. */
export const stepUpProof = (platform: Platform, signedIn: SignedIn, signed: SignedChallenge): Promise<Answered> =>
  answeredBy(platform, stepUpBy(signedIn), signed)

/**
 * Removes a passkey of who is signed in. The last one goes only if a code can take its place: the person has a verified mobile,
 * and is no operator, who signs in by passkey only.
 */
export async function dropPasskey(platform: Platform, { person }: SignedIn, id: string): Promise<void> {
  const { CONTROL } = platform.env
  const named = { id: id as PasskeyId, personId: person.id }
  const byCode = person.mobile !== null && person.operatorRole === null
  if (await removePasskey(CONTROL, named, byCode)) return
  const own = await passkeysOf(CONTROL, platform.keys, person.id)
  if (!own.some((passkey) => passkey.id === id)) throw new Problem('not-found')
  throw new Problem('conflict', {
    detail: byCode
      ? 'It is the last one that is taken: remove those that are refused first.'
      : 'You could not sign in any more: add another passkey first.',
  })
}
