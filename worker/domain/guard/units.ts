import { type CapUse, prefetchable, rollCap } from '#worker/domain/limits/quota-window.ts'
import type { EpochMs, Seconds } from '#worker/domain/time.ts'
import { HOUR, SECOND } from '#worker/domain/time.ts'
import { HOME, NO_COUNTRY } from './verdict.ts'

/** Name of what all countries but the home one use together. */
const ABROAD = 'abroad'
/** Parts of a ceiling, in percent, at which the tenant is told. */
const ALERTS = [50, 80] as const
/** Time a lease may be spent, and most units that it has: an isolate that vanishes takes them with it. */
const LEASE_MS = 5 * SECOND
const MOST_LEASED = 500
/** Time for which unspent units are taken back. Those of a lease that was not told of by then count as spent. */
const TAKEN_BACK_FOR = HOUR

/** Units that were handed out and may still be given back. */
interface LiveLease {
  readonly id: number
  readonly scope: string
  readonly units: number
  readonly expiresAt: EpochMs
}

/** Units of a tenant's day, by scope, as its guard keeps them. What is handed out is used, until it is given back. */
export interface Units {
  used: Record<string, CapUse>
  live: LiveLease[]
  leases: number
  /** Alerts of the day that were made, as `<scope> <percent>`. */
  alerted: string[]
}

export const noUnits = (): Units => ({ used: {}, live: [], leases: 0, alerted: [] })

/** Ceilings of a scope, and the zone whose days they are of. */
export interface UnitTerms {
  readonly timeZone: string
  readonly ceiling: number
  /** Of all other countries together. */
  readonly abroadCeiling: number
}

/** A part of a ceiling that is used. */
export interface CeilingAlert {
  readonly scope: string
  readonly percent: number
  readonly used: number
  readonly ceiling: number
}

/** A lease of units, spendable until `ttlMs` after the call that brought it was made. */
export interface UnitLease {
  readonly id: number
  readonly units: number
  readonly ttlMs: number
}

const isAbroad = (scope: string): boolean => scope !== HOME && scope !== NO_COUNTRY
/** Scopes whose ceilings a code to this one uses. */
const boundsOf = (scope: string, { ceiling, abroadCeiling }: UnitTerms): readonly (readonly [string, number])[] =>
  isAbroad(scope)
    ? [
        [scope, ceiling],
        [ABROAD, abroadCeiling],
      ]
    : [[scope, ceiling]]

/** Use of a scope in the day that holds `now`; a new day forgets alerts and leases of the one before. */
function today(units: Units, scope: string, timeZone: string, now: EpochMs): CapUse {
  const before = units.used[scope] ?? null
  const use = rollCap(before, 'daily', timeZone, now)
  if (use !== before) {
    units.used[scope] = use
    units.alerted = units.alerted.filter((name) => !name.startsWith(`${scope} `))
    units.live = units.live.filter((lease) => lease.scope !== scope)
  }
  return use
}

function change(units: Units, scope: string, used: number, outstanding: number): void {
  for (const name of isAbroad(scope) ? [scope, ABROAD] : [scope]) {
    const use = units.used[name]
    if (!use) continue
    const left = { used: Math.max(0, use.used + used), outstanding: Math.max(0, use.outstanding + outstanding) }
    units.used[name] = { ...use, ...left }
  }
}

/** Lets go of leases of which nobody told in time. */
export function dropOldLeases(units: Units, now: EpochMs): void {
  for (;;) {
    const [first] = units.live
    if (!first || first.expiresAt + TAKEN_BACK_FOR > now) return
    units.live.shift()
    change(units, first.scope, 0, -first.units)
  }
}

/** Takes back what was not spent of a lease. It is told once: a lease that is not live is known to be spent. */
export function takeBack(units: Units, id: number, unspent: number): void {
  const at = units.live.findIndex((lease) => lease.id === id)
  const [lease] = at < 0 ? [] : units.live.splice(at, 1)
  if (lease) change(units, lease.scope, -Math.min(unspent, lease.units), -lease.units)
}

/** Gives back units of codes that did not go out, in the day that they were taken in. */
export function refundUnits(units: Units, scope: string, n: number, takenAt: EpochMs): void {
  if (takenAt >= (units.used[scope]?.start ?? 0)) change(units, scope, -n, 0)
}

/** Seconds until the day ends whose units are used up; null: there are as many as are needed. `share`: part that may be used. */
export function missing(
  units: Units,
  { scope, need, share }: { readonly scope: string; readonly need: number; readonly share: number },
  terms: UnitTerms,
  now: EpochMs,
): Seconds | null {
  let wait: number | null = null
  for (const [name, ceiling] of boundsOf(scope, terms)) {
    const use = today(units, name, terms.timeZone, now)
    if (use.used + need > ceiling * share) wait = Math.max(wait ?? 0, use.end - now)
  }
  return wait === null ? null : Math.max(1, Math.ceil(wait / SECOND))
}

/** Takes units, and hands out so many more as the caller wants and the ceilings can spare; null: none of them. */
export function takeUnits(
  units: Units,
  { scope, need, want }: { readonly scope: string; readonly need: number; readonly want: number },
  terms: UnitTerms,
  now: EpochMs,
): UnitLease | null {
  let spare = Math.min(want, MOST_LEASED)
  let end = Number.POSITIVE_INFINITY
  for (const [name, ceiling] of boundsOf(scope, terms)) {
    const use = today(units, name, terms.timeZone, now)
    spare = Math.min(spare, prefetchable(use, ceiling, need))
    end = Math.min(end, use.end)
  }
  // A lease ends with the day that its units are of.
  const ttlMs = Math.min(LEASE_MS, end - now)
  const leased = ttlMs < LEASE_MS ? 0 : Math.max(0, Math.floor(spare))
  change(units, scope, need + leased, leased)
  if (leased === 0) return null
  const lease = { id: ++units.leases, scope, units: leased, expiresAt: now + ttlMs }
  units.live.push(lease)
  return { id: lease.id, units: leased, ttlMs }
}

/** Alerts of ceilings that have come to so much since the last were made, once a day each. */
export function newAlerts(units: Units, scope: string, terms: UnitTerms): readonly CeilingAlert[] {
  return boundsOf(scope, terms).flatMap(([name, ceiling]) => {
    const { used = 0 } = units.used[name] ?? {}
    return ALERTS.flatMap((percent) => {
      const mark = `${name} ${percent}`
      if (ceiling <= 0 || used * 100 < ceiling * percent || units.alerted.includes(mark)) return []
      units.alerted.push(mark)
      return [{ scope: name, percent, used, ceiling }]
    })
  })
}

/** Uses of the day by scope, for who looks at them. */
export const usesOf = (units: Units, timeZone: string, now: EpochMs): readonly (readonly [string, number])[] =>
  Object.keys(units.used)
    .filter((scope) => scope !== NO_COUNTRY)
    .map((scope) => [scope, today(units, scope, timeZone, now).used] as const)
