import type { paths } from '../../generated/api.d.ts'
import { auth } from './auth.ts'
import { unwrap } from './unwrap.ts'

/** True of a browser that has passkeys, at an address that may use them (none at an IP). */
export const hasPasskeys = (): boolean =>
  typeof PublicKeyCredential !== 'undefined' &&
  'parseRequestOptionsFromJSON' in PublicKeyCredential &&
  !/^[\d.]+$|:/.test(location.hostname)

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

/** Milliseconds after which an offer is made anew: its challenge lives five minutes. */
const OFFER_LIFE = 240_000

/** One offer: the browser names its passkeys among what it fills into the field. Null: the offer was taken back. */
async function offerOnce(signal: AbortSignal): Promise<Signed | null> {
  const { publicKey } = await unwrap(auth.POST('/v1/auth/sign-in/passkey/options', { signal }))
  const options = PublicKeyCredential.parseRequestOptionsFromJSON(publicKey)
  const old = AbortSignal.timeout(OFFER_LIFE)
  try {
    return written(
      await navigator.credentials.get({
        publicKey: options,
        mediation: 'conditional',
        signal: AbortSignal.any([signal, old]),
      }),
    )
  } catch (error) {
    if (old.aborted && !signal.aborted) return null
    throw error
  }
}

const untilSeen = (): Promise<void> =>
  new Promise((resolve) => {
    if (document.visibilityState === 'visible') return resolve()
    document.addEventListener('visibilitychange', () => resolve(), { once: true })
  })

/**
 * Offers passkeys in the field that is filled by the browser (`autocomplete="username webauthn"`), until the signal ends it, and
 * signs in by the one that is chosen. False: the browser cannot, or the offer was ended. A hidden page asks for nothing.
 */
export async function signInByOffer(signal: AbortSignal): Promise<boolean> {
  if (!hasPasskeys() || !(await PublicKeyCredential.isConditionalMediationAvailable?.())) return false
  while (!signal.aborted) {
    await untilSeen()
    const credential = await offerOnce(signal).catch(() => false as const)
    if (credential === false) return false
    if (credential === null) continue
    await unwrap(auth.POST('/v1/auth/sign-in/passkey', { body: { credential } }))
    return true
  }
  return false
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
