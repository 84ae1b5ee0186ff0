import { ipKey } from '#worker/lib/http/ip-range.ts'

/**
 * Kinds of sources, by the letter that their keys begin with: a subscriber's address (of IPv6 his /64), his site (/56), his
 * network (/24 of IPv4, /48), and the operator's network by its number (ASN).
 */
type SourceKind = 'a' | 's' | 'n' | 'o'

/** Bounds of one source. Thousands share an address of a mobile operator, so all of them grow with the codes that are used. */
interface SourceBounds {
  /** Unused codes that it may have before each further one waits. */
  readonly free: number
  /** The same to a prefix whose codes are rarely used. */
  readonly suspect: number
  /** Wrong checks. */
  readonly wrong: number
}

export const SOURCE_BOUNDS: Readonly<Record<SourceKind, SourceBounds>> = {
  a: { free: 20, suspect: 2, wrong: 50 },
  s: { free: 40, suspect: 3, wrong: 100 },
  n: { free: 100, suspect: 6, wrong: 250 },
  o: { free: 5_000, suspect: 5_000, wrong: 10_000 },
}

/** Unused codes that a source may have more for each that is used. */
export const MORE_FOR_A_USE = 4

export const kindOfSource = (key: string): SourceKind => key.charAt(0) as SourceKind

/** Sources of a person's request, the narrowest first, as text: whoever keeps them hashes it. None without an address. */
export function sourcesOf(clientIp: string | undefined, asn: number | undefined): readonly string[] {
  const key = clientIp === undefined ? null : ipKey(clientIp)
  const found: string[] = []
  if (key?.startsWith('4')) found.push(`a${key}`, `n${key.slice(0, 7)}`)
  else if (key) found.push(`a${key.slice(0, 17)}`, `s${key.slice(0, 15)}`, `n${key.slice(0, 13)}`)
  if (asn !== undefined) found.push(`o${asn}`)
  return found
}
