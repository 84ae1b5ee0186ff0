import { describe, expect, test } from 'vitest'
import { decodeNumber, encodeNumber } from '#worker/lib/base32.ts'
import { seeded } from '../worlds/random.ts'

/** Digits as JavaScript writes base 32, by the value that each has. */
const crockford = (value: number, width: number): string =>
  value
    .toString(32)
    .replace(/[a-v]/g, (digit) => 'abcdefghjkmnpqrstvwxyz'.charAt(digit.charCodeAt(0) - 97))
    .padStart(width, '0')

describe('numbers in base 32', () => {
  test.each([1, 2, 3, 4, 5, 9, 10])(
    'of %i digits are as long as asked, sort as numbers, and are read back',
    (width) => {
      const random = seeded(width)
      const values = [
        0,
        1,
        31,
        32,
        32 ** width - 1,
        ...Array.from({ length: 500 }, () => Math.floor(random() * 32 ** width)),
      ]
      const fitting = values.filter((value) => value < 32 ** width)
      const texts = fitting.map((value) => encodeNumber(value, width))
      expect(texts).toEqual(fitting.map((value) => crockford(value, width)))
      expect(texts.map(decodeNumber)).toEqual(fitting)
      expect(texts.toSorted()).toEqual(fitting.toSorted((a, b) => a - b).map((value) => crockford(value, width)))
    },
  )

  test.each([
    [32, 1],
    [1_024, 2],
    [32_768, 3],
    [-1, 4],
    [2 ** 50, 10],
  ])('%i does not fit %i digits', (value, width) => {
    expect(() => encodeNumber(value, width)).toThrow(RangeError)
  })

  test('a text with another character is no number', () => {
    expect(decodeNumber('0l')).toBeNull()
  })
})
