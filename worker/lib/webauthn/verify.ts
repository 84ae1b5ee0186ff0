import { decodeCBOR } from '@levischuck/tiny-cbor'
import { fromBase64, joinBytes, timingSafeEqual, timingSafeEqualText, toBase64Url } from '#worker/lib/bytes.ts'
import { sha256 } from '#worker/lib/hmac.ts'
import { type AuthenticatorData, readAuthenticatorData } from './authenticator-data.ts'
import { isSignedBy, readPublicKey } from './cose-key.ts'
import type { Refusal } from './refusals.ts'

/** Who asks for credentials, and on which pages. */
export interface RelyingParty {
  /** Domain that the credentials are of, without scheme or port. */
  readonly rpId: string
  /** Origins of the pages that may ask, such as `https://console.example`. */
  readonly origins: readonly string[]
}

/** Response to a request for a new credential, as browsers make JSON of it (WebAuthn 5.1); all base64url. */
export interface RegistrationResponse {
  readonly id: string
  readonly clientDataJSON: string
  readonly attestationObject: string
}

/** Response to a challenge; all base64url. */
export interface AssertionResponse {
  readonly clientDataJSON: string
  readonly authenticatorData: string
  readonly signature: string
}

/** Credential that was made. `publicKey`: its COSE key, base64url. */
interface NewCredential {
  readonly id: string
  readonly publicKey: string
  readonly counter: number
  readonly isSynced: boolean
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false })

/** Members of what a browser signed for; null: it is none. */
function clientDataOf(encoded: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(decoder.decode(fromBase64(encoded) ?? new Uint8Array(0)))
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : null
  } catch {
    return null
  }
}

/** Challenge that a response answers, as it says itself; null: it says none. To find the ceremony that it is of. */
export function challengeOf({ clientDataJSON }: { readonly clientDataJSON: string }): string | null {
  const challenge = clientDataOf(clientDataJSON)?.['challenge']
  return typeof challenge === 'string' ? challenge : null
}

/**
 * Reason why the browser's half is refused (WebAuthn 7.1 and 7.2). A page in another's frame is refused too: nobody embeds
 * these pages, so who does wants somebody to click on what he does not see.
 */
function browserRefusal(
  { origins }: RelyingParty,
  expected: { readonly type: 'webauthn.create' | 'webauthn.get'; readonly challenge: string },
  clientDataJSON: string,
): Refusal | null {
  const data = clientDataOf(clientDataJSON)
  if (!data) return 'malformed'
  const { type, challenge, origin, crossOrigin, topOrigin } = data
  if (type !== expected.type) return 'wrong-type'
  if (typeof challenge !== 'string' || !timingSafeEqualText(challenge, expected.challenge)) return 'wrong-challenge'
  if (typeof origin !== 'string' || !origins.includes(origin)) return 'wrong-origin'
  return (crossOrigin ?? false) === false && topOrigin === undefined ? null : 'wrong-origin'
}

/** Reason why the authenticator's half is refused. */
async function authenticatorRefusal({ rpId }: RelyingParty, data: AuthenticatorData): Promise<Refusal | null> {
  if (!timingSafeEqual(data.rpIdHash, await sha256(rpId))) return 'wrong-rp-id'
  if (!data.isPresent) return 'user-not-present'
  return data.isVerified ? null : 'user-not-verified'
}

/** Data of the authenticator in an attestation object. Its statement is not asked for (`none`), and not read. */
function attestedData(encoded: string): AuthenticatorData | null {
  try {
    const object = decodeCBOR(fromBase64(encoded) ?? new Uint8Array(0))
    const data = object instanceof Map ? object.get('authData') : null
    return data instanceof Uint8Array ? readAuthenticatorData(new Uint8Array(data)) : null
  } catch {
    return null
  }
}

/** Answers the credential that was made upon this challenge, or why it is refused. */
export async function verifyRegistration(
  party: RelyingParty,
  challenge: string,
  response: RegistrationResponse,
): Promise<NewCredential | Refusal> {
  const refused = browserRefusal(party, { type: 'webauthn.create', challenge }, response.clientDataJSON)
  if (refused) return refused
  const data = attestedData(response.attestationObject)
  if (!data?.credential) return 'malformed'
  const refusal = await authenticatorRefusal(party, data)
  if (refusal) return refusal
  const { id, publicKey } = data.credential
  if (toBase64Url(id) !== response.id) return 'malformed'
  if (!(await readPublicKey(publicKey))) return 'unknown-algorithm'
  return { id: response.id, publicKey: toBase64Url(publicKey), counter: data.counter, isSynced: data.isSynced }
}

/**
 * Answers what the credential's owner signed this challenge with, or why it is refused. Whether the counter may stand where it
 * does is for the caller to say: it alone knows the last one.
 */
export async function verifyAssertion(
  party: RelyingParty,
  challenge: string,
  response: AssertionResponse,
  publicKey: string,
): Promise<Pick<NewCredential, 'counter' | 'isSynced'> | Refusal> {
  const refused = browserRefusal(party, { type: 'webauthn.get', challenge }, response.clientDataJSON)
  if (refused) return refused
  const data = readAuthenticatorData(fromBase64(response.authenticatorData) ?? new Uint8Array(0))
  if (!data) return 'malformed'
  const refusal = await authenticatorRefusal(party, data)
  if (refusal) return refusal
  const key = await readPublicKey(fromBase64(publicKey) ?? new Uint8Array(0))
  if (!key) return 'unknown-algorithm'
  const signature = fromBase64(response.signature) ?? new Uint8Array(0)
  const signed = joinBytes([data.bytes, await sha256(fromBase64(response.clientDataJSON) ?? new Uint8Array(0))])
  if (!(await isSignedBy(key, signature, signed))) return 'wrong-signature'
  return { counter: data.counter, isSynced: data.isSynced }
}
