import { type EpochMs, HOUR, MINUTE, SECOND, type Seconds } from '#worker/domain/time.ts'
import { kindOfSource, MORE_FOR_A_USE, SOURCE_BOUNDS } from './source.ts'
import { addCodes, addUse, allOf, maturedOf, newTally, settle, type Tally } from './tally.ts'
import {
  type CeilingAlert,
  dropOldLeases,
  missing,
  newAlerts,
  noUnits,
  refundUnits,
  takeBack,
  takeUnits,
  type UnitLease,
  type Units,
  type UnitTerms,
} from './units.ts'
import { HOME, NO_COUNTRY, type Objection } from './verdict.ts'

/** Parts of a tenant's codes whose wrong checks are counted apart: what is guessed abroad says nothing of home. */
export const PARTS = ['home', 'abroad', 'other'] as const
type Part = (typeof PARTS)[number]

/** What a tenant's guard knows. Mutable, and kept by one object a tenant and mode. */
export interface Guard {
  readonly units: Units
  readonly prefixes: Map<string, Tally>
  /** By keyed hash; the first letter says of which kind a source is. */
  readonly sources: Map<string, Tally>
  /** Sources that are near a bound: isolates ask about each code of theirs. */
  readonly watched: Set<string>
  /** Prefixes that may be held back once their codes have matured: no other is. */
  readonly suspects: Set<string>
  /** Uses and wrong checks of all codes of a part. */
  readonly parts: Readonly<Record<Part, Tally>>
}

export const newGuard = (now: EpochMs): Guard => ({
  units: noUnits(),
  prefixes: new Map(),
  sources: new Map(),
  watched: new Set(),
  suspects: new Set(),
  parts: { home: newTally(now), abroad: newTally(now), other: newTally(now) },
})

/** A code as the guard counts it. */
export interface CountedCode {
  readonly scope: string
  /** Beginnings of its number, the widest first. */
  readonly prefixes: readonly string[]
  /** Hashed sources, the narrowest first; empty where the person's address was not given. */
  readonly sources: readonly string[]
  readonly units: number
}

/** Codes of a prefix or a source. */
type Counted = readonly [key: string, codes: number]

/** A lease of an isolate that ended: what is left of it, and how many of its codes each prefix and source had. */
export interface LeaseEnd {
  readonly id: number
  readonly unspent: number
  /** Time at which it was handed out: that of its codes, within seconds. */
  readonly at: EpochMs
  readonly counts: readonly Counted[]
}

/** Question about a code that is about to be sent. */
export interface GuardAsk {
  readonly code: CountedCode
  readonly terms: UnitTerms
  /** False: what stands against it is told, and it is counted all the same. */
  readonly enforced: boolean
  /** Units that the isolate can use beyond this code's before a lease ends. */
  readonly want: number
  readonly ended: readonly LeaseEnd[]
  /** Codes of this one's sources on the lease that the isolate still holds. */
  readonly counted: readonly Counted[]
  /** Codes that passed and did not go out. */
  readonly unsent: readonly (CountedCode & { readonly takenAt: EpochMs })[]
}

/** A lease with what it may not be spent on: prefixes and sources that are asked about each time. */
export interface GuardLease extends UnitLease {
  readonly except: readonly string[]
}

export interface GuardAnswer {
  readonly objection: Objection | null
  readonly lease: GuardLease | null
  /** Time on the guard's clock: what did not go out is given back in the day it was taken in. */
  readonly at: EpochMs
}

/** Matured codes from which a prefix is judged: an operator's, and a block of numbers. */
const WIDE_FLOOR = 100
const NARROW_FLOOR = 20
/** Parts of matured codes that are used, below which a prefix is throttled, and blocked. */
const THROTTLE_BELOW = 0.2
const BLOCK_BELOW = 0.05
/** Part of a ceiling that sources without conversions may use while their prefix is throttled. */
const UNPROVEN_SHARE = 0.8
/** Codes that make a source's own record count for more than its surroundings'. */
const OWN_RECORD = 3
/** Wait of a source beyond its bound, which doubles with each further code, and of a prefix whose sources nobody knows. */
const FIRST_WAIT = 30 * SECOND
const LONGEST_WAIT = HOUR
const PREFIX_PACE = MINUTE
/** Wrong checks of a part of a tenant's codes from which sources without conversions are suspects. */
const MOST_WRONG = 5_000
/** Wait of an address that guesses. */
const WRONG_WAIT = 10 * MINUTE
/** Wrong checks for each use from which they are no longer typing errors. */
const WRONG_FOR_A_USE = 4
/** Most sources and prefixes that are remembered, and most exceptions of a lease: with more, every code is asked about. */
const MOST_SOURCES = 60_000
const MOST_PREFIXES = 20_000
const MOST_EXCEPT = 2_000

