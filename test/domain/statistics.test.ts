import { describe, expect, test } from 'vitest'
import { beginsIn, periodsBetween, zoneOffset } from '#worker/domain/statistics/periods.ts'
import { DAY, type EpochMs, HOUR } from '#worker/domain/time.ts'

/** Days of a zone in hours. One that cannot be counted to its end fails instead of filling the memory. */
function daysOf(zone: string, from: string, to: string): readonly number[] {
  const offsetAt = zoneOffset(zone)
  if (offsetAt === null) throw new Error(`${zone} is no zone`)
  const beginOf = beginsIn('day', offsetAt, 'gregorian')
  let asked = 0
  const counted = (at: EpochMs): EpochMs => {
    if (++asked > 1_000) throw new Error('it does not end')
    return beginOf(at)
  }
  const begins = periodsBetween('day', counted, Date.parse(from), Date.parse(to))
  return begins.slice(1).map((at, n) => (at - (begins[n] ?? 0)) / HOUR)
}

describe('days of a zone follow each other', () => {
  test.each([
    ['where clocks go back by three hours', 'Antarctica/Casey', '2018-03-09T16:00:00Z', [24, 27, 24]],
    ['where a day came twice', 'Pacific/Kwajalein', '1969-09-28T13:00:00Z', [24, 47, 24]],
    ['where a day was left out', 'Pacific/Apia', '2011-12-28T10:00:00Z', [24, 24, 24]],
    ['where clocks go back by one', 'Europe/Berlin', '2026-10-23T22:00:00Z', [24, 25, 24]],
  ])('%s', (_, zone, from, hours) => {
    const to = new Date(Date.parse(from) + 6 * DAY).toISOString()
    expect(daysOf(zone, from, to).slice(0, 3)).toEqual(hours)
  })
})
