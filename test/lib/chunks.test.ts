import { expect, test } from 'vitest'
import { chunksBySize } from '#worker/lib/chunks.ts'

const size = (item: number) => item

test('parts stay within size and count, in order, and nothing is left out', () => {
  expect(chunksBySize([3, 3, 3, 9, 1, 1, 1, 1], size, 6, 3)).toEqual([[3, 3], [3], [9], [1, 1, 1], [1]])
})

test('an item larger than a part stands alone', () => {
  expect(chunksBySize([50, 1, 50], size, 10)).toEqual([[50], [1], [50]])
})

test('nothing makes no part', () => {
  expect(chunksBySize([], size, 10)).toEqual([])
})
