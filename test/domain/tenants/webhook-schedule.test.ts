import { describe, expect, test } from 'vitest'
import { delayAfter, retryAfterSeconds } from '#worker/domain/tenants/webhook-schedule.ts'

/** Seconds that Standard Webhooks waits after each attempt that failed: about 75 h in all, ten attempts. */
const SCHEDULE = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]

describe('delayAfter', () => {
  test('follows the schedule of Standard Webhooks, about 75 h in all', () => {
    expect([...SCHEDULE, null].map((_, n) => delayAfter(n + 1, 0))).toEqual([...SCHEDULE, null])
    expect(SCHEDULE.reduce((sum, delay) => sum + delay, 0) / 3600).toBeCloseTo(75.6, 1)
  })

  test('lets chance shorten a delay by a tenth at most, and never lengthen it', () => {
    for (const [n, full] of SCHEDULE.entries()) {
      for (const chance of [0, 0.3, 0.999, 1]) {
        const delay = delayAfter(n + 1, chance) ?? Number.NaN
        expect(Number.isInteger(delay)).toBe(true)
        expect(delay).toBeLessThanOrEqual(full)
        expect(delay).toBeGreaterThanOrEqual(Math.floor(full * 0.9))
      }
    }
  })

  test('waits longer when the receiver asks, never longer than a queue can, and never beyond the last attempt', () => {
    expect(delayAfter(1, 0, 60)).toBe(60)
    expect(delayAfter(2, 0, 60)).toBe(300)
    expect(delayAfter(1, 0, 10_000_000)).toBe(86_400)
    expect(delayAfter(10, 0, 60)).toBeNull()
  })
})

describe('retryAfterSeconds', () => {
  const now = Date.parse('2026-11-23T12:00:00Z')
  test.each([
    ['120', 120],
    [' 0 ', 0],
    ['Mon, 23 Nov 2026 12:01:30 GMT', 90],
    ['Mon, 23 Nov 2026 11:00:00 GMT', 0],
    ['soon', 0],
    ['-5', 0],
    ['1e3', 0],
    ['99999999999999999999', 0],
    [null, 0],
  ])('reads %j as %d', (header, seconds) => {
    expect(retryAfterSeconds(header, now)).toBe(seconds)
  })
})
