import type { Realm } from '#worker/domain/realm.ts'
import { toBase64Url } from '#worker/lib/bytes.ts'
import { hmac } from '#worker/lib/hmac.ts'

/**
 * The one door through which addresses and contents enter and leave the ledger. Plain today; encryption of records comes
 * here without touching a caller, which is why both ways are asynchronous-free pure functions over whole texts.
 */
export const encodeText = (plain: string): string => plain
export const decodeText = (stored: string): string => stored

/**
 * The blind index of a person: look-ups never use the address itself. 16 bytes of HMAC-SHA-256, base64url. The realm, which
 * has no space, is part of it: nobody's index matches another's.
 */
export async function partyKeyOf(indexKey: CryptoKey, realm: Realm, person: string): Promise<string> {
  return toBase64Url((await hmac(indexKey, `${realm} ${person}`)).subarray(0, 16))
}
