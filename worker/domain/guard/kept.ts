import { countryOf } from '#worker/domain/addresses/countries.ts'
import type { Policy } from '#worker/domain/tenants/tenant.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { type Guard, isNarrowPrefix, newGuard, PARTS, prefixState } from './guard.ts'
import { allOf, maturedOf, newTally, settle, type Tally } from './tally.ts'
import { type Units, usesOf } from './units.ts'
import { ceilingOf, HOME } from './verdict.ts'

/** A tally as it is stored: what was young has become old. */
type KeptTally = readonly [key: string, codes: number, used: number, wrong: number, at: EpochMs, lastAt: EpochMs]

/** What a guard has learned, in one value below the 2 MB that a stored one may have. */
export interface Learned {
  readonly prefixes: readonly KeptTally[]
  readonly sources: readonly KeptTally[]
  readonly parts: readonly KeptTally[]
}

const MOST_KEPT = { prefixes: 6_000, sources: 12_000 } as const
const rounded = (value: number): number => Math.round(value * 1_000) / 1_000

const kept = (key: string, tally: Tally): KeptTally => {
  const { codes, used } = allOf(tally)
  return [key, rounded(codes), rounded(used), rounded(tally.wrong), tally.at, tally.lastAt]
}

/** The tallies that say most: those with the most codes. */
const mostOf = (tallies: ReadonlyMap<string, Tally>, most: number): readonly KeptTally[] =>
  [...tallies]
    .map(([key, tally]) => kept(key, tally))
    .filter(([, codes, used, wrong]) => codes + used + wrong >= 1)
    .sort((a, b) => b[1] + b[3] - a[1] - a[3])
    .slice(0, most)

/** What is stored of a guard beside its units. */
export const learnedOf = ({ prefixes, sources, parts }: Guard): Learned => ({
  prefixes: mostOf(prefixes, MOST_KEPT.prefixes),
  sources: mostOf(sources, MOST_KEPT.sources),
  parts: PARTS.map((part) => kept(part, parts[part])),
})

const tallyOf = ([, codes, used, wrong, at, lastAt]: KeptTally): Tally => ({
  ...newTally(at),
  codes,
  used,
  wrong,
  lastAt,
})

/** Makes a guard of what is stored. Which sources are watched it learns with their next codes; all prefixes are suspects. */
export function guardOf(units: Units | null, learned: Learned | null, now: EpochMs): Guard {
  const fresh = newGuard(now)
  return {
    units: units ?? fresh.units,
    prefixes: new Map(learned?.prefixes.map((one) => [one[0], tallyOf(one)])),
    sources: new Map(learned?.sources.map((one) => [one[0], tallyOf(one)])),
    watched: new Set(),
    suspects: new Set(learned?.prefixes.map(([prefix]) => prefix)),
    parts: { ...fresh.parts, ...Object.fromEntries(learned?.parts.map((one) => [one[0], tallyOf(one)]) ?? []) },
  }
}

/** Use of a ceiling in the day that is. */
interface CeilingUse {
  /** `home`, a country, or `abroad` for all others together. */
  readonly scope: string
  readonly used: number
  readonly ceiling: number
}

/** A prefix to which codes go slowly, or not at all. */
interface HeldPrefix {
  readonly prefix: string
  readonly state: 'throttled' | 'blocked'
  /** Codes of which it is known what came of them, and those that were used, fading by half in six hours. */
  readonly codes: number
  readonly used: number
}

/** What a tenant may see of its guard. */
export interface GuardView {
  readonly ceilings: readonly CeilingUse[]
  readonly prefixes: readonly HeldPrefix[]
}

/** Part of a policy under which a guard is looked at. */
export type ViewTerms = Pick<Policy, 'guard' | 'region' | 'timeZone'>

const MOST_SHOWN = 200

/** Shows the day's units and the prefixes that are held back, those with the most codes first. */
export function viewOf(guard: Guard, { guard: settings, region, timeZone }: ViewTerms, now: EpochMs): GuardView {
  const ceilings = usesOf(guard.units, timeZone, now).map(([scope, used]) => ({
    scope,
    used,
    ceiling: scope === 'abroad' ? settings.abroadCeiling : ceilingOf(settings, scope),
  }))
  if (!ceilings.some(({ scope }) => scope === HOME))
    ceilings.unshift({ scope: HOME, used: 0, ceiling: settings.homeCeiling })
  const prefixes = [...guard.prefixes].flatMap(([prefix, tally]): HeldPrefix[] => {
    const state = prefixState(
      settle(tally, now),
      isNarrowPrefix(prefix),
      region !== null && countryOf(prefix) === region,
    )
    if (state === 'free') return []
    const { codes, used } = maturedOf(tally)
    return [{ prefix, state, codes: Math.round(codes), used: Math.round(used) }]
  })
  return { ceilings, prefixes: prefixes.sort((a, b) => b.codes - a.codes).slice(0, MOST_SHOWN) }
}
