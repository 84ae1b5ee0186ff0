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

/**
 * SipHash-2-4 (Aumasson and Bernstein, 2012) of a text that has one byte a character, as 16 hexadecimal digits. A keyed hash for
 * short inputs that needs no promise: without the key nobody tells its values from chance.
 */
export function sipHash(key: SipKey, text: string): string {
  const [k0 = 0, k1 = 0, k2 = 0, k3 = 0] = key
  // Words of 64 bits as lower and higher halves, because a number of JavaScript holds no more than 53.
  let [al, ah] = [k0 ^ 0x70736575, k1 ^ 0x736f6d65]
  let [bl, bh] = [k2 ^ 0x6e646f6d, k3 ^ 0x646f7261]
  let [cl, ch] = [k0 ^ 0x6e657261, k1 ^ 0x6c796765]
  let [dl, dh] = [k2 ^ 0x79746573, k3 ^ 0x74656462]
  const blocks = text.length >>> 3
  for (let block = 0; block <= blocks + 1; block++) {
    const isLast = block > blocks
    const ml = isLast ? 0 : wordAt(text, block * 8)
    const mh = isLast ? 0 : wordAt(text, block * 8 + 4) | (block === blocks ? text.length << 24 : 0)
    if (isLast) cl ^= 0xff
    dl ^= ml
    dh ^= mh
    let was = 0
    for (let rounds = isLast ? 4 : 2; rounds > 0; rounds--) {
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
  return hexOf(al ^ bl ^ cl ^ dl) + hexOf(ah ^ bh ^ ch ^ dh)
}
