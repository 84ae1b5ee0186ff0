import { decodePartialCBOR } from '@levischuck/tiny-cbor'

/** What an authenticator says of itself and of what it did (WebAuthn 6.1). It is what the signature of an assertion is over. */
export interface AuthenticatorData {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly rpIdHash: Uint8Array
  /** True: somebody touched the authenticator. */
  readonly isPresent: boolean
  /** True: the authenticator knew him, by a PIN or by a part of his body. */
  readonly isVerified: boolean
  /** True of a credential that its platform copies to other devices. */
  readonly isSynced: boolean
  /** Counter of signatures; 0 of an authenticator that counts none. */
  readonly counter: number
  /** Credential that was made; null in an assertion. `publicKey`: a COSE key in CBOR. */
  readonly credential: { readonly id: Uint8Array; readonly publicKey: Uint8Array<ArrayBuffer> } | null
}

const FLAGS = { present: 1, verified: 4, copyable: 8, copied: 16, credential: 64, extensions: 128 } as const
/** Bytes of the hash, the flags and the counter. */
const HEAD = 37
/** Bytes of the authenticator's model and of the length of the id. */
const CREDENTIAL_HEAD = 18
/** Bytes of a credential's id (WebAuthn 5.8.3). */
const LONGEST_ID = 1023

/** Where a CBOR item ends that begins at `start`, or would if its last text were whole; null: none does. */
function endOfItem(bytes: Uint8Array<ArrayBuffer>, start: number): number | null {
  try {
    return start + decodePartialCBOR(bytes, start)[1]
  } catch {
    return null
  }
}

/** Credential behind the head, and where it ends; null: there is none that can be read. */
function credentialIn(bytes: Uint8Array<ArrayBuffer>) {
  const start = HEAD + CREDENTIAL_HEAD
  if (bytes.length < start) return null
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint16(start - 2)
  const keyAt = start + length
  if (length === 0 || length > LONGEST_ID || bytes.length <= keyAt) return null
  const end = endOfItem(bytes, keyAt)
  return end === null ? null : { id: bytes.slice(start, keyAt), publicKey: bytes.slice(keyAt, end), end }
}

/** Reads an authenticator's data; null: they are none. Every byte must be accounted for. */
export function readAuthenticatorData(bytes: Uint8Array<ArrayBuffer>): AuthenticatorData | null {
  if (bytes.length < HEAD) return null
  const flags = bytes[32] as number
  const has = (flag: keyof typeof FLAGS): boolean => (flags & FLAGS[flag]) !== 0
  const credential = has('credential') ? credentialIn(bytes) : null
  if (has('credential') && !credential) return null
  // What no platform may copy was not copied either.
  if (has('copied') && !has('copyable')) return null
  const end = credential?.end ?? HEAD
  if ((has('extensions') ? endOfItem(bytes, end) : end) !== bytes.length) return null
  return {
    bytes,
    rpIdHash: bytes.slice(0, 32),
    isPresent: has('present'),
    isVerified: has('verified'),
    isSynced: has('copied'),
    counter: new DataView(bytes.buffer, bytes.byteOffset).getUint32(33),
    credential: credential && { id: credential.id, publicKey: credential.publicKey },
  }
}
