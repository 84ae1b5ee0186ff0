import { and, eq, gte, isNull } from 'drizzle-orm'
import { type IdentityLevel, levelOfNumber, numberOfLevel } from '#worker/domain/identity/level.ts'
import type { PersonId } from '#worker/domain/ids.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { ask, askTogether } from '#worker/store/control/ask.ts'
import type { Keyring } from '#worker/store/keys/keyring.ts'
import { mobileKeyOf } from '#worker/store/people/people.ts'
import { people } from '#worker/store/people/schema.ts'
import { type LeveledTenant, levelTenants, tenantsOwnedBy } from '#worker/store/people/tenant-levels.ts'

/** Level of a person who is not closed; null: there is none. */
export async function levelOfPerson(db: D1Database, personId: PersonId): Promise<IdentityLevel | null> {
  const [row] = await ask(db, (control) => control.select().from(people).where(eq(people.id, personId)))
  return row?.status === 'active' ? levelOfNumber(row.level) : null
}

/** What has to be so still when a level is written. */
interface LevelCondition {
  /** Level that the person has at least. */
  readonly atLeast?: IdentityLevel
  /** Mobile that is his, in E.164. */
  readonly mobile?: string
  /** True: he has no role at the licensee. */
  readonly isNoStaff?: true
}

/** New level of a person. */
interface LevelChange {
  readonly personId: PersonId
  readonly level: IdentityLevel
  readonly when?: LevelCondition
}

/**
 * Writes the level of a person, and of the tenants that are his. One statement decides under which condition; null: it does not
 * hold, or he is closed, and nothing is written.
 */
export async function writeLevel(
  db: D1Database,
  keys: Keyring,
  { personId, level, when = {} }: LevelChange,
  now: EpochMs,
): Promise<readonly LeveledTenant[] | null> {
  const { atLeast = 'L0', mobile, isNoStaff = false } = when
  const holds = [
    eq(people.id, personId),
    eq(people.status, 'active'),
    gte(people.level, numberOfLevel(atLeast)),
    ...(mobile === undefined ? [] : [eq(people.mobileKey, await mobileKeyOf(keys, mobile))]),
    ...(isNoStaff ? [isNull(people.operatorRole)] : []),
  ]
  const [written, leveled] = await askTogether(db, (control) => [
    control
      .update(people)
      .set({ level: numberOfLevel(level), updatedAt: now })
      .where(and(...holds))
      .returning({ id: people.id }),
    levelTenants(control, tenantsOwnedBy(personId), now),
  ])
  return written.length > 0 ? leveled : null
}
