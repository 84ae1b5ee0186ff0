import { fromBase64, joinBytes, toBase64, utf8 } from './bytes.ts'

interface SealKey {
  readonly kid: string
  readonly key: CryptoKey
}

/**
 * Encrypts a text by AES-256-GCM under the first key: `<kid>.<base64 of nonce and ciphertext>`. `context` is authenticated, so
 * that a sealed text that was moved to another row cannot be opened.
 */
export async function seal(keys: readonly SealKey[], text: string, context: string): Promise<string> {
  const first = keys[0]
  if (!first) throw new Error('no seal key')
  const nonce = crypto.getRandomValues(new Uint8Array(12))
  const box = await crypto.subtle.encrypt(
    { name: 'AES-GCM', iv: nonce, additionalData: utf8(context) },
    first.key,
    utf8(text),
  )
  return `${first.kid}.${toBase64(joinBytes([nonce, new Uint8Array(box)]))}`
}

/** Undoes `seal`; throws if the key is unknown or anything was changed. */
export async function unseal(keys: readonly SealKey[], sealed: string, context: string): Promise<string> {
  const dot = sealed.indexOf('.')
  const key = keys.find(({ kid }) => kid === sealed.slice(0, dot))
  const bytes = fromBase64(sealed.slice(dot + 1))
  if (!key || !bytes || bytes.length < 28) throw new Error('sealed text cannot be opened')
  const plain = await crypto.subtle.decrypt(
    { name: 'AES-GCM', iv: bytes.slice(0, 12), additionalData: utf8(context) },
    key.key,
    bytes.slice(12),
  )
  return new TextDecoder().decode(plain)
}
