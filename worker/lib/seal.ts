import { fromBase64, toBase64, utf8 } from './bytes.ts'

export interface SealKey {
  readonly kid: string
  readonly key: CryptoKey
}

const NONCE = 12
const LONGEST_KID = 32
/** Bytes that sealing adds: the nonce and GCM's tag. */
export const SEALING_BYTES = NONCE + 16

const NOTHING = new Uint8Array(0)

/** Random bytes drawn ahead for nonces, because a call for each is slow. None is used twice. */
const POOL = 256 * NONCE
let pool = new Uint8Array(0)
let drawn = 0

function newNonce(): Uint8Array<ArrayBuffer> {
  if (drawn === pool.length) {
    pool = crypto.getRandomValues(new Uint8Array(POOL))
    drawn = 0
  }
  drawn += NONCE
  return pool.subarray(drawn - NONCE, drawn)
}

/**
 * Encrypts bytes by AES-256-GCM under a random nonce: nonce ‖ ciphertext ‖ tag. `context` is authenticated: under another one
 * nothing opens. One key bears 2^32 calls. `before`: bytes to put before the nonce, for bodies that are too large to copy twice.
 */
export async function sealBytes(
  key: CryptoKey,
  plain: Uint8Array<ArrayBuffer>,
  context: Uint8Array<ArrayBuffer>,
  before: Uint8Array = NOTHING,
): Promise<Uint8Array<ArrayBuffer>> {
  const nonce = newNonce()
  const box = await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce, additionalData: context }, key, plain)
  const sealed = new Uint8Array(before.length + NONCE + box.byteLength)
  if (before.length > 0) sealed.set(before)
  sealed.set(nonce, before.length)
  sealed.set(new Uint8Array(box), before.length + NONCE)
  return sealed
}

/** Undoes `sealBytes`; throws if the key or the context is another one, or anything was changed. */
export async function openBytes(
  key: CryptoKey,
  sealed: Uint8Array<ArrayBuffer>,
  context: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  if (sealed.length < SEALING_BYTES) throw new Error('sealed bytes are too short')
  const how = { name: 'AES-GCM', iv: sealed.subarray(0, NONCE), additionalData: context }
  try {
    return new Uint8Array(await crypto.subtle.decrypt(how, key, sealed.subarray(NONCE)))
  } catch {
    throw new Error('sealed bytes cannot be opened')
  }
}

/**
 * Seals a text under the first key: `<kid>.<base64>`, neither of which has a dot. A text that was moved to another context cannot
 * be opened.
 */
export async function seal(keys: readonly SealKey[], text: string, context: string): Promise<string> {
  const first = keys[0]
  if (!first) throw new Error('no seal key')
  return `${first.kid}.${toBase64(await sealBytes(first.key, utf8(text), utf8(context)))}`
}

/** A sealed text that its key does not open: it was changed, or sealed under another key of the same id. */
export class BrokenSeal extends Error {
  override readonly name = 'BrokenSeal'
}

/**
 * Undoes `seal`; throws if the key is unknown or anything was changed, in words that an operator can act on: what `context` names
 * is no secret.
 */
export async function unseal(keys: readonly SealKey[], sealed: string, context: string): Promise<string> {
  const dot = sealed.indexOf('.')
  if (dot < 1 || dot > LONGEST_KID) throw new BrokenSeal(`a secret of ${context} is no sealed text`)
  const kid = sealed.slice(0, dot)
  const key = keys.find((one) => one.kid === kid)
  if (!key) throw new Error(`SEAL_KEYS lacks the key ${kid}, which sealed a secret of ${context} (docs/deploy.md)`)
  const bytes = fromBase64(sealed.slice(dot + 1)) ?? NOTHING
  const plain = await openBytes(key.key, bytes, utf8(context)).catch(() => {
    throw new BrokenSeal(
      `the key ${kid} of SEAL_KEYS is not the one that sealed a secret of ${context} (docs/deploy.md)`,
    )
  })
  return new TextDecoder().decode(plain)
}
