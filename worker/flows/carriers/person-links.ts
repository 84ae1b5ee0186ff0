import { type AttemptRef, type IdKeys, parseAttemptRef } from '#worker/domain/ids.ts'
import { isLinkMac, LINK_MAC, linkMac } from '#worker/domain/link-mac.ts'

/** Purpose of a link that a person's device calls: to report what became of a message there, or to opt out. */
type PersonLink = 'report' | 'unsubscribe'

const claimOf = (kind: PersonLink, ref: AttemptRef): string => `person|${kind}|${ref}`

/** Makes the URL `/p/<kind>/<attempt ref>.<mac>`: good for one message and one purpose, and stored nowhere. */
export const personUrl = async (baseUrl: string, keys: IdKeys, kind: PersonLink, ref: AttemptRef): Promise<string> =>
  `${baseUrl}/p/${kind}/${ref}.${await linkMac(keys, claimOf(kind, ref))}`

/** Answers the attempt that a link's token names, or null if we did not make the link for this purpose. */
export async function readPersonToken(keys: IdKeys, kind: PersonLink, token: string): Promise<AttemptRef | null> {
  const ref = token.slice(0, -(LINK_MAC + 1))
  if (token.at(-(LINK_MAC + 1)) !== '.' || parseAttemptRef(ref) === null) return null
  return (await isLinkMac(keys, claimOf(kind, ref), token.slice(-LINK_MAC))) ? ref : null
}
