import type { Harness } from '../harness.ts'
import type { CallInit } from '../world.ts'
import {
  type Authenticator,
  type CreatedCredential,
  type Deceit,
  newAuthenticator,
  type SignedChallenge,
} from './authenticator.ts'
import { browserOf, type SignedInPerson, signedInPerson } from './person-world.ts'

/** Calls of a browser. */
export type Browse = (path: string, init?: CallInit) => Promise<Response>

/** Body of an answer that must have this status. */
export async function bodyOf<Body = Record<string, unknown>>(answer: Response, status = 200): Promise<Body> {
  const text = await answer.text()
  if (answer.status !== status) throw new Error(`answered ${answer.status}: ${text.slice(0, 300)}`)
  return JSON.parse(text || 'null') as Body
}

/** Status and code of a refusal, and its reason if it names one. */
export async function refusalOf(answer: Response): Promise<readonly unknown[]> {
  const body = JSON.parse((await answer.text()) || '{}') as { readonly code?: string; readonly reason?: string }
  return [answer.status, body.code, ...(body.reason === undefined ? [] : [body.reason])]
}

const optionsAt = async <Options>(browse: Browse, path: string): Promise<Options> =>
  (await bodyOf<{ readonly publicKey: Options }>(await browse(path, { method: 'POST' }))).publicKey

export type CreationOptions = Parameters<Authenticator['create']>[0]
export type RequestOptions = Parameters<Authenticator['get']>[0]

export const askToRegister = (browse: Browse) =>
  optionsAt<CreationOptions>(browse, '/v1/auth/passkeys/registration/options')
export const askToSignIn = (browse: Browse) => optionsAt<RequestOptions>(browse, '/v1/auth/sign-in/passkey/options')
export const askToStepUp = (browse: Browse) => optionsAt<RequestOptions>(browse, '/v1/auth/step-up/passkey/options')

export const register = (browse: Browse, credential: CreatedCredential, name = 'Zw3passkeyName4Qt') =>
  browse('/v1/auth/passkeys/registration', { body: { name, credential } })
export const signIn = (browse: Browse, credential: SignedChallenge) =>
  browse('/v1/auth/sign-in/passkey', { body: { credential } })
export const stepUp = (browse: Browse, credential: SignedChallenge) =>
  browse('/v1/auth/step-up/passkey', { body: { credential } })

/** Adds a passkey of this authenticator to whom the browser is signed in as; its id. */
export async function addPasskey(browse: Browse, authenticator: Authenticator): Promise<string> {
  const answer = await register(browse, authenticator.create(await askToRegister(browse)))
  return (await bodyOf<{ readonly id: string }>(answer, 201)).id
}

/** Signs in by an authenticator in a browser of its own. */
export async function signInBy(chapar: Harness, authenticator: Authenticator, deceit: Deceit = {}) {
  const { browse, jar } = browserOf(chapar)
  const answer = await signIn(browse, authenticator.get(await askToSignIn(browse), deceit))
  return { answer, browse, jar }
}

/** Person with a passkey. */
export interface PasskeyOwner {
  readonly person: SignedInPerson
  readonly authenticator: Authenticator
  readonly passkey: string
}

/** Puts a person into a gateway, signed in, with a passkey that was added by the API. */
export async function passkeyOwner(
  chapar: Harness,
  options: Parameters<typeof signedInPerson>[1] = {},
  like: Parameters<typeof newAuthenticator>[1] = {},
): Promise<PasskeyOwner> {
  const person = await signedInPerson(chapar, options)
  const authenticator = newAuthenticator(chapar.baseUrl, like)
  return { person, authenticator, passkey: await addPasskey(person.browse, authenticator) }
}
