import { describe, expect, test } from 'vitest'
import { BoundedMap } from '#worker/lib/bounded-map.ts'

const filled = (limit: number, count: number): BoundedMap<number, number> => {
  const map = new BoundedMap<number, number>(limit)
  for (let n = 0; n < count; n++) map.set(n, n * 10)
  return map
}

describe('a bounded map', () => {
  test.each([2, 3, 10, 101])('of %i never has more, and always the newest half', (limit) => {
    const map = new BoundedMap<number, number>(limit)
    for (let n = 0; n < 5 * limit; n++) {
      map.set(n, n)
      expect(map.size).toBeLessThanOrEqual(limit)
      expect(map.size).toBeGreaterThanOrEqual(Math.min(n + 1, limit >> 1))
    }
    for (let n = 0; n < limit >> 1; n++) expect(map.get(5 * limit - 1 - n)).toBe(5 * limit - 1 - n)
  })

  test('keeps what is asked for again and again, however much comes', () => {
    const map = filled(10, 3)
    for (let n = 100; n < 200; n++) {
      map.set(n, n)
      expect(map.get(1)).toBe(10)
    }
    expect(map.get(0)).toBeUndefined()
  })

  test('has a key once: a new value replaces the one from before, wherever that is', () => {
    const map = filled(10, 8)
    for (const key of [0, 7]) {
      const { size } = map
      map.set(key, -1)
      expect(map.get(key)).toBe(-1)
      expect(map.size).toBe(size)
    }
  })

  test('deletes from both halves, and clears', () => {
    const map = filled(10, 8)
    for (const key of [0, 7]) {
      map.delete(key)
      expect(map.get(key)).toBeUndefined()
    }
    expect(map.size).toBe(6)
    map.clear()
    expect([map.size, map.get(1), map.get(6)]).toEqual([0, undefined, undefined])
  })
})