type PrefixState = 'free' | 'throttled' | 'blocked'

const rate = ({ codes, used }: { readonly codes: number; readonly used: number }): number => used / Math.max(1, codes)

const floorOf = (isNarrow: boolean): number => (isNarrow ? NARROW_FLOOR : WIDE_FLOOR)

/** How a prefix stands: at home none is ever blocked. */
export function prefixState(tally: Tally, isNarrow: boolean, isHome: boolean): PrefixState {
  const matured = maturedOf(tally)
  if (matured.codes < floorOf(isNarrow)) return 'free'
  if (!isHome && rate(matured) < BLOCK_BELOW) return 'blocked'
  return rate(matured) < THROTTLE_BELOW ? 'throttled' : 'free'
}

const WORSE: readonly PrefixState[] = ['free', 'throttled', 'blocked']

function stateOf({ prefixes }: Guard, { prefixes: own, scope }: CountedCode, now: EpochMs): PrefixState {
  const states = own.map((prefix, n) => {
    const tally = prefixes.get(prefix)
    return tally ? WORSE.indexOf(prefixState(settle(tally, now), n > 0, scope === HOME)) : 0
  })
  return WORSE[Math.max(0, ...states)] ?? 'free'
}

/** True of a source that is known for codes that were used: by its own record, or where it has none by its surroundings'. */
function isProven({ sources }: Guard, keys: readonly string[], now: EpochMs): boolean {
  for (const key of keys) {
    if (kindOfSource(key) === 'o') continue
    const tally = sources.get(key)
    if (!tally) continue
    const matured = maturedOf(settle(tally, now))
    if (matured.used >= 0.5) return rate(matured) >= THROTTLE_BELOW
    if (matured.codes >= OWN_RECORD) return false
  }
  return false
}

const secondsUntil = (at: EpochMs, now: EpochMs): Seconds => Math.max(1, Math.ceil((at - now) / SECOND))

/** Codes beyond the bound of a source; below zero: none. */
function beyond(tally: Tally, key: string, isSuspect: boolean): number {
  const all = allOf(tally)
  const bounds = SOURCE_BOUNDS[kindOfSource(key)]
  return all.codes - all.used - (isSuspect ? bounds.suspect : bounds.free) - MORE_FOR_A_USE * all.used
}

/** Seconds until a source may have a further code; null: now. */
function sourceWait(guard: Guard, keys: readonly string[], isSuspect: boolean, now: EpochMs): Seconds | null {
  let free = 0
  for (const key of keys) {
    const tally = guard.sources.get(key)
    if (!tally) continue
    const over = Math.floor(beyond(settle(tally, now), key, isSuspect))
    if (over >= 0) free = Math.max(free, tally.lastAt + Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** Math.min(over, 10)))
  }
  return free > now ? secondsUntil(free, now) : null
}

const addressesOf = (keys: readonly string[]): readonly string[] => keys.filter((key) => kindOfSource(key) === 'a')

const isGuessing = (tally: Tally, most: number): boolean =>
  tally.wrong >= most && tally.wrong > WRONG_FOR_A_USE * allOf(tally).used

function isGuessingSource({ sources }: Guard, keys: readonly string[], now: EpochMs): boolean {
  return keys.some((key) => {
    const tally = sources.get(key)
    return tally !== undefined && isGuessing(settle(tally, now), SOURCE_BOUNDS[kindOfSource(key)].wrong)
  })
}

/** True of who guesses himself, from his address: in the networks around it are others beside him. */
const isGuessingAddress = (guard: Guard, keys: readonly string[], now: EpochMs): boolean =>
  isGuessingSource(guard, addressesOf(keys), now)

