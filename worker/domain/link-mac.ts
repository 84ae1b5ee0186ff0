import { encodeBytes } from '#worker/lib/base32.ts'
import { timingSafeEqualText } from '#worker/lib/bytes.ts'
import { hmac } from '#worker/lib/hmac.ts'
import { type IdKeys, signerOf } from './ids.ts'

/** Digits of a link's MAC, of five bits each. */
export const LINK_MAC = 26

const macOf = async (key: CryptoKey, claim: string): Promise<string> => encodeBytes(await hmac(key, claim), LINK_MAC)

/** The MAC of what a link grants. The claim begins with the kind of link, so that one is never good for another. */
export const linkMac = (keys: IdKeys, claim: string): Promise<string> => macOf(signerOf(keys).key, claim)

/** True if `mac` is ours for this claim, by any of the keys. */
export async function isLinkMac(keys: IdKeys, claim: string, mac: string): Promise<boolean> {
  for (const { key } of keys) if (timingSafeEqualText(await macOf(key, claim), mac)) return true
  return false
}
