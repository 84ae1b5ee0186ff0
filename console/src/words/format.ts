import { keep, kept, language, loadAnew } from './language.ts'

const ZONE_KEY = 'chapar.zone'

/** Time zone of every time that is shown, as IANA names it. */
export const zone: string = (() => {
  const chosen = kept(ZONE_KEY)
  if (chosen && Intl.supportedValuesOf('timeZone').includes(chosen)) return chosen
  return 'Asia/Tehran'
})()

/** Name of a zone in words, as of now: Iran Standard Time. Absent: of the one that times are shown in. */
export function zoneName(of = zone): string {
  const named = new Intl.DateTimeFormat(language === 'fa' ? 'fa-IR' : 'en-GB', { timeZone: of, timeZoneName: 'long' })
  return named.formatToParts(new Date()).find(({ type }) => type === 'timeZoneName')?.value ?? of
}

/** Changes the time zone; the page is loaded anew. */
export function setZone(chosen: string): void {
  keep(ZONE_KEY, chosen)
  loadAnew()
}

/** Calendar of the language: people of Persian read Jalali dates. */
export const calendar = language === 'fa' ? 'persian' : 'gregory'

const numbers = language === 'fa' ? 'fa-IR-u-nu-arabext' : 'en-US'
const whole = new Intl.NumberFormat(numbers)
const short = new Intl.NumberFormat(numbers, { notation: 'compact', maximumFractionDigits: 1 })
const share = new Intl.NumberFormat(numbers, { style: 'percent', maximumFractionDigits: 1 })

/** Writes a number with the language's digits and marks of thousands. */
export const num = (value: number): string => whole.format(value)

/** Writes a large number short: 12.4K. */
export const shortNum = (value: number): string => short.format(value)

/**
 * Writes a share of 0 to 1 as percent. The sign follows the digits as one reads: without a Persian letter before them, which the
 * mark stands for, a browser puts it on their other side.
 */
export const percent = (value: number): string => (language === 'fa' ? '\u061c' : '') + share.format(value)

/** Stands between short facts on one line. The dot of English would be read as a zero beside Persian digits. */
export const between = language === 'fa' ? '، ' : ' · '

/** Words one after another, as a sentence lists them. */
export const listed = (some: readonly string[]): string => some.join(language === 'fa' ? '، ' : ', ')

/** Writes ASCII digits of a text with the digits of the language; only for texts that no one copies. */
export const digits = (text: string): string =>
  language === 'fa' ? text.replace(/\d/g, (digit) => String.fromCharCode(0x06f0 + Number(digit))) : text

const parts = new Intl.DateTimeFormat(`en-US-u-ca-${calendar}-nu-latn`, {
  timeZone: zone,
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
  hourCycle: 'h23',
})

const months = new Intl.DateTimeFormat(language === 'fa' ? 'fa-IR-u-ca-persian' : 'en-GB-u-ca-gregory', {
  timeZone: zone,
  month: language === 'fa' ? 'long' : 'short',
})

const weekdays = new Intl.DateTimeFormat(language === 'fa' ? 'fa-IR' : 'en-GB', { timeZone: zone, weekday: 'long' })

/** Parts of a time in the page's calendar and zone, as ASCII digits. */
export function partsOf(
  at: Date,
): Readonly<Record<'year' | 'month' | 'day' | 'hour' | 'minute' | 'second' | 'ms', string>> {
  const found = Object.fromEntries(parts.formatToParts(at).map(({ type, value }) => [type, value]))
  const of = (type: string): string => found[type] ?? ''
  return {
    year: of('year') || of('relatedYear'),
    month: of('month'),
    day: of('day'),
    hour: of('hour'),
    minute: of('minute'),
    second: of('second'),
    ms: of('fractionalSecond'),
  }
}

/** Writes a day: ۸ آذر ۱۴۰۵, 29 Nov 2026. */
export function day(at: Date): string {
  const { year, day } = partsOf(at)
  return digits(`${Number(day)} ${months.format(at)} ${year}`)
}

/** Writes a day with its weekday. */
export const longDay = (at: Date): string => `${weekdays.format(at)} ${day(at)}`

/** Writes a month: آذر ۱۴۰۵. */
export const month = (at: Date): string => digits(`${months.format(at)} ${partsOf(at).year}`)

/** Writes a day in figures, for columns: ۱۴۰۵/۰۹/۰۸, 2026-11-29. */
export function shortDay(at: Date): string {
  const { year, month, day } = partsOf(at)
  return digits(language === 'fa' ? `${year}/${month}/${day}` : `${year}-${month}-${day}`)
}

/** Writes the time of a day to the minute. */
export function clock(at: Date): string {
  const { hour, minute } = partsOf(at)
  return digits(`${hour}:${minute}`)
}

/** Writes the time of a day to the millisecond, for a timeline. */
export function exactClock(at: Date): string {
  const { hour, minute, second, ms } = partsOf(at)
  return digits(`${hour}:${minute}:${second}${language === 'fa' ? '٫' : '.'}${ms}`)
}

/** Writes a day and the time to the second. */
export function dateTime(at: Date): string {
  const { second } = partsOf(at)
  return `${shortDay(at)} ${clock(at)}${digits(`:${second}`)}`
}

const STEPS = [
  ['second', 60],
  ['minute', 60],
  ['hour', 24],
  ['day', 30],
  ['month', 12],
  ['year', Number.POSITIVE_INFINITY],
] as const

const ago = new Intl.RelativeTimeFormat(language === 'fa' ? 'fa-IR' : 'en-US', { numeric: 'auto' })

/** Writes how long ago, or until, in words. */
export function relative(at: Date, now = Date.now()): string {
  let value = (at.getTime() - now) / 1000
  for (const [unit, size] of STEPS) {
    if (Math.abs(value) < size) return ago.format(Math.round(value), unit)
    value /= size
  }
  return shortDay(at)
}

const UNITS = language === 'fa' ? ['میلی‌ثانیه', 'ثانیه', 'دقیقه', 'ساعت', 'روز'] : ['ms', 's', 'min', 'h', 'd']

/** Writes a time that something took: 840 ms, 3.2 s, 4 min. */
export function took(ms: number): string {
  const sizes = [1, 1000, 60_000, 3_600_000, 86_400_000]
  let unit = 0
  while (unit < 4 && ms >= (sizes[unit + 1] ?? 0)) unit++
  const value = ms / (sizes[unit] ?? 1)
  return `${whole.format(value < 10 && unit > 0 ? Math.round(value * 10) / 10 : Math.round(value))} ${UNITS[unit]}`
}

const BYTES = language === 'fa' ? ['بایت', 'کیلوبایت', 'مگابایت'] : ['B', 'kB', 'MB']

/** Writes a size in bytes. */
export function size(bytes: number): string {
  const unit = bytes < 1000 ? 0 : bytes < 1_000_000 ? 1 : 2
  return `${whole.format(Math.round((bytes / 1000 ** unit) * 10) / 10)} ${BYTES[unit]}`
}

/** Marks data as left to right within a text that has no elements, such as a choice of a list. */
export const isolated = (data: string): string => `\u2066${data}\u2069`

/** A number with its noun in English, which has two forms of it: `1 job`, `2 jobs`. */
export const counted = (count: number | string, one: string, more: string): string =>
  String(count) === '1' ? `1 ${one}` : `${typeof count === 'number' ? num(count) : count} ${more}`
