import type { Realm } from '#worker/domain/realm.ts'
import { toBase64Url } from '#worker/lib/bytes.ts'
import { hmac } from '#worker/lib/hmac.ts'

/**
 * Blind index of a person: 16 bytes of HMAC-SHA-256 in base64url, so that no look-up uses the address itself. It covers the
 * realm (which holds no space), so that the indexes of two tenants never match.
 */
export async function partyKeyOf(indexKey: CryptoKey, realm: Realm, person: string): Promise<string> {
  return toBase64Url((await hmac(indexKey, `${realm} ${person}`)).subarray(0, 16))
}
