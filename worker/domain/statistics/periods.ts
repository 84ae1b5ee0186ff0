import { DAY, type EpochMs, HOUR, MINUTE } from '#worker/domain/time.ts'
import { SLOT } from './counts.ts'

/** Hours, days and months of a time zone and a calendar. */

export const PERIODS = ['hour', 'day', 'month'] as const
type Period = (typeof PERIODS)[number]
export const CALENDARS = ['gregorian', 'persian'] as const
export type Calendar = (typeof CALENDARS)[number]

/** Calendars as Intl names them. */
const INTL = { gregorian: 'gregory', persian: 'persian' } as const satisfies Record<Calendar, string>

/** Milliseconds that a time zone is ahead of UTC at a time. */
type OffsetAt = (at: EpochMs) => number

/** Makes the reader of a zone's offset; null: there is no such zone. Days whose ends have one offset are asked for once. */
export function zoneOffset(zone: string): OffsetAt | null {
  let format: Intl.DateTimeFormat
  try {
    const parts = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' } as const
    format = new Intl.DateTimeFormat('en-u-ca-gregory-nu-latn', { timeZone: zone, hourCycle: 'h23', ...parts })
  } catch {
    return null
  }
  const exact = (at: EpochMs): number => {
    const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]))
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0 } = part
    return Date.UTC(year, month - 1, day, hour, minute) - Math.floor(at / MINUTE) * MINUTE
  }
  const days = new Map<number, number | null>()
  return (at) => {
    const day = Math.floor(at / DAY)
    if (!days.has(day)) {
      const [first, last] = [exact(day * DAY), exact((day + 1) * DAY)]
      days.set(day, first === last ? first : null)
    }
    return days.get(day) ?? exact(at)
  }
}

/** True if the hours of a zone begin where half hours of UTC do, between two times. */
export const fitsSlots = (offsetAt: OffsetAt, from: EpochMs, to: EpochMs): boolean =>
  [from, to].every((at) => offsetAt(at) % SLOT === 0)

/** Periods of a zone: the beginning of that in which a time lies. */
export function beginsIn(period: Period, offsetAt: OffsetAt, calendar: Calendar): (at: EpochMs) => EpochMs {
  /** Instant at which clocks of the zone show a time, which is given as if it were UTC. */
  const instantOf = (local: number): EpochMs => local - offsetAt(local - offsetAt(local))
  const dayOfMonth = new Intl.DateTimeFormat(`en-u-ca-${INTL[calendar]}-nu-latn`, { timeZone: 'UTC', day: 'numeric' })
  const months = new Map<number, EpochMs>()
  return (at) => {
    const local = at + offsetAt(at)
    // An hour of a clock that is put back comes twice: each is one of its own.
    if (period === 'hour') return Math.floor(local / HOUR) * HOUR - offsetAt(at)
    const day = Math.floor(local / DAY) * DAY
    if (period === 'day') return instantOf(day)
    const known = months.get(day)
    if (known !== undefined) return known
    const begin = instantOf(day - (Number(dayOfMonth.format(day)) - 1) * DAY)
    months.set(day, begin)
    return begin
  }
}

/** Times by which the next period has begun as a rule: most days have 23 to 25 hours, months 28 to 31 days. */
const INTO_NEXT: Readonly<Record<Period, number>> = { hour: HOUR, day: 26 * HOUR, month: 33 * DAY }

/** Beginnings of all periods that lie, wholly or in part, between two times, in their order. */
export function periodsBetween(
  period: Period,
  beginOf: (at: EpochMs) => EpochMs,
  from: EpochMs,
  to: EpochMs,
): readonly EpochMs[] {
  const begins: EpochMs[] = []
  let at = beginOf(from)
  while (at < to) {
    begins.push(at)
    // A zone that puts its clocks back by hours makes a longer day: of 27 hours at Casey, and of 47 once at Kwajalein.
    let within = at + INTO_NEXT[period]
    for (; beginOf(within) <= at; within += HOUR);
    at = beginOf(within)
  }
  return begins
}
