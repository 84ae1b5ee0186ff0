import { expect, test } from 'vitest'
import { sipHash, sipHash128, sipKeyOf } from '#worker/store/keys/sip-hash.ts'

/** Vectors of the reference implementation: the key is 00 01 … 0f, the nth input 00 01 … of n bytes. */
const VECTORS = [
  '310e0edd47db6f72', 'fd67dc93c539f874', '5a4fa9d909806c0d', '2d7efbd796666785', 'b7877127e09427cf', '8da699cd64557618',
  'cee3fe586e46c9cb', '37d1018bf50002ab', '6224939a79f5f593', 'b0e4a90bdf82009e', 'f3b9dd94c5bb5d7a', 'a7ad6b22462fb3f4',
  'fbe50e86bc8f1e75', '903d84c02756ea14', 'eef27a8e90ca23f7', 'e545be4961ca29a1',
] // biome-ignore format: a table of vectors reads better in rows
/** The same of its form of 128 bits. */
const WIDE = [
  'a3817f04ba25a8e66df67214c7550293', 'da87c1d86b99af44347659119b22fc45', '8177228da4a45dc7fca38bdef60affe4',
  '9c70b60c5267a94e5f33b6b02985ed51', 'f88164c12d9c8faf7d0f6e7c7bcd5579', '1368875980776f8854527a07690e9627',
  '14eeca338b208613485ea0308fd7a15e', 'a1f1ebbed8dbc153c0b84aa61ff08239', '3b62a9ba6258f5610f83e264f31497b4',
  '264499060ad9baabc47f8b02bb6d71ed', '00110dc378146956c95447d3f3d0fbba', '0151c568386b6677a2b4dc6f81e5dc18',
  'd626b266905ef35882634df68532c125', '9869e247e9c08b10d029934fc4b952f7', '31fcefac66d7de9c7ec7485fe4494902',
  '5493e99933b0a8117e08ec0f97cfc3d9', '6ee2a4ca67b054bbfd3315bf85230577',
] // biome-ignore format: a table of vectors reads better in rows
const bytes = (count: number): Uint8Array => Uint8Array.from({ length: count }, (_, n) => n)
const text = (count: number): string => String.fromCharCode(...bytes(count))

test('gives what the reference implementation does', () => {
  const key = sipKeyOf(bytes(16))
  expect(VECTORS.map((_, n) => sipHash(key, text(n)))).toEqual(VECTORS)
  expect(sipHash(key, text(63))).toBe('724506eb4c328a95')
  expect(WIDE.map((_, n) => sipHash128(key, text(n)))).toEqual(WIDE)
  expect(sipHash128(key, text(63))).toBe('5150d1772f50834a503e069a973fbd7c')
})

test('takes its key from where the bytes stand, and each of their bits counts', () => {
  const within = Uint8Array.from([9, 9, 9, 9, ...bytes(16), 9]).subarray(4)
  expect(sipHash(sipKeyOf(within), text(15))).toBe(VECTORS[15])
  const hashes = Array.from({ length: 128 }, (_, bit) => {
    const other = bytes(16)
    other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    return sipHash(sipKeyOf(other), text(15))
  })
  expect(new Set([...hashes, VECTORS[15]]).size).toBe(129)
})

test('reads a text as UTF-8', () => {
  const key = sipKeyOf(bytes(16))
  expect(sipHash128(key, 'سارا@example.com')).toBe('856ed75b036d3009667e84f8dbe3be42')
  expect(sipHash(key, 'münchen')).toBe('7f9f8fcd10eb240e')
})
