import { clock, digits, longDay, month, partsOf, shortDay } from '../../words/format.ts'
import { language } from '../../words/language.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** How long back figures look, and by what they divide that. Half a year is as much as a view of a page may read. */
const BACKS = {
  '24h': { by: 'hour', days: 1, compares: true },
  '7d': { by: 'day', days: 7, compares: true },
  '30d': { by: 'day', days: 30, compares: true },
  '6m': { by: 'month', days: 180, compares: false },
} as const

/** What an address says of figures: how long back, and of which channel. */
export interface FiguresSearch {
  readonly back?: string
  readonly channel?: string
}

/** Name of how long back. */
export type Back = keyof typeof BACKS

/** All of them, the shortest first. */
export const BACK_NAMES = Object.keys(BACKS) as readonly Back[]

/** Reads how long back an address asks for; a week unless it names another. */
export const backOf = (name: string | undefined): Back => BACK_NAMES.find((back) => back === name) ?? '7d'

/** Times of a question, RFC 3339. */
export interface Span {
  readonly by: 'hour' | 'day' | 'month'
  readonly from: string
  /** As long a time before; null: it is not compared. */
  readonly before: { readonly from: string; readonly to: string } | null
}

/** Gives the times up to now: whole hours or days of the page's zone, so that the first bar is no half one. */
export function spanOf(back: Back, now: number): Span {
  const { by, days, compares } = BACKS[back]
  const { hour, minute, second } = partsOf(new Date(now))
  const sinceHour = Number(minute) * MINUTE + Number(second) * 1000 + (now % 1000)
  const begin = now - sinceHour - (by === 'hour' ? 0 : Number(hour) * HOUR)
  const from = begin - (days * DAY - (by === 'hour' ? HOUR : DAY))
  const text = (at: number): string => new Date(at).toISOString()
  const before = { from: text(from - days * DAY), to: text(now - days * DAY) }
  return { by, from: text(from), before: compares ? before : null }
}

/** Names of a period: short below a bar, whole beside its numbers. */
export const periodNames: Readonly<Record<Span['by'], { short: (at: Date) => string; whole: (at: Date) => string }>> = {
  hour: { short: clock, whole: (at) => `${shortDay(at)} ${clock(at)}` },
  day: {
    short: (at) => {
      const { month: ofYear, day } = partsOf(at)
      return language === 'fa'
        ? digits(`${Number(ofYear)}/${Number(day)}`)
        : `${Number(day)} ${month(at).split(' ')[0]}`
    },
    whole: longDay,
  },
  month: { short: (at) => month(at).split(' ')[0] ?? '', whole: month },
}
