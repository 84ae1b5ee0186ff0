import { type AttemptRef, type IdKeys, parseAttemptRef, signerOf } from '#worker/domain/ids.ts'
import { decodeNumber, encodeBytes, encodeNumber } from '#worker/lib/base32.ts'
import { timingSafeEqualText } from '#worker/lib/bytes.ts'
import { hmac } from '#worker/lib/hmac.ts'

/** Prefix of the attempt ref in the envelope sender, where the provider lets us choose it: bounces return there (VERP). */
const BOUNCE = 'bounce+'
/** Digits of the MAC in a bounce address, of five bits each. */
const BOUNCE_MAC = 8
const ATTEMPT = 3
const TENANT = 12
const MESSAGE = 35

/** The `Message-ID` of an attempt: its ref is the local part, so that replies, bounces and complaints name the attempt. */
export const mailMessageIdOf = (ref: AttemptRef, domain: string): string => `<${ref}@${domain}>`

const macOf = async (key: CryptoKey, ref: AttemptRef): Promise<string> =>
  encodeBytes(await hmac(key, `bounce|${ref}`), BOUNCE_MAC)

/**
 * The MAC of one attempt's bounce address. The MAC in the ref is shared by all mails of a request, so whoever had one of them can
 * write the refs of the others; this one only the mail itself and the servers that carried it show.
 */
export const bounceMacOf = (keys: IdKeys, ref: AttemptRef): Promise<string> => macOf(signerOf(keys).key, ref)

/** True if the MAC is ours for this attempt, by any of the keys. */
export async function isBounceMac(keys: IdKeys, ref: AttemptRef, mac: string): Promise<boolean> {
  for (const { key } of keys) if (timingSafeEqualText(await macOf(key, ref), mac)) return true
  return false
}

/**
 * The envelope sender of an attempt: `bounce+`, the digits of its ref and their MAC, the 64 characters before the @ that RFC 5321
 * allows. Without a MAC the ref stands there as it is, and proves no more than a `Message-ID` does.
 */
export function bounceAddressOf(ref: AttemptRef, domain: string, mac?: string): string {
  if (mac === undefined) return `${BOUNCE}${ref}@${domain}`
  const [tenant = '', message = '', attempt = ''] = ref.split('.')
  // The last digit of a message id is its step, which is 0 until a message can have a second one.
  return `${BOUNCE}${tenant}${message.slice(0, -1)}${encodeNumber(Number(attempt), ATTEMPT)}${mac}@${domain}`
}

/** The attempt ref that a local part is; null if it is none. Some servers change its case; ours are all lower case. */
function refOfLocal(local: string): AttemptRef | null {
  const ref = local.toLowerCase()
  return /^[0-9a-z]{12}\.[0-9a-z]{35}\.[1-9]\d{0,3}$/.test(ref) && parseAttemptRef(ref) !== null ? ref : null
}

/** The attempt that a `Message-ID` names, with or without brackets; null if it is none of ours. The MAC is not checked. */
export function refOfMailMessageId(text: string): AttemptRef | null {
  const [, local] = /^\s*<?([^<>@\s]{1,64})@[^<>@\s]{1,255}>?\s*$/.exec(text) ?? []
  return local === undefined ? null : refOfLocal(local)
}

/** An attempt that a bounce address names. */
interface BounceAddress {
  readonly ref: AttemptRef
  /** MAC of the attempt, not checked; null where the address has none. */
  readonly mac: string | null
}

/** Reads a bounce address; null if it is none of ours. No MAC is checked. */
export function parseBounceAddress(address: string): BounceAddress | null {
  const [, local] = /^<?([^<>@\s]{1,64})@[^<>@\s]{1,255}>?$/.exec(address) ?? []
  if (local === undefined || local.slice(0, BOUNCE.length).toLowerCase() !== BOUNCE) return null
  const digits = local.slice(BOUNCE.length).toLowerCase()
  const plain = refOfLocal(digits)
  if (plain !== null) return { ref: plain, mac: null }
  const attempt = decodeNumber(digits.slice(TENANT + MESSAGE - 1, -BOUNCE_MAC))
  if (!/^[0-9a-z]{57}$/.test(digits) || attempt === null) return null
  const ref = refOfLocal(`${digits.slice(0, TENANT)}.${digits.slice(TENANT, TENANT + MESSAGE - 1)}0.${attempt}`)
  return ref === null ? null : { ref, mac: digits.slice(-BOUNCE_MAC) }
}
