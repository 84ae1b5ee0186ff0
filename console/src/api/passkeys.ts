import type { paths } from '../../generated/api.d.ts'
import { auth } from './auth.ts'
import { unwrap } from './unwrap.ts'

/** True of a browser that has passkeys, at an address that may use them (none at an IP). */
export const hasPasskeys = (): boolean =>
  typeof PublicKeyCredential !== 'undefined' && 'parseRequestOptionsFromJSON' in PublicKeyCredential

type Signed = paths['/v1/auth/sign-in/passkey']['post']['requestBody']['content']['application/json']['credential']
type RequestJson = Parameters<typeof PublicKeyCredential.parseRequestOptionsFromJSON>[0]
type CreationJson = Parameters<typeof PublicKeyCredential.parseCreationOptionsFromJSON>[0]

/** Writes a credential as JSON. The cast: the DOM's types have no shape for what `toJSON` answers. */
const written = <Shape>(credential: Credential | null): Shape =>
  (credential as PublicKeyCredential).toJSON() as unknown as Shape

const get = async (publicKey: RequestJson): Promise<Signed> =>
  written(await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) }))

/** Signs in by a passkey. A person who closes the browser's window leaves by a `NotAllowedError`. */
export async function signInByPasskey(): Promise<void> {
  const { publicKey } = await unwrap(auth.POST('/v1/auth/sign-in/passkey/options'))
  await unwrap(auth.POST('/v1/auth/sign-in/passkey', { body: { credential: await get(publicKey) } }))
}

/** Proves by a passkey that it is still the person. */
export async function stepUpByPasskey(): Promise<void> {
  const { publicKey } = await unwrap(auth.POST('/v1/auth/step-up/passkey/options'))
  await unwrap(auth.POST('/v1/auth/step-up/passkey', { body: { credential: await get(publicKey) } }))
}

/** Adds a passkey of this device. */
export async function addPasskey(name: string): Promise<void> {
  const { publicKey } = await unwrap(auth.POST('/v1/auth/passkeys/registration/options'))
  // The cast: the API's list of transports has a name that the DOM's types do not know yet.
  const options = PublicKeyCredential.parseCreationOptionsFromJSON(publicKey as unknown as CreationJson)
  const credential = written<never>(await navigator.credentials.create({ publicKey: options }))
  await unwrap(auth.POST('/v1/auth/passkeys/registration', { body: { name, credential } }))
}
