import { type AttemptRef, parseAttemptRef } from '#worker/domain/ids.ts'

/** Prefix of the attempt ref in the envelope sender, where the provider lets us choose it: bounces return there (VERP). */
const BOUNCE = 'bounce+'

/** The `Message-ID` of an attempt: its ref is the local part, so that replies, bounces and complaints name the attempt. */
export const mailMessageIdOf = (ref: AttemptRef, domain: string): string => `<${ref}@${domain}>`

/** The envelope sender of an attempt: `bounce+<attempt ref>@domain`, 57 to 60 characters before the @ (RFC 5321 allows 64). */
export const bounceAddressOf = (ref: AttemptRef, domain: string): string => `${BOUNCE}${ref}@${domain}`

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

/** The attempt that a bounce address names; null if it is none of ours. The MAC is not checked. */
export function refOfBounceAddress(address: string): AttemptRef | null {
  const [, local] = /^<?([^<>@\s]{1,64})@[^<>@\s]{1,255}>?$/.exec(address) ?? []
  if (local === undefined || local.slice(0, BOUNCE.length).toLowerCase() !== BOUNCE) return null
  return refOfLocal(local.slice(BOUNCE.length))
}
