import { describe, expect, it } from 'vitest'
import { absenceOf, retentionCutoff } from '#worker/domain/tenants/retention.ts'
import { DAY } from '#worker/domain/time.ts'

const FARVARDIN_1 = Date.parse('2026-03-20T20:30:00Z')
const MEHR_1 = Date.parse('2026-09-22T20:30:00Z')

describe('retention', () => {
  it('keeps what six Jalali months of 31 days need: 1405-01-01 to 1405-07-01', () => {
    const months = new Intl.DateTimeFormat('en-u-ca-persian', { timeZone: 'Asia/Tehran', dateStyle: 'short' })
    expect([months.format(FARVARDIN_1), months.format(MEHR_1)]).toEqual(['1/1/1405 AP', '7/1/1405 AP'])
    expect(retentionCutoff(MEHR_1)).toBe(FARVARDIN_1)
  })

  it('leaves a row of day 185 and of day 186 to the millisecond, and takes it after', () => {
    const purged = (days: number, extra = 0) => FARVARDIN_1 < retentionCutoff(FARVARDIN_1 + days * DAY + extra)
    expect([purged(185), purged(186), purged(186, 1), purged(187)]).toEqual([false, false, true, true])
  })
})

describe('absenceOf', () => {
  it('says queued, lost or purged by the age of the id', () => {
    const now = MEHR_1
    expect(absenceOf(now, now, 14 * DAY)).toBe('queued')
    expect(absenceOf(now - 14 * DAY + 1, now, 14 * DAY)).toBe('queued')
    expect(absenceOf(now - 14 * DAY, now, 14 * DAY)).toBe('lost')
    expect(absenceOf(now - 186 * DAY, now, 14 * DAY)).toBe('lost')
    expect(absenceOf(now - 186 * DAY - 1, now, 14 * DAY)).toBe('purged')
  })
})
