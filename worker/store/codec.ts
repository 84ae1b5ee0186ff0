import type { Realm } from '#worker/domain/realm.ts'
import { toBase64Url } from '#worker/lib/bytes.ts'
import { hmac } from '#worker/lib/hmac.ts'

/**
 * Codec of addresses and contents that are not sealed yet: messages, devices, sessions and links. It changes nothing; what is
 * sealed (opt-outs, jobs, work) passes store/keys/sealed.ts instead.
 */
export const encodeText = (plain: string): string => plain
export const decodeText = (stored: string): string => stored

/**
 * Blind index of a person: 16 bytes of HMAC-SHA-256 in base64url, so that no look-up uses the address itself. It covers the
 * realm (which holds no space), so that the indexes of two tenants never match.
 */
export async function partyKeyOf(indexKey: CryptoKey, realm: Realm, person: string): Promise<string> {
  return toBase64Url((await hmac(indexKey, `${realm} ${person}`)).subarray(0, 16))
}
