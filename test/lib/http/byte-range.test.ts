import { expect, test } from 'vitest'
import { byteRange } from '#worker/lib/http/byte-range.ts'

test.each([
  [null, 10, null],
  ['', 10, null],
  ['bytes=0-', 10, { offset: 0, length: 10 }],
  ['bytes=0-9', 10, { offset: 0, length: 10 }],
  ['bytes=9-9', 10, { offset: 9, length: 1 }],
  ['bytes=3-99', 10, { offset: 3, length: 7 }],
  ['bytes=-4', 10, { offset: 6, length: 4 }],
  ['bytes=-40', 10, { offset: 0, length: 10 }],
  ['bytes=10-', 10, 'unsatisfiable'],
  ['bytes=10-12', 10, 'unsatisfiable'],
  ['bytes=-0', 10, 'unsatisfiable'],
  ['bytes=0-', 0, 'unsatisfiable'],
  ['bytes=-1', 0, 'unsatisfiable'],
  ['bytes=5-4', 10, null],
  ['bytes=-', 10, null],
  ['bytes=0-1,2-3', 10, null],
  ['bytes= 0-1', 10, null],
  ['bytes=0x1-2', 10, null],
  [`bytes=${'9'.repeat(400)}-`, 10, 'unsatisfiable'],
] as const)('%s of %d bytes', (header, size, range) => {
  expect(byteRange(header, size)).toEqual(range)
})