const partOf = (scope: string): Part => (scope === HOME ? 'home' : scope === NO_COUNTRY ? 'other' : 'abroad')

/** True if codes of this part are guessed at, from wherever. */
const isGuessedAt = ({ parts }: Guard, scope: string, now: EpochMs): boolean =>
  isGuessing(settle(parts[partOf(scope)], now), MOST_WRONG)

/** How somebody who asks stands. Suspects have fewer codes than others, and leave a part of the ceiling. */
interface Caller {
  readonly prefix: PrefixState
  /** What he is a suspect for; null: nothing. */
  readonly suspectFor: 'prefix' | 'checks' | null
}

/** Judges who asks. Guessing by others refuses nobody: it makes suspects of those whose codes are not known to be used. */
function callerOf(guard: Guard, code: CountedCode, now: EpochMs): Caller {
  const { scope, sources } = code
  const isGuessedAround = isGuessingSource(guard, sources, now)
  // Surroundings that guess speak for nobody.
  if (isProven(guard, isGuessedAround ? addressesOf(sources) : sources, now))
    return { prefix: 'free', suspectFor: null }
  const prefix = stateOf(guard, code, now)
  // At home nobody who cannot be told apart is held to what others do.
  if (sources.length === 0 && scope === HOME) return { prefix, suspectFor: null }
  if (prefix === 'throttled') return { prefix, suspectFor: 'prefix' }
  return { prefix, suspectFor: isGuessedAround || isGuessedAt(guard, scope, now) ? 'checks' : null }
}

/** Says what stands against a code, by what is known of its prefix, its sources and the day's units; null: nothing. */
function objectionTo(guard: Guard, { code, terms }: GuardAsk, now: EpochMs): Objection | null {
  const { scope, prefixes, sources, units } = code
  if (isGuessingAddress(guard, sources, now)) return { reason: 'checks', retryAfter: WRONG_WAIT / SECOND }
  const { prefix, suspectFor } = callerOf(guard, code, now)
  if (prefix === 'blocked') return { reason: 'prefix', retryAfter: null }
  const wait = sourceWait(guard, sources, suspectFor !== null, now)
  if (wait !== null) return { reason: suspectFor ?? 'velocity', retryAfter: wait }
  if (suspectFor === 'prefix' && sources.length === 0) {
    const last = Math.max(...prefixes.map((one) => guard.prefixes.get(one)?.lastAt ?? 0))
    if (last + PREFIX_PACE > now) return { reason: 'prefix', retryAfter: secondsUntil(last + PREFIX_PACE, now) }
  }
  const share = suspectFor === null ? 1 : UNPROVEN_SHARE
  const retryAfter = missing(guard.units, { scope, need: units, share }, terms, now)
  return retryAfter === null ? null : { reason: 'ceiling', retryAfter }
}

/** Makes room by dropping what had its last code longest ago: a map keeps the order in which keys came. */
function trim(tallies: Map<string, Tally>, most: number, noted: Set<string>): void {
  if (tallies.size <= most) return
  const byAge = [...tallies].sort(([, a], [, b]) => a.lastAt - b.lastAt).slice(0, Math.ceil(most / 4))
  for (const [key] of byAge) {
    tallies.delete(key)
    noted.delete(key)
  }
}

const tallyOf = (tallies: Map<string, Tally>, key: string, now: EpochMs): Tally => {
  const found = tallies.get(key)
  if (found) return found
  const made = newTally(now)
  tallies.set(key, made)
  return made
}

/** True of keys of prefixes, which begin with a plus; sources begin with their letter. */
const isPrefix = (key: string): boolean => key.startsWith('+')

/** Notes whether isolates may have to ask about a prefix, or have to about a source. */
function watch({ prefixes, sources, watched, suspects }: Guard, key: string): void {
  if (isPrefix(key)) {
    const all = allOf(prefixes.get(key) ?? newTally(0))
    if (all.codes >= floorOf(isNarrowPrefix(key)) && rate(all) < THROTTLE_BELOW) suspects.add(key)
    else suspects.delete(key)
    return
  }
  const tally = sources.get(key)
  const { free, wrong } = SOURCE_BOUNDS[kindOfSource(key)]
  if (tally && (beyond(tally, key, false) >= -free / 2 || tally.wrong >= wrong / 2)) watched.add(key)
  else watched.delete(key)
}

