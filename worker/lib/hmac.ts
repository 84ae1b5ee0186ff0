import { utf8 } from './bytes.ts'

type HmacHash = 'SHA-256' | 'SHA-1'

/** Imports a secret as a key of `hmac`. */
export function importHmacKey(secret: Uint8Array<ArrayBuffer>, hash: HmacHash = 'SHA-256'): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash }, false, ['sign', 'verify'])
}

/** HMAC of `data` (a text is taken as UTF-8). */
export async function hmac(key: CryptoKey, data: string | Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, typeof data === 'string' ? utf8(data) : data))
}

/** SHA-256 of `data` (a text is taken as UTF-8). */
export async function sha256(data: string | Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', typeof data === 'string' ? utf8(data) : data))
}
