import { type EpochMs, HOUR, MINUTE } from '#worker/domain/time.ts'

/** Codes and how many of them were used. Both fade, so that they are no whole numbers. */
interface Uses {
  readonly codes: number
  readonly used: number
}

/** Codes of one minute. */
interface YoungUses {
  readonly minute: EpochMs
  codes: number
  used: number
}

/** Codes to a prefix or of a source, and wrong checks. It fades by half every six hours. */
export interface Tally {
  codes: number
  used: number
  wrong: number
  /** Codes of the last minutes, oldest first: most are used later. */
  young: YoungUses[]
  /** Time up to which it has faded, and of its last code. */
  at: EpochMs
  lastAt: EpochMs
}

/** Time by which a code that will be used mostly is. */
const MATURE_MS = 5 * MINUTE
/** Time in which what is known of a prefix or a source halves: an attack of a night is forgiven within days. */
const HALF_LIFE = 6 * HOUR

export const newTally = (now: EpochMs): Tally => ({ codes: 0, used: 0, wrong: 0, young: [], at: now, lastAt: 0 })

/** Part that is left of what is so old. */
const fadedBy = (ms: number): number => 2 ** -(ms / HALF_LIFE)

const minuteOf = (at: EpochMs): EpochMs => Math.floor(at / MINUTE) * MINUTE

/** Brings a tally up to `now`: what is old fades, and what was young has become old. A clock set back changes nothing. */
export function settle(tally: Tally, now: EpochMs): Tally {
  const passed = now - tally.at
  if (passed < MINUTE) return tally
  const left = fadedBy(passed)
  tally.codes *= left
  tally.used *= left
  tally.wrong *= left
  tally.at = now
  for (;;) {
    const [young] = tally.young
    const oldAt = young ? young.minute + MINUTE + MATURE_MS : Number.POSITIVE_INFINITY
    if (!young || oldAt > now) return tally
    tally.codes += young.codes * fadedBy(now - oldAt)
    tally.used += young.used * fadedBy(now - oldAt)
    tally.young.shift()
  }
}

/** Counts codes of that time, of which may be told later; fewer than none takes back what was counted before. */
export function addCodes(tally: Tally, n: number, at: EpochMs, now: EpochMs): void {
  settle(tally, now)
  const minute = minuteOf(Math.min(at, now))
  const oldAt = minute + MINUTE + MATURE_MS
  const young = tally.young.find((one) => one.minute === minute)
  if (young) young.codes = Math.max(0, young.codes + n)
  else if (oldAt <= now || n < 0) tally.codes = Math.max(0, tally.codes + n * fadedBy(Math.max(0, now - oldAt)))
  else {
    const before = tally.young.findIndex((one) => one.minute > minute)
    tally.young.splice(before < 0 ? tally.young.length : before, 0, { minute, codes: n, used: 0 })
  }
  if (n > 0) tally.lastAt = Math.max(tally.lastAt, Math.min(at, now))
}

/** Counts a use of a code that began then. */
export function addUse(tally: Tally, startedAt: EpochMs, now: EpochMs): void {
  settle(tally, now)
  const young = tally.young.find(({ minute }) => minute === minuteOf(startedAt)) ?? tally.young[0]
  if (young && young.used < young.codes) young.used++
  else tally.used++
}

/** All codes, also those that may still be used. */
export function allOf({ codes, used, young }: Tally): Uses {
  const all = { codes, used }
  for (const one of young) {
    all.codes += one.codes
    all.used += one.used
  }
  return all
}

/** Codes of which it is known what came of them: those that are old enough, and those that were used. */
export function maturedOf({ codes, used, young }: Tally): Uses {
  const matured = { codes, used }
  for (const one of young) {
    matured.codes += one.used
    matured.used += one.used
  }
  return matured
}
