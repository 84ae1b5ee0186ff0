import { expect, test } from 'vitest'
import { bisect } from '#worker/lib/bisect.ts'

const numbers = Array.from({ length: 100 }, (_, i) => i)

test('does the work of all but the bad items, and names those', async () => {
  const done: number[] = []
  const failed = await bisect(numbers, async (part) => {
    if (part.includes(13) || part.includes(77)) throw new Error('D1_ERROR: no: SQLITE_CONSTRAINT')
    done.push(...part)
  })
  expect(failed.map(({ item }) => item)).toEqual([13, 77])
  expect(done.toSorted((a, b) => a - b)).toEqual(numbers.filter((n) => n !== 13 && n !== 77))
})

test('does not look for a culprit in an outage', async () => {
  let calls = 0
  const work = async () => {
    calls++
    throw new Error('D1_ERROR: overloaded')
  }
  await expect(bisect(numbers, work)).rejects.toThrow('overloaded')
  expect(calls).toBe(1)
})

test('nothing to do is done', async () => {
  expect(await bisect([], () => Promise.reject(new Error('called')))).toEqual([])
})
