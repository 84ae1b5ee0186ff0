import { type AttemptRef, type IdKeys, parseAttemptRef } from '#worker/domain/ids.ts'
import { encodeBytes } from '#worker/lib/base32.ts'
import { timingSafeEqualText } from '#worker/lib/bytes.ts'
import { hmac } from '#worker/lib/hmac.ts'

/** What a person's own device may tell: what became of a message there (`report`), or that they want no more (`unsubscribe`). */
type PersonLink = 'report' | 'unsubscribe'

/** 26 digits of five bits. */
const MAC = 26

const macOf = async (key: CryptoKey, kind: PersonLink, ref: AttemptRef): Promise<string> =>
  encodeBytes(await hmac(key, `person|${kind}|${ref}`), MAC)

/** `/p/<kind>/<attempt ref>.<mac>`: opaque to the person, good for one message and one purpose, kept nowhere. */
export async function personUrl(baseUrl: string, keys: IdKeys, kind: PersonLink, ref: AttemptRef): Promise<string> {
  const signer = keys[0]
  if (!signer) throw new Error('no id key')
  return `${baseUrl}/p/${kind}/${ref}.${await macOf(signer.key, kind, ref)}`
}

/** The attempt that a link's token names; null if we did not make it for this purpose. */
export async function readPersonToken(keys: IdKeys, kind: PersonLink, token: string): Promise<AttemptRef | null> {
  const ref = token.slice(0, -(MAC + 1))
  if (token.at(-(MAC + 1)) !== '.' || parseAttemptRef(ref) === null) return null
  for (const { key } of keys) if (timingSafeEqualText(await macOf(key, kind, ref), token.slice(-MAC))) return ref
  return null
}
