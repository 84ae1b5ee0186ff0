import { countSeptets, septetsOf } from '#worker/domain/addresses/gsm7.ts'
import type { Measure } from '#worker/domain/carriers/channel.ts'

type Encoding = 'gsm-7' | 'ucs-2'

/**
 * Units that 140 octets hold: septets for GSM-7, UTF-16 code units for UCS-2. In each of several parts a concatenation header
 * with an 8-bit reference takes 6 octets (3GPP TS 23.040, 9.2.3.24.1).
 */
const CAPACITY = {
  'gsm-7': { single: 160, part: 153 },
  'ucs-2': { single: 70, part: 67 },
} as const

/** Septets of each part; an escape pair stays together. */
function septetParts(text: string, capacity: number): readonly number[] {
  const lengths: number[] = []
  let filled = 0
  for (let i = 0; i < text.length; i++) {
    const cost = septetsOf(text.charCodeAt(i))
    if (filled + cost > capacity) {
      lengths.push(filled)
      filled = 0
    }
    filled += cost
  }
  lengths.push(filled)
  return lengths
}

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff

/** UTF-16 units of each part; a surrogate pair stays together. */
function unitParts(text: string, capacity: number): readonly number[] {
  const lengths: number[] = []
  for (let start = 0; start < text.length; ) {
    let end = Math.min(start + capacity, text.length)
    if (end < text.length && isHighSurrogate(text.charCodeAt(end - 1))) end--
    lengths.push(end - start)
    start = end
  }
  return lengths
}

/**
 * Encoding, segments and the length of each part, as carriers bill them: an 8-bit reference, GSM-7 if every character is
 * in it, and no escape pair or surrogate pair across two parts.
 */
export function measureText(text: string): Measure & { readonly encoding: Encoding } {
  const septets = countSeptets(text)
  const encoding = septets < 0 ? 'ucs-2' : 'gsm-7'
  const length = septets < 0 ? text.length : septets
  if (length <= CAPACITY[encoding].single) return { units: 1, encoding, parts: [length] }
  const parts = (septets < 0 ? unitParts : septetParts)(text, CAPACITY[encoding].part)
  return { units: parts.length, encoding, parts }
}