/** Counts codes of a prefix or a source. */
function count(guard: Guard, [key, n]: Counted, at: EpochMs, now: EpochMs): void {
  const tallies = isPrefix(key) ? guard.prefixes : guard.sources
  addCodes(tallyOf(tallies, key, now), n, at, now)
  watch(guard, key)
}

function countCode(guard: Guard, { prefixes, sources }: CountedCode, n: number, now: EpochMs): void {
  for (const key of [...prefixes, ...sources]) count(guard, [key, n], now, now)
}

/** Prefixes and sources that a lease may not be spent on; null: too many, so that none is handed out. */
function exceptionsOf(guard: Guard, scope: string, now: EpochMs): readonly string[] | null {
  if (isGuessedAt(guard, scope, now) || guard.watched.size > MOST_EXCEPT) return null
  const except = [...guard.watched]
  for (const prefix of guard.suspects) {
    const tally = guard.prefixes.get(prefix)
    if (tally && prefixState(settle(tally, now), isNarrowPrefix(prefix), scope === HOME) !== 'free') except.push(prefix)
  }
  return except.length > MOST_EXCEPT ? null : except
}

/** Characters of the wider of a number's two prefixes, with plus. */
const WIDE_LENGTH = 7
export const isNarrowPrefix = (prefix: string): boolean => prefix.length > WIDE_LENGTH

/** Takes back what isolates tell of: leases that ended, and codes that did not go out. */
function hear(guard: Guard, { ended, counted, unsent }: GuardAsk, now: EpochMs): void {
  dropOldLeases(guard.units, now)
  for (const one of counted) count(guard, one, now, now)
  for (const { id, unspent, at, counts } of ended) {
    takeBack(guard.units, id, unspent)
    for (const one of counts) count(guard, one, at, now)
  }
  for (const { takenAt, ...code } of unsent) {
    refundUnits(guard.units, code.scope, code.units, takenAt)
    countCode(guard, code, -1, now)
  }
}

/** Answers a question about a code, and counts it if it may go out. `alerts`: what the tenant has to be told of its ceilings. */
export function askGuard(
  guard: Guard,
  ask: GuardAsk,
  now: EpochMs,
): { readonly answer: GuardAnswer; readonly alerts: readonly CeilingAlert[] } {
  hear(guard, ask, now)
  const objection = objectionTo(guard, ask, now)
  if (objection && ask.enforced) return { answer: { objection, lease: null, at: now }, alerts: [] }
  const { code, terms } = ask
  countCode(guard, code, 1, now)
  trim(guard.sources, MOST_SOURCES, guard.watched)
  trim(guard.prefixes, MOST_PREFIXES, guard.suspects)
  const except = ask.want > 0 && objection === null ? exceptionsOf(guard, code.scope, now) : null
  const asked = { scope: code.scope, need: code.units, want: except ? ask.want : 0 }
  const taken = takeUnits(guard.units, asked, terms, now)
  const lease = taken && except ? { ...taken, except } : null
  return { answer: { objection, lease, at: now }, alerts: newAlerts(guard.units, code.scope, terms) }
}

/** What became of a code: it was used, or so many checks were wrong. */
export interface CodeNews {
  readonly scope: string
  readonly prefixes: readonly string[]
  readonly sources: readonly string[]
  readonly startedAt: EpochMs
  readonly isUsed: boolean
  readonly wrong: number
}

/** Notes what became of codes. */
export function hearNews(guard: Guard, news: readonly CodeNews[], now: EpochMs): void {
  for (const { scope, prefixes, sources, startedAt, isUsed, wrong } of news) {
    const tallies = [
      guard.parts[partOf(scope)],
      ...prefixes.map((key) => tallyOf(guard.prefixes, key, now)),
      ...sources.map((key) => tallyOf(guard.sources, key, now)),
    ]
    for (const tally of tallies) {
      settle(tally, now).wrong += wrong
      if (isUsed) addUse(tally, startedAt, now)
    }
    for (const key of [...prefixes, ...sources]) watch(guard, key)
  }
}
