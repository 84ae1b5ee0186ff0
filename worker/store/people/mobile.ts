import { and, eq, isNull, sql } from 'drizzle-orm'
import type { PersonId } from '#worker/domain/ids.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { askTogether } from '#worker/store/control/ask.ts'
import type { Keyring } from '#worker/store/keys/keyring.ts'
import { mobileKeyOf, type PersonFacts, sealedFacts } from './people.ts'
import { people } from './schema.ts'
import { levelTenants, tenantsOwnedBy } from './tenant-levels.ts'

/** Change of a person's mobile, from the one that he had when it was decided. */
export interface MobileChange {
  readonly id: PersonId
  /** What tells who he is, with the new mobile. */
  readonly facts: PersonFacts & { readonly mobile: string }
  /** Number that he had; null: none was verified. */
  readonly before: string | null
  readonly at: EpochMs
}

/**
 * Builds what gives a person another verified mobile, and under which condition: he has the old one still, and nobody has the new
 * one. Level 2, which is of a number and a national id together, falls to 1.
 */
export async function mobileChange(keys: Keyring, { id, facts, before, at }: MobileChange) {
  const sealed = await sealedFacts(keys, id, facts)
  const hasOld = before === null ? isNull(people.mobileKey) : eq(people.mobileKey, await mobileKeyOf(keys, before))
  const isFree = sql`NOT EXISTS (SELECT 1 FROM people AS other WHERE other.mobile_key = ${sealed.mobileKey})`
  const level = sql`CASE ${people.level} WHEN 2 THEN 1 ELSE ${people.level} END`
  return {
    set: { ...sealed, level, updatedAt: at },
    condition: and(eq(people.id, id), eq(people.status, 'active'), hasOld, isFree),
  }
}

/** Gives a person another verified mobile. False: he changed it meanwhile, or it is somebody else's. */
export async function changeMobile(db: D1Database, keys: Keyring, change: MobileChange): Promise<boolean> {
  const { set, condition } = await mobileChange(keys, change)
  const [changed] = await askTogether(db, (control) => [
    control.update(people).set(set).where(condition).returning({ id: people.id }),
    levelTenants(control, tenantsOwnedBy(change.id), change.at),
  ])
  return changed.length > 0
}
