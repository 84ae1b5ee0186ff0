import { type AttemptRef, type IdKeys, parseAttemptRef } from '#worker/domain/ids.ts'
import { isLinkMac, LINK_MAC, linkMac } from '#worker/domain/link-mac.ts'

/** What a person's own device may tell: what became of a message there (`report`), or that they want no more (`unsubscribe`). */
type PersonLink = 'report' | 'unsubscribe'

const claimOf = (kind: PersonLink, ref: AttemptRef): string => `person|${kind}|${ref}`

/** `/p/<kind>/<attempt ref>.<mac>`: opaque to the person, good for one message and one purpose, kept nowhere. */
export const personUrl = async (baseUrl: string, keys: IdKeys, kind: PersonLink, ref: AttemptRef): Promise<string> =>
  `${baseUrl}/p/${kind}/${ref}.${await linkMac(keys, claimOf(kind, ref))}`

/** The attempt that a link's token names; null if we did not make it for this purpose. */
export async function readPersonToken(keys: IdKeys, kind: PersonLink, token: string): Promise<AttemptRef | null> {
  const ref = token.slice(0, -(LINK_MAC + 1))
  if (token.at(-(LINK_MAC + 1)) !== '.' || parseAttemptRef(ref) === null) return null
  return (await isLinkMac(keys, claimOf(kind, ref), token.slice(-LINK_MAC))) ? ref : null
}
