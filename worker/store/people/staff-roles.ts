import { and, asc, eq, isNotNull, sql } from 'drizzle-orm'
import type { PersonId } from '#worker/domain/ids.ts'
import type { OperatorRole } from '#worker/domain/people/roles.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { ask, askTogether } from '#worker/store/control/ask.ts'
import type { Keyring } from '#worker/store/keys/keyring.ts'
import { openPerson, type Person } from './people.ts'
import { invitations, people } from './schema.ts'

/** Lists the licensee's people, the oldest first. */
export async function staffOf(db: D1Database, keys: Keyring): Promise<readonly Person[]> {
  const isStaff = and(isNotNull(people.operatorRole), eq(people.status, 'active'))
  const rows = await ask(db, (control) => control.select().from(people).where(isStaff).orderBy(asc(people.id)))
  return Promise.all(rows.map((row) => openPerson(keys, row)))
}

/** Change of somebody's role at the licensee. `role` null takes it away; `by` null: a program does it, which breaks the glass. */
interface StaffChange {
  readonly person: PersonId
  readonly role: OperatorRole | null
  readonly by: PersonId | null
}

type Changed = 'changed' | 'no-member' | 'not-allowed' | 'last-owner'

/**
 * Changes a role at the licensee. One statement decides, by who both are now and by how many owners there are. Nobody becomes one
 * of the licensee's people by it: that takes an invitation, and those to who loses his role are canceled.
 */
export async function changeStaff(db: D1Database, change: StaffChange, now: EpochMs): Promise<Changed> {
  const { person, role, by } = change
  const isOwner = sql`EXISTS (SELECT 1 FROM people WHERE id = ${by} AND status = 'active' AND operator_role = 'owner')`
  const owners = sql`(SELECT count(*) FROM people WHERE status = 'active' AND operator_role = 'owner')`
  const isHe = and(eq(people.id, person), eq(people.status, 'active'), isNotNull(people.operatorRole))
  const mayChange = sql`(${by} IS NULL OR ${isOwner})`
  const [changed, [found]] = await askTogether(db, (control) => [
    control
      .update(people)
      .set({ operatorRole: role, updatedAt: now })
      .where(and(isHe, mayChange, sql`(${people.operatorRole} <> 'owner' OR ${role} IS 'owner' OR ${owners} > 1)`))
      .returning({ id: people.id }),
    control
      .select({ mayChange: sql<number>`${mayChange}` })
      .from(people)
      .where(isHe),
    control
      .update(invitations)
      .set({ canceledAt: now })
      .where(
        sql`${role} IS NULL AND tenant_id = '' AND accepted_at IS NULL AND canceled_at IS NULL
AND to_key IN (SELECT mobile_key FROM people WHERE id = ${person} AND operator_role IS NULL)`,
      ),
  ])
  if (changed.length > 0) return 'changed'
  if (!found) return 'no-member'
  return found.mayChange ? 'last-owner' : 'not-allowed'
}
