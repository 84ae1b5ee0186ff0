import * as z from 'zod'
import { CHANNELS } from '#worker/domain/carriers/channel.ts'
import { SLOT } from '#worker/domain/statistics/counts.ts'
import {
  beginsIn,
  CALENDARS,
  type Calendar,
  fitsSlots,
  PERIODS,
  periodsBetween,
  zoneOffset,
} from '#worker/domain/statistics/periods.ts'
import { DAY, type EpochMs } from '#worker/domain/time.ts'
import { queryProblem } from '#worker/middleware/json-body.ts'
import { instant } from './fields.ts'

/** Time that statistics are asked for, and the periods that it is divided into. */

/** Most days of one answer, and of one by hours or beginnings of numbers; and most of what it counts apart. */
const MOST_DAYS = { hour: 31, prefix: 31, day: 400, month: 400 } as const
const MOST_TALLIES = 5_000
/** Years that can be asked for: what a period of theirs begins or ends with has four digits of a year, as RFC 3339 wants. */
const YEARS = { first: 2000, last: 9998 } as const

const spanFields = {
  from: instant.describe('What was accepted at or after (RFC 3339); it counts from the half hour in which this lies.'),
  to: instant.optional().describe('Up to the end of the half hour in which this lies; default: now.'),
  zone: z
    .string()
    .max(64)
    .default('UTC')
    .describe(
      'Time zone of hours, days and months, as `Asia/Tehran`. Its hours must begin where half hours of UTC do.',
    ),
  calendar: z.enum(CALENDARS).default('gregorian').describe('Calendar of months: `persian` is the Jalali one.'),
}

/** Fields of a query for counts: its time, and what is counted apart. */
export const splitFields = <const Split extends string>(splits: readonly Split[]) => ({
  ...spanFields,
  by: z
    .array(z.enum(splits))
    .max(splits.length)
    .default([])
    .describe('What is counted apart, of several with commas between: one of `hour`, `day` and `month`, and others.'),
})

/** Fields that narrow counts of messages. */
export const messageFields = {
  channel: z.enum(CHANNELS).optional().describe('Only of this channel.'),
  direction: z.enum(['outbound', 'inbound']).optional().describe('Only of this direction.'),
}

interface SpanQuery {
  readonly from: EpochMs
  readonly to?: EpochMs | undefined
  readonly zone: string
  readonly calendar: Calendar
  readonly by: readonly string[]
}

export interface Span {
  /** Bounds of half hours. */
  readonly from: EpochMs
  readonly to: EpochMs
  /** Beginning of the period in which a time lies, and those of all periods; null: time is not divided. */
  readonly beginOf: ((at: EpochMs) => EpochMs) | null
  readonly periods: readonly EpochMs[] | null
}

const refused = (parameter: string, detail: string): Error => queryProblem([{ pointer: `/${parameter}`, detail }])

/** Reads the time that is asked for; throws a 400 that names the parameter that cannot be answered. */
export function spanOf({ from: first, to: last, zone, calendar, by }: SpanQuery, now: EpochMs): Span {
  const from = Math.floor(first / SLOT) * SLOT
  const to = Math.max(from + SLOT, Math.ceil((last ?? now) / SLOT) * SLOT)
  for (const [name, at] of Object.entries({ from, to: last ?? from })) {
    const year = new Date(at).getUTCFullYear()
    if (year < YEARS.first || year > YEARS.last)
      throw refused(name, `is not of the years ${YEARS.first} to ${YEARS.last}`)
  }
  if (new Set(by).size !== by.length) throw refused('by', 'names something twice')
  const [period, second] = PERIODS.filter((one) => by.includes(one))
  if (second !== undefined) throw refused('by', 'names more than one of hour, day and month')
  const days = by.includes('prefix') ? MOST_DAYS.prefix : MOST_DAYS[period ?? 'day']
  if (to - from > days * DAY) throw refused('from', `at most ${days} days can be asked for at once here`)
  const offsetAt = zoneOffset(zone)
  if (offsetAt === null) throw refused('zone', 'is no time zone, such as `Asia/Tehran`')
  if (!fitsSlots(offsetAt, from, to)) throw refused('zone', 'has hours that do not begin where half hours of UTC do')
  if (period === undefined) return { from, to, beginOf: null, periods: null }
  const beginOf = beginsIn(period, offsetAt, calendar)
  return { from, to, beginOf, periods: periodsBetween(period, beginOf, from, to) }
}

/** Throws a 400 if an answer would be too long. */
export function notTooMany<Tally>(tallies: readonly Tally[]): readonly Tally[] {
  if (tallies.length > MOST_TALLIES)
    throw refused('by', `counts more than ${MOST_TALLIES} apart: ask for a shorter time, or for less apart`)
  return tallies
}
