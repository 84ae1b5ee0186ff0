import { countSeptets, septetsOf } from '#worker/domain/addresses/gsm7.ts'
import type { Measure } from '#worker/domain/carriers/channel.ts'

type Encoding = 'gsm-7' | 'ucs-2'
/** Width of the reference that ties the parts of one message together. */
type ReferenceWidth = '8-bit' | '16-bit'

/**
 * What 140 octets hold: septets for GSM-7, UTF-16 code units for UCS-2. A concatenation header takes 6 octets with an
 * 8-bit reference, 7 with a 16-bit one (3GPP TS 23.040, 9.2.3.24.1 and 9.2.3.24.8).
 */
const CAPACITY = {
  'gsm-7': { single: 160, '8-bit': 153, '16-bit': 152 },
  'ucs-2': { single: 70, '8-bit': 67, '16-bit': 66 },
} as const

interface Cuts {
  /** Where each part ends, as an index into the text. */
  readonly ends: number[]
  /** Length of each part in the encoding's units. */
  readonly lengths: number[]
}

function cutSeptets(text: string, capacity: number): Cuts {
  const ends: number[] = []
  const lengths: number[] = []
  let filled = 0
  for (let i = 0; i < text.length; i++) {
    const cost = septetsOf(text.charCodeAt(i))
    if (filled + cost > capacity) {
      ends.push(i)
      lengths.push(filled)
      filled = 0
    }
    filled += cost
  }
  ends.push(text.length)
  lengths.push(filled)
  return { ends, lengths }
}

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff

function cutUnits(text: string, capacity: number): Cuts {
  const ends: number[] = []
  const lengths: number[] = []
  for (let start = 0; start < text.length; ) {
    let end = Math.min(start + capacity, text.length)
    if (end < text.length && isHighSurrogate(text.charCodeAt(end - 1))) end--
    ends.push(end)
    lengths.push(end - start)
    start = end
  }
  return { ends, lengths }
}

const cut = (text: string, encoding: Encoding, capacity: number): Cuts =>
  encoding === 'gsm-7' ? cutSeptets(text, capacity) : cutUnits(text, capacity)

/**
 * Encoding, segments and the length of each part, as carriers bill them: an 8-bit reference, GSM-7 if every character is
 * in it, and no escape pair or surrogate pair across two parts.
 */
export function measureText(text: string): Measure & { readonly encoding: Encoding } {
  const septets = countSeptets(text)
  const encoding = septets < 0 ? 'ucs-2' : 'gsm-7'
  const length = septets < 0 ? text.length : septets
  if (length <= CAPACITY[encoding].single) return { units: 1, encoding, parts: [length] }
  const { lengths } = cut(text, encoding, CAPACITY[encoding]['8-bit'])
  return { units: lengths.length, encoding, parts: lengths }
}

/** The texts of the parts, for carriers that take parts; one if a single message holds it. */
export function splitText(text: string, width: ReferenceWidth = '8-bit'): readonly string[] {
  const septets = countSeptets(text)
  const encoding = septets < 0 ? 'ucs-2' : 'gsm-7'
  if ((septets < 0 ? text.length : septets) <= CAPACITY[encoding].single) return [text]
  const { ends } = cut(text, encoding, CAPACITY[encoding][width])
  return ends.map((end, index) => text.slice(ends[index - 1] ?? 0, end))
}

interface Part {
  /** The same in all parts of a message; its low bits are used. */
  readonly reference: number
  readonly total: number
  /** 1 … total. */
  readonly number: number
}

/** The user data header of one part (3GPP TS 23.040, 9.2.3.24): its length, then the concatenation element. */
export function concatenationHeader({ reference, total, number }: Part, width: ReferenceWidth = '8-bit'): Uint8Array {
  if (total < 1 || total > 255 || number < 1 || number > total) throw new RangeError('no such part')
  return width === '8-bit'
    ? Uint8Array.of(5, 0x00, 3, reference & 0xff, total, number)
    : Uint8Array.of(6, 0x08, 4, (reference >> 8) & 0xff, reference & 0xff, total, number)
}
