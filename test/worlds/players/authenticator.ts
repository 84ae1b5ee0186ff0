import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { encodeCBOR } from '@levischuck/tiny-cbor'

/** Options of a registration, as far as an authenticator heeds them. */
interface CreationOptions {
  readonly challenge: string
  readonly rp: { readonly id: string }
  readonly user: { readonly id: string }
  readonly excludeCredentials?: readonly { readonly id: string }[]
}

/** Options of an assertion, as far as an authenticator heeds them. */
interface RequestOptions {
  readonly challenge: string
  readonly rpId: string
}

/** What goes another way than an honest browser and its authenticator would have it. */
export interface Deceit {
  readonly type?: string
  readonly origin?: string
  readonly rpId?: string
  readonly challenge?: string
  readonly crossOrigin?: boolean
  readonly topOrigin?: string
  readonly isPresent?: boolean
  readonly isVerified?: boolean
  readonly counter?: number
  readonly userHandle?: string
}

type Algorithm = 'ES256' | 'EdDSA' | 'RS256'

/** Registration as a browser makes JSON of it. */
export interface CreatedCredential {
  readonly id: string
  readonly rawId: string
  readonly type: 'public-key'
  readonly response: {
    readonly clientDataJSON: string
    readonly attestationObject: string
    readonly transports: readonly string[]
  }
}

/** Assertion as a browser makes JSON of it. */
export interface SignedChallenge {
  readonly id: string
  readonly rawId: string
  readonly type: 'public-key'
  readonly response: {
    readonly clientDataJSON: string
    readonly authenticatorData: string
    readonly signature: string
    readonly userHandle: string | null
  }
}

/** Authenticator with the browser before it: one passkey, made for whoever asks first. */
export interface Authenticator {
  readonly id: string
  create(options: CreationOptions, deceit?: Deceit): CreatedCredential
  get(options: RequestOptions, deceit?: Deceit): SignedChallenge
  /** Another authenticator with the same secret and the same counter, as a thief has it. */
  copy(): Authenticator
}

const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url')
const sha256 = (data: string | Uint8Array): Buffer => createHash('sha256').update(data).digest()

function keyPair(algorithm: Algorithm): { readonly publicKey: KeyObject; readonly privateKey: KeyObject } {
  if (algorithm === 'ES256') return generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return algorithm === 'EdDSA' ? generateKeyPairSync('ed25519') : generateKeyPairSync('rsa', { modulusLength: 2048 })
}

/** COSE key of a public key (RFC 9052 7). */
function coseKey(algorithm: Algorithm, publicKey: KeyObject): Uint8Array {
  const { x = '', y = '', n = '', e = '' } = publicKey.export({ format: 'jwk' })
  const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64url'))
  const members: Record<Algorithm, readonly (readonly [number, number | Uint8Array])[]> = {
    ES256: [
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, bytes(x)],
      [-3, bytes(y)],
    ],
    EdDSA: [
      [1, 1],
      [3, -8],
      [-1, 6],
      [-2, bytes(x)],
    ],
    RS256: [
      [1, 3],
      [3, -257],
      [-1, bytes(n)],
      [-2, bytes(e)],
    ],
  }
  return encodeCBOR(new Map(members[algorithm]))
}

interface Made {
  readonly algorithm: Algorithm
  readonly id: Buffer
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}

/** Hash of the RP id, flags and counter (WebAuthn 6.1). */
function head(rpId: string, counter: number, { isPresent = true, isVerified = true }: Deceit, made: boolean): Buffer {
  const bytes = Buffer.alloc(5)
  bytes[0] = (isPresent ? 1 : 0) | (isVerified ? 4 : 0) | (made ? 64 : 0)
  bytes.writeUInt32BE(counter, 1)
  return Buffer.concat([sha256(rpId), bytes])
}

function clientData(type: string, challenge: string, origin: string, deceit: Deceit): Buffer {
  const { crossOrigin = false, topOrigin } = deceit
  const said = { challenge: deceit.challenge ?? challenge, origin: deceit.origin ?? origin, crossOrigin, topOrigin }
  return Buffer.from(JSON.stringify({ type: deceit.type ?? type, ...said }))
}

function authenticatorOf(
  made: Made,
  page: string,
  counts: boolean,
  from: { counter: number; user: string },
): Authenticator {
  const { algorithm, id, publicKey, privateKey } = made
  let { counter, user } = from
  const named = { id: base64url(id), rawId: base64url(id), type: 'public-key' as const }
  return {
    id: named.id,
    create({ challenge, rp, user: { id: handle } }, deceit = {}) {
      user = handle
      const rpId = deceit.rpId ?? rp.id
      const length = Buffer.alloc(2)
      length.writeUInt16BE(id.length)
      const credential = Buffer.concat([Buffer.alloc(16), length, id, coseKey(algorithm, publicKey)])
      const authData = Buffer.concat([head(rpId, deceit.counter ?? counter, deceit, true), credential])
      const object = new Map<string, string | Uint8Array | Map<string, string>>([
        ['fmt', 'none'],
        ['attStmt', new Map()],
        ['authData', new Uint8Array(authData)],
      ])
      const clientDataJSON = base64url(clientData('webauthn.create', challenge, page, deceit))
      const response = { clientDataJSON, attestationObject: base64url(encodeCBOR(object)), transports: ['internal'] }
      return { ...named, response }
    },
    get({ challenge, rpId }, deceit = {}) {
      if (counts) counter++
      const authData = head(deceit.rpId ?? rpId, deceit.counter ?? counter, deceit, false)
      const client = clientData('webauthn.get', challenge, page, deceit)
      const hash = algorithm === 'EdDSA' ? null : 'sha256'
      const signature = base64url(sign(hash, Buffer.concat([authData, sha256(client)]), privateKey))
      const shown = { clientDataJSON: base64url(client), authenticatorData: base64url(authData), signature }
      return { ...named, response: { ...shown, userHandle: deceit.userHandle ?? (user || null) } }
    },
    copy: () => authenticatorOf(made, page, counts, { counter, user }),
  }
}

/**
 * Authenticator in software, in a browser that shows a page of this origin. One that `counts` has a counter of signatures, as
 * security keys have; synced passkeys have none.
 */
export const newAuthenticator = (
  page: string,
  { algorithm = 'ES256', counts = false }: { readonly algorithm?: Algorithm; readonly counts?: boolean } = {},
): Authenticator =>
  authenticatorOf({ algorithm, id: randomBytes(32), ...keyPair(algorithm) }, page, counts, { counter: 0, user: '' })
