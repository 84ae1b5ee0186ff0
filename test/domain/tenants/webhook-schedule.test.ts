import { describe, expect, test } from 'vitest'
import {
  delayAfter,
  LAST_ATTEMPT,
  LONGEST_DELAY,
  retryAfterSeconds,
  SCHEDULE,
} from '#worker/domain/tenants/webhook-schedule.ts'

const attempts = Array.from({ length: LAST_ATTEMPT }, (_, i) => i + 1)

describe('delayAfter', () => {
  test('follows the schedule of Standard Webhooks, about 75 h in all', () => {
    expect(attempts.map((attempt) => delayAfter(attempt, 0))).toEqual([
      5,
      300,
      1_800,
      7_200,
      18_000,
      36_000,
      50_400,
      72_000,
      86_400,
      null,
    ])
    expect(SCHEDULE.reduce((sum, delay) => sum + delay, 0) / 3600).toBeCloseTo(75.6, 1)
  })

  test('lets chance shorten a delay by a tenth at most, and never lengthen it', () => {
    for (const attempt of attempts.slice(0, -1)) {
      const full = SCHEDULE[attempt] ?? 0
      for (const chance of [0, 0.3, 0.999, 1]) {
        const delay = delayAfter(attempt, chance) ?? Number.NaN
        expect(Number.isInteger(delay)).toBe(true)
        expect(delay).toBeLessThanOrEqual(full)
        expect(delay).toBeGreaterThanOrEqual(Math.floor(full * 0.9))
      }
    }
  })

  test('waits longer when the receiver asks, never longer than a queue can, and never beyond the last attempt', () => {
    expect(delayAfter(1, 0, 60)).toBe(60)
    expect(delayAfter(2, 0, 60)).toBe(300)
    expect(delayAfter(1, 0, 10_000_000)).toBe(LONGEST_DELAY)
    expect(delayAfter(LAST_ATTEMPT, 0, 60)).toBeNull()
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
