import { utf8 } from '#worker/lib/bytes.ts'

/** Key of SipHash: 16 bytes, as four numbers of 32 bits, the lowest first. */
export type SipKey = Int32Array

/** Makes a key of the first 16 of some bytes. */
export function sipKeyOf({ buffer, byteOffset }: Uint8Array): SipKey {
  const view = new DataView(buffer, byteOffset, 16)
  return Int32Array.from([0, 4, 8, 12], (at) => view.getInt32(at, true))
}

const PAIRS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))
/** Hexadecimal digits of a word's bytes, the lowest first. */
const hexOf = (word: number): string =>
  `${PAIRS[word & 0xff]}${PAIRS[(word >>> 8) & 0xff]}${PAIRS[(word >>> 16) & 0xff]}${PAIRS[word >>> 24]}`

/** Bytes `at` to `at + 3` of a text as a number; behind its end are zeros. */
const wordAt = (text: string, at: number): number =>
  (text.charCodeAt(at) & 0xff) |
  ((text.charCodeAt(at + 1) & 0xff) << 8) |
  ((text.charCodeAt(at + 2) & 0xff) << 16) |
  (text.charCodeAt(at + 3) << 24)

const BEYOND_ASCII = /[^\0-\x7f]/

/** A text of one byte a character: its UTF-8. */
const bytesText = (text: string): string =>
  BEYOND_ASCII.test(text) ? Array.from(utf8(text), (byte) => String.fromCharCode(byte)).join('') : text

/** SipHash-2-4 of `bytes`, which has one byte a character. `isWide`: 16 bytes instead of 8. */
function digest([k0 = 0, k1 = 0, k2 = 0, k3 = 0]: SipKey, bytes: string, isWide: boolean): string {
  // Words of 64 bits as lower and higher halves, because a number of JavaScript holds no more than 53.
  let al = k0 ^ 0x70736575
  let ah = k1 ^ 0x736f6d65
  let bl = k2 ^ 0x6e646f6d ^ (isWide ? 0xee : 0)
  let bh = k3 ^ 0x646f7261
  let cl = k0 ^ 0x6e657261
  let ch = k1 ^ 0x6c796765
  let dl = k2 ^ 0x79746573
  let dh = k3 ^ 0x74656462
  let hex = ''
  const blocks = bytes.length >>> 3
  const steps = blocks + (isWide ? 2 : 1)
  for (let step = 0; step <= steps; step++) {
    const isBlock = step <= blocks
    const ml = isBlock ? wordAt(bytes, step * 8) : 0
    const mh = isBlock ? wordAt(bytes, step * 8 + 4) | (step === blocks ? bytes.length << 24 : 0) : 0
    if (step === blocks + 1) cl ^= isWide ? 0xee : 0xff
    if (step === blocks + 2) {
      hex = hexOf(al ^ bl ^ cl ^ dl) + hexOf(ah ^ bh ^ ch ^ dh)
      bl ^= 0xdd
    }
    dl ^= ml
    dh ^= mh
    let was = 0
    for (let rounds = isBlock ? 2 : 4; rounds > 0; rounds--) {
      al = (al + bl) | 0
      ah = (ah + bh + (al >>> 0 < bl >>> 0 ? 1 : 0)) | 0
      was = bl
      bl = ((bl << 13) | (bh >>> 19)) ^ al
      bh = ((bh << 13) | (was >>> 19)) ^ ah
      was = al
      al = ah
      ah = was
      cl = (cl + dl) | 0
      ch = (ch + dh + (cl >>> 0 < dl >>> 0 ? 1 : 0)) | 0
      was = dl
      dl = ((dl << 16) | (dh >>> 16)) ^ cl
      dh = ((dh << 16) | (was >>> 16)) ^ ch
      al = (al + dl) | 0
      ah = (ah + dh + (al >>> 0 < dl >>> 0 ? 1 : 0)) | 0
      was = dl
      dl = ((dl << 21) | (dh >>> 11)) ^ al
      dh = ((dh << 21) | (was >>> 11)) ^ ah
      cl = (cl + bl) | 0
      ch = (ch + bh + (cl >>> 0 < bl >>> 0 ? 1 : 0)) | 0
      was = bl
      bl = ((bl << 17) | (bh >>> 15)) ^ cl
      bh = ((bh << 17) | (was >>> 15)) ^ ch
      was = cl
      cl = ch
      ch = was
    }
    al ^= ml
    ah ^= mh
  }
  return hex + hexOf(al ^ bl ^ cl ^ dl) + hexOf(ah ^ bh ^ ch ^ dh)
}

/**
 * SipHash-2-4 (Aumasson and Bernstein, 2012) of a text in UTF-8, as 16 hexadecimal digits. A keyed hash for short inputs that
 * needs no promise: without the key nobody tells its values from chance.
 */
export const sipHash = (key: SipKey, text: string): string => digest(key, bytesText(text), false)

/** The same with 32 hexadecimal digits, for what must not meet another by chance: its form of 128 bits. */
export const sipHash128 = (key: SipKey, text: string): string => digest(key, bytesText(text), true)
