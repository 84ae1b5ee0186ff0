import { and, asc, eq, inArray, isNull, type SQL, sql } from 'drizzle-orm'
import type { PersonId, TenantId } from '#worker/domain/ids.ts'
import { GIVEN_BY, ROLES, type Role } from '#worker/domain/people/roles.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { ask, askTogether } from '#worker/store/control/ask.ts'
import { credentials, tenants } from '#worker/store/control/schema.ts'
import { changePolicy } from '#worker/store/control/version.ts'
import type { Keyring } from '#worker/store/keys/keyring.ts'
import { openPerson, type Person } from './people.ts'
import { invitations, memberships, people } from './schema.ts'
import { levelTenants } from './tenant-levels.ts'

/** Membership with the person as far as he is shown to his colleagues. */
export interface MembershipRead {
  readonly person: Person
  readonly role: Role
  readonly madeBy: PersonId | null
  readonly createdAt: EpochMs
}

/** Lists who may act for a tenant, the oldest members first; closed people are none. */
export async function membersOf(db: D1Database, keys: Keyring, tenant: TenantId): Promise<readonly MembershipRead[]> {
  const rows = await ask(db, (control) =>
    control
      .select({ membership: memberships, person: people })
      .from(memberships)
      .innerJoin(people, eq(people.id, memberships.personId))
      .where(and(eq(memberships.tenantId, tenant), eq(people.status, 'active')))
      .orderBy(asc(memberships.createdAt), asc(memberships.personId)),
  )
  return Promise.all(
    rows.map(async ({ membership: { role, madeBy, createdAt }, person }) => ({
      person: await openPerson(keys, person),
      role,
      madeBy,
      createdAt,
    })),
  )
}

/** Change of a member by another: `role` null removes him. */
interface MemberChange {
  readonly tenant: TenantId
  readonly member: PersonId
  readonly role: Role | null
  readonly by: PersonId
}

/** Role that a person has in a tenant, as an expression. */
export const roleIn = (tenant: TenantId | SQL, person: PersonId | SQL): SQL =>
  sql`(SELECT m.role FROM memberships m JOIN people p ON p.id = m.person_id AND p.status = 'active'
WHERE m.tenant_id = ${tenant} AND m.person_id = ${person})`

/** True if `giver` may give each of `roles`, as an expression: the roles are columns or values. */
export const mayGiveRoles = (giver: SQL, roles: readonly SQL[]): SQL =>
  sql`EXISTS (SELECT 1 FROM json_each(${JSON.stringify(ROLES.map((role) => [role, GIVEN_BY[role]]))}) g
WHERE g.value->>0 = ${giver} AND ${sql.join(
    roles.map((role) => sql`${role} IN (SELECT value FROM json_each(g.value, '$[1]'))`),
    sql` AND `,
  )})`

/** Condition under which a change is made: the member is there, the other may do it now, and an owner is left after it. */
function isAllowed({ tenant, member, role, by }: MemberChange): SQL | undefined {
  const touched = [sql`${memberships.role}`, ...(role === null ? [] : [sql`${role}`])]
  const owners = sql`(SELECT count(*) FROM memberships m JOIN people p ON p.id = m.person_id AND p.status = 'active'
WHERE m.tenant_id = ${tenant} AND m.role = 'owner')`
  return and(
    eq(memberships.tenantId, tenant),
    eq(memberships.personId, member),
    mayGiveRoles(roleIn(tenant, by), touched),
    sql`(${memberships.role} <> 'owner' OR ${role} IS 'owner' OR ${owners} > 1)`,
  )
}

/** What came of a change: `refused` says why there was none, by the rows as they are now. */
type Changed = { readonly version: number } | { readonly refused: 'no-member' | 'not-allowed' | 'last-owner' }

async function whyNot(db: D1Database, { tenant, member, by }: MemberChange): Promise<Changed> {
  const [[found], [giver]] = await askTogether(db, (control) => {
    const roleOf = (person: PersonId) =>
      control
        .select({ role: memberships.role })
        .from(memberships)
        .where(and(eq(memberships.tenantId, tenant), eq(memberships.personId, person)))
    return [roleOf(member), roleOf(by)]
  })
  if (!found) return { refused: 'no-member' }
  const isGivers = giver !== undefined && GIVEN_BY[giver.role].includes(found.role)
  return { refused: found.role === 'owner' && isGivers ? 'last-owner' : 'not-allowed' }
}

/** Gives a member another role. One statement decides, so that of two changes at once no two take the last owners away. */
export async function changeRole(
  db: D1Database,
  change: MemberChange & { readonly role: Role },
  now: EpochMs,
): Promise<Changed> {
  const { version, answers } = await changePolicy(db, change.tenant, now, (control) => [
    control
      .update(memberships)
      .set({ role: change.role })
      .where(isAllowed(change))
      .returning({ role: memberships.role }),
    levelTenants(control, eq(tenants.id, change.tenant), now),
  ])
  if (answers[0].length > 0 && version !== null) return { version }
  return whyNot(db, change)
}

/**
 * Removes a member, revokes what he made and cancels what he could come back by: should he be invited anew, his keys do not come
 * with him. One statement decides, as for a role.
 */
export async function removeMember(db: D1Database, change: MemberChange, now: EpochMs): Promise<Changed> {
  const { tenant, member } = change
  const isGone = sql`NOT EXISTS (SELECT 1 FROM memberships WHERE tenant_id = ${tenant} AND person_id = ${member})`
  const { version, answers } = await changePolicy(db, tenant, now, (control) => [
    control.delete(memberships).where(isAllowed(change)).returning({ role: memberships.role }),
    levelTenants(control, eq(tenants.id, tenant), now),
    control
      .update(credentials)
      .set({ revokedAt: now })
      .where(
        and(eq(credentials.tenantId, tenant), eq(credentials.madeBy, member), isNull(credentials.revokedAt), isGone),
      ),
    control
      .update(invitations)
      .set({ canceledAt: now })
      .where(
        and(
          eq(invitations.tenantId, tenant),
          isNull(invitations.acceptedAt),
          isNull(invitations.canceledAt),
          inArray(
            invitations.toKey,
            control
              .select({ key: sql`${people.mobileKey}` })
              .from(people)
              .where(eq(people.id, member)),
          ),
          isGone,
        ),
      ),
  ])
  if (answers[0].length > 0 && version !== null) return { version }
  return whyNot(db, change)
}
