import type { EpochMs } from '#worker/domain/time.ts'
import { DAY, HOUR, MINUTE } from '#worker/domain/time.ts'

/** Calendar windows of the caps: days and Gregorian months of the tenant's time zone. */
type WindowKind = 'daily' | 'monthly'
interface QuotaWindow {
  readonly start: EpochMs
  readonly end: EpochMs
}

/** Messages counted against one cap in one window. `outstanding` of the `used` are prefetched and not yet known to be spent. */
export interface CapUse extends QuotaWindow {
  readonly used: number
  readonly outstanding: number
}

const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone)
  if (known) return known
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, calendar: 'gregory', numberingSystem: 'latn' })
  formats.set(timeZone, format)
  return format
}

/** True for an IANA time zone that the runtime knows. */
export function isTimeZone(timeZone: string): boolean {
  try {
    formatOf(timeZone)
    return true
  } catch {
    return false
  }
}

/** Local name of the window that holds `at`: `YYYY-MM-DD`, or `YYYY-MM` for months. */
function localName(kind: WindowKind, timeZone: string, at: EpochMs): string {
  const date = formatOf(timeZone).format(at)
  return kind === 'daily' ? date : date.slice(0, 7)
}

/**
 * The first minute in (from, to] whose local name differs from that at `from`. Searched by minutes, because transitions happen on
 * whole ones.
 */
function changeBetween(kind: WindowKind, timeZone: string, from: EpochMs, to: EpochMs): EpochMs {
  const name = localName(kind, timeZone, from)
  let low = Math.floor(from / MINUTE)
  let high = Math.ceil(to / MINUTE)
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (localName(kind, timeZone, middle * MINUTE) === name) low = middle
    else high = middle
  }
  return high * MINUTE
}

// Bounds of a window's length. A day with a clock change has 23 to 25 hours, a month up to 31 days and one hour; a zone that
// jumps the date line has more.
const LONGEST = { daily: 26 * HOUR, monthly: 31 * DAY + 2 * HOUR } as const
const SHORTEST = { daily: 22 * HOUR, monthly: 27 * DAY } as const

/** The window that holds `at`. An unknown zone counts as UTC; the admin API lets none in. */
function windowAt(kind: WindowKind, timeZone: string, at: EpochMs): QuotaWindow {
  const zone = isTimeZone(timeZone) ? timeZone : 'UTC'
  const name = localName(kind, zone, at)
  let before = at - SHORTEST[kind]
  if (localName(kind, zone, before) === name) before = at - LONGEST[kind]
  const start = changeBetween(kind, zone, before, at)
  const end = changeBetween(kind, zone, at, at + LONGEST[kind])
  return { start: Math.min(start, at), end }
}

/**
 * The count in the window that holds `at`. A new window begins at zero, and windows only move on, so that a clock set back
 * gives no stretch of time twice. A clock set back by more than a day was wrong before: the count moves back with it.
 */
export function rollCap(use: CapUse | null, kind: WindowKind, timeZone: string, at: EpochMs): CapUse {
  if (use && at < use.end && at >= use.start - DAY) return use
  const window = windowAt(kind, timeZone, at)
  if (use && at < use.start) return { ...window, used: use.used, outstanding: use.outstanding }
  return { ...window, used: 0, outstanding: 0 }
}

/** Part of a cap that outstanding prefetch may hold at most, so that an isolate that vanishes costs little of it. */
const OUTSTANDING_PART = 1 / 8

/** Most messages that may be prefetched from a cap beyond the need. */
export function prefetchable(use: CapUse, cap: number, need: number): number {
  return Math.min((cap - use.used - need) / 4, cap * OUTSTANDING_PART - use.outstanding)
}
