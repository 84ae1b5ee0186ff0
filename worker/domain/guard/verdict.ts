import { countryOf } from '#worker/domain/addresses/countries.ts'
import type { Mode } from '#worker/domain/realm.ts'
import type { GuardSettings } from '#worker/domain/tenants/guard-settings.ts'
import { policyPack } from '#worker/domain/tenants/policy-packs/all.ts'
import type { Policy } from '#worker/domain/tenants/tenant.ts'
import type { Seconds } from '#worker/domain/time.ts'
import { costOf } from './costly-ranges.ts'

/**
 * Reasons of the guard. country: codes do not go there · range: numbers that only cost · prefix: codes to numbers that begin so
 * are rarely used · velocity: too many unused codes of one source · checks: too many wrong checks · ceiling: the day's units are
 * used up.
 */
export const GUARD_REASONS = ['country', 'range', 'prefix', 'velocity', 'checks', 'ceiling'] as const
export type GuardReason = (typeof GUARD_REASONS)[number]

/** What the guard has against a code. */
export interface Objection {
  readonly reason: GuardReason
  /** Seconds until the same may pass; null: waiting does not help. */
  readonly retryAfter: Seconds | null
}

/** What the record of a verification says of the guard; `enforced` false: the code went out all the same. */
export interface GuardNote {
  readonly reason: GuardReason
  readonly enforced: boolean
}

/** True of a recipient that is a number in E.164: the guard knows countries and prefixes of no other. */
export const isNumber = (to: string): boolean => /^\+\d+$/.test(to)

/** Digits of the two prefixes of a number: of an operator's or a region's numbers, and of a block of them. */
const PREFIX_DIGITS = [6, 8] as const
/** Digits that no prefix has, so that ten thousand numbers at least begin alike. */
const UNCOUNTED = 4

/** Beginnings of a number that codes are counted by, the widest first; a short number has one. */
export function prefixesOf(e164: string): readonly string[] {
  const most = e164.length - 1 - UNCOUNTED
  return [...new Set(PREFIX_DIGITS.map((digits) => e164.slice(0, 1 + Math.min(digits, most))))]
}

/** A recipient as the guard sees it. */
export interface GuardedNumber {
  /** Name of its ceiling: `home`, a country, or `other` for what is no number. */
  readonly scope: string
  /** Its beginnings that codes are counted by, the widest first; of what is no number none. */
  readonly prefixes: readonly string[]
  readonly units: number
}

/** Scope of recipients that are no numbers, which has no ceiling. */
export const NO_COUNTRY = 'other'
/** Scope of numbers of the tenant's region. */
export const HOME = 'home'

/** The longest beginning of a number that a table has; null: none. */
function entryOf<Value>(table: Readonly<Record<string, Value>>, e164: string): Value | undefined {
  for (let length = e164.length; length > 1; length--) {
    const found = table[e164.slice(0, length)]
    if (found !== undefined) return found
  }
  return undefined
}

/** Reads a recipient under a tenant's policy; null: an allow list has it, and nothing is asked. */
export function guardedNumber({ guard, region }: Policy, to: string): GuardedNumber | null {
  if (!isNumber(to)) return { scope: NO_COUNTRY, prefixes: [], units: 0 }
  if (guard.allow.some((beginning) => to.startsWith(beginning))) return null
  const country = countryOf(to)
  return {
    scope: region !== null && country === region ? HOME : (country ?? NO_COUNTRY),
    prefixes: prefixesOf(to),
    units: entryOf(guard.weights, to) ?? 1,
  }
}

/** Last digits by which a test number stands for one that the guard refuses (docs/sandbox.md). */
const GUARD_NUMBERS: Readonly<Record<string, GuardReason>> = { '9930': 'range', '9931': 'prefix' }

/** What stands against a number whoever asks and however often: its country, or its range. Null: nothing. */
export function standingObjection({ guard, pack }: Policy, to: string, mode: Mode): Objection | null {
  if (!isNumber(to)) return null
  const magic = mode === 'test' ? GUARD_NUMBERS[to.slice(-4)] : undefined
  if (magic) return { reason: magic, retryAfter: null }
  if (costOf(to) !== null) return { reason: 'range', retryAfter: null }
  const countries = guard.countries ?? policyPack(pack).codeCountries
  const country = countryOf(to)
  // A number of no country is in a network of its own, which no list can name.
  if (country === null) return { reason: 'range', retryAfter: null }
  return countries === null || countries.includes(country) ? null : { reason: 'country', retryAfter: null }
}

/** Ceiling of a scope, in units a day. */
export function ceilingOf({ homeCeiling, countryCeiling, ceilings }: GuardSettings, scope: string): number {
  if (scope === HOME) return homeCeiling
  return scope === NO_COUNTRY ? Number.MAX_SAFE_INTEGER : (ceilings[scope] ?? countryCeiling)
}
