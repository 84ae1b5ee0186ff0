import { expect, test } from 'vitest'
import { sipHash, sipKeyOf } from '#worker/store/keys/sip-hash.ts'

/** Vectors of the reference implementation: the key is 00 01 … 0f, the nth input 00 01 … of n bytes. */
const VECTORS = [
  '310e0edd47db6f72', 'fd67dc93c539f874', '5a4fa9d909806c0d', '2d7efbd796666785', 'b7877127e09427cf', '8da699cd64557618',
  'cee3fe586e46c9cb', '37d1018bf50002ab', '6224939a79f5f593', 'b0e4a90bdf82009e', 'f3b9dd94c5bb5d7a', 'a7ad6b22462fb3f4',
  'fbe50e86bc8f1e75', '903d84c02756ea14', 'eef27a8e90ca23f7', 'e545be4961ca29a1',
] // biome-ignore format: a table of vectors reads better in rows
const bytes = (count: number): Uint8Array => Uint8Array.from({ length: count }, (_, n) => n)
const text = (count: number): string => String.fromCharCode(...bytes(count))

test('gives what the reference implementation does', () => {
  const key = sipKeyOf(bytes(16))
  expect(VECTORS.map((_, n) => sipHash(key, text(n)))).toEqual(VECTORS)
  expect(sipHash(key, text(63))).toBe('724506eb4c328a95')
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
