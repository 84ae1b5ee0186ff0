import { describe, expect, it } from 'vitest'
import { backOf, periodNames, spanOf } from '../../console/src/app/traffic/span.ts'

/** 29 November 2026, 15:41 in Tehran. */
const NOW = Date.parse('2026-11-29T12:11:41.123Z')

describe('times of Home', () => {
  it('begin with a whole hour or day of Tehran, and end now', () => {
    expect(spanOf('24h', NOW)).toEqual({
      by: 'hour',
      from: '2026-11-28T12:30:00.000Z',
      before: { from: '2026-11-27T12:30:00.000Z', to: '2026-11-28T12:11:41.123Z' },
    })
    expect(spanOf('7d', NOW)).toEqual({
      by: 'day',
      from: '2026-11-22T20:30:00.000Z',
      before: { from: '2026-11-15T20:30:00.000Z', to: '2026-11-22T12:11:41.123Z' },
    })
    expect(spanOf('30d', NOW).from).toBe('2026-10-30T20:30:00.000Z')
    expect(spanOf('6m', NOW)).toEqual({ by: 'month', from: '2026-06-02T20:30:00.000Z', before: null })
  })

  it('are a week unless the address names one of them', () => {
    expect([backOf(undefined), backOf('1y'), backOf('30d')]).toEqual(['7d', '7d', '30d'])
  })

  it('are named by the zone of the page', () => {
    const at = new Date(NOW)
    expect(periodNames.hour.short(at)).toBe('15:41')
    expect(periodNames.day.short(at)).toBe('29 Nov')
    expect(periodNames.month.whole(at)).toBe('Nov 2026')
  })
})
