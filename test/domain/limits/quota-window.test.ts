import { describe, expect, test } from 'vitest'
import { type CapUse, isTimeZone, prefetchable, rollCap } from '#worker/domain/limits/quota-window.ts'
import { HOUR } from '#worker/domain/time.ts'

/** The window that holds a moment: an empty count begins there. */
const windowAt = (kind: 'daily' | 'monthly', timeZone: string, time: number): CapUse =>
  rollCap(null, kind, timeZone, time)
const at = (text: string) => Date.parse(text)
const hours = ({ start, end }: { start: number; end: number }) => (end - start) / HOUR
const shown = ({ start, end }: { start: number; end: number }) =>
  [start, end].map((time) => new Date(time).toISOString())

describe('days', () => {
  test('begin at the midnight of the tenant’s zone, half hours included', () => {
    expect(shown(windowAt('daily', 'Asia/Tehran', at('2026-11-10T12:00:00Z')))).toEqual([
      '2026-11-09T20:30:00.000Z',
      '2026-11-10T20:30:00.000Z',
    ])
    expect(windowAt('daily', 'Asia/Tehran', at('2026-11-10T20:30:00Z')).start).toBe(at('2026-11-10T20:30:00Z'))
    expect(windowAt('daily', 'Asia/Tehran', at('2026-11-10T20:29:59.999Z')).end).toBe(at('2026-11-10T20:30:00Z'))
  })

  test.each([
    ['spring, Berlin', 'Europe/Berlin', '2026-03-29T10:00:00Z', 23],
    ['autumn, Berlin', 'Europe/Berlin', '2026-10-25T10:00:00Z', 25],
    ['autumn, Berlin, in the hour that comes twice', 'Europe/Berlin', '2026-10-25T01:30:00Z', 25],
    ['spring at midnight itself, Cairo', 'Africa/Cairo', '2026-04-24T10:00:00Z', 23],
    ['autumn at midnight itself, Beirut', 'Asia/Beirut', '2026-10-24T10:00:00Z', 25],
    ['half an hour, Lord Howe', 'Australia/Lord_Howe', '2026-10-04T02:00:00Z', 23.5],
    ['an ordinary day', 'America/New_York', '2026-06-01T12:00:00Z', 24],
  ])('a day with a clock change is as long as it is there: %s', (_name, zone, time, length) => {
    expect(hours(windowAt('daily', zone, at(time)))).toBe(length)
  })

  test('days follow each other without gap or overlap through a whole year', () => {
    for (const zone of ['Europe/Berlin', 'Africa/Cairo', 'Asia/Tehran', 'Pacific/Kiritimati']) {
      let { end } = windowAt('daily', zone, at('2026-01-01T12:00:00Z'))
      for (let day = 0; day < 365; day++) {
        const next = windowAt('daily', zone, end)
        expect(next.start).toBe(end)
        expect(windowAt('daily', zone, next.end - 1)).toEqual(next)
        end = next.end
      }
    }
  })
})

describe('months', () => {
  test.each([
    ['2026-02-28T23:59:59Z', 'UTC', 28],
    ['2028-02-29T12:00:00Z', 'UTC', 29],
    ['2026-01-31T12:00:00Z', 'UTC', 31],
    ['2026-03-01T00:00:00Z', 'UTC', 31],
    ['2026-12-31T23:59:59Z', 'UTC', 31],
    ['2026-04-30T12:00:00Z', 'UTC', 30],
  ])('the month around %s (%s) has %i days', (time, zone, days) => {
    expect(hours(windowAt('monthly', zone, at(time))) / 24).toBe(days)
  })

  test('end at the zone’s midnight, clock changes included', () => {
    const march = windowAt('monthly', 'Europe/Berlin', at('2026-03-31T21:59:59Z'))
    expect(shown(march)).toEqual(['2026-02-28T23:00:00.000Z', '2026-03-31T22:00:00.000Z'])
    expect(windowAt('monthly', 'Europe/Berlin', march.end).start).toBe(march.end)
  })
})

describe('counts', () => {
  const use = { ...windowAt('daily', 'UTC', at('2026-11-10T12:00:00Z')), used: 90, outstanding: 5 }

  test('stay within the window and begin anew with the next', () => {
    expect(rollCap(use, 'daily', 'UTC', use.end - 1)).toBe(use)
    expect(rollCap(use, 'daily', 'UTC', use.end)).toMatchObject({ start: use.end, used: 0, outstanding: 0 })
  })

  test('a clock set back across midnight gives neither day twice', () => {
    expect(rollCap(use, 'daily', 'UTC', use.start - HOUR)).toBe(use)
  })

  test('a clock that was days ahead takes the count back with it', () => {
    const back = rollCap(use, 'daily', 'UTC', use.start - 48 * HOUR)
    expect(back).toMatchObject({ used: 90, outstanding: 5 })
    expect(back.end).toBeLessThan(use.start)
  })

  test('prefetch leaves three quarters of the rest and seven eighths of the cap alone', () => {
    expect(prefetchable({ ...use, used: 0, outstanding: 0 }, 800, 0)).toBe(100)
    expect(prefetchable({ ...use, used: 0, outstanding: 60 }, 800, 0)).toBe(40)
    expect(prefetchable({ ...use, used: 780, outstanding: 0 }, 800, 4)).toBe(4)
  })
})

test('a zone the runtime does not know counts as UTC and can be told', () => {
  expect(isTimeZone('Asia/Tehran')).toBe(true)
  expect(isTimeZone('Mars/Olympus')).toBe(false)
  const noon = at('2026-11-10T12:00:00Z')
  expect(windowAt('daily', 'Mars/Olympus', noon)).toEqual(windowAt('daily', 'UTC', noon))
})
