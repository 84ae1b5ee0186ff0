import { isSuppressed } from '#worker/domain/tenants/bulk-rules.ts'
import { policyPack } from '#worker/domain/tenants/policy-packs/all.ts'
import { personKeys } from '#worker/flows/core/person.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { suppressionsOf } from '#worker/store/suppressions.ts'
import type { Group, Unit } from './unit.ts'

/** Who is meant by some units. */
export interface Recipients {
  readonly keys: ReadonlyMap<Unit, string>
  /** Units whose recipients have opted out. */
  readonly optedOut: ReadonlySet<Unit>
}

const NO_UNITS: ReadonlySet<Unit> = new Set()

async function optedOutOf(group: Group, keys: ReadonlyMap<Unit, string>): Promise<ReadonlySet<Unit>> {
  const rows = await suppressionsOf(group.homeDb, group.realm, group.channel, [...keys.values()])
  if (rows.length === 0) return NO_UNITS
  const optedOut = new Set<Unit>()
  const byKey = Map.groupBy(rows, (row) => row.partyKey)
  const pack = policyPack(group.policy.pack)
  for (const [unit, key] of keys) {
    const entries = byKey.get(key)?.filter((row) => row.line === '' || row.line === unit.body.from)
    if (entries && entries.length > 0 && isSuppressed(pack, unit.body.purpose, entries)) optedOut.add(unit)
  }
  return optedOut
}

/** Finds the keys of the units' recipients, and, unless all units end alike, which of them have opted out. */
export async function recipientsOf(
  platform: Platform,
  group: Group,
  units: readonly Unit[],
  endAlike = false,
): Promise<Recipients> {
  const { realm, channel } = group
  const found = await personKeys(
    platform,
    units.map(({ item }) => ({ realm, channel, address: item.to })),
  )
  const keys = new Map(units.map((unit, i) => [unit, found[i] ?? '']))
  return { keys, optedOut: endAlike ? NO_UNITS : await optedOutOf(group, keys) }
}
