import { and, asc, eq } from 'drizzle-orm'
import type { PersonId, TenantId } from '#worker/domain/ids.ts'
import type { Role } from '#worker/domain/people/roles.ts'
import type { TenantStatus } from '#worker/domain/tenants/tenant.ts'
import { ask } from '#worker/store/control/ask.ts'
import { tenants } from '#worker/store/control/schema.ts'
import { changePolicy } from '#worker/store/control/version.ts'
import { memberships } from './schema.ts'
import { levelTenants } from './tenant-levels.ts'

type Membership = Readonly<typeof memberships.$inferSelect>

/** Tenant that a person may act for, and as what. */
interface ActsFor {
  readonly tenantId: TenantId
  readonly name: string
  readonly status: TenantStatus
  readonly role: Role
  /** As its row has it: sealed (suspensions.ts), of a closed one why it was suspended when it was closed; null: neither. */
  readonly suspension: string | null
}

const COLUMNS = {
  tenantId: tenants.id,
  name: tenants.name,
  status: tenants.status,
  role: memberships.role,
  suspension: tenants.suspension,
}

/** Lists the tenants that a person may act for, by name. */
export async function tenantsOfPerson(db: D1Database, personId: PersonId): Promise<readonly ActsFor[]> {
  return ask(db, (control) =>
    control
      .select(COLUMNS)
      .from(memberships)
      .innerJoin(tenants, eq(tenants.id, memberships.tenantId))
      .where(eq(memberships.personId, personId))
      .orderBy(asc(tenants.name), asc(tenants.id)),
  )
}

/** Finds out as what a person may act for a tenant; null: he is no member of it. */
export async function actingFor(db: D1Database, tenantId: string, personId: PersonId): Promise<ActsFor | null> {
  const [found] = await ask(db, (control) =>
    control
      .select(COLUMNS)
      .from(memberships)
      .innerJoin(tenants, eq(tenants.id, memberships.tenantId))
      .where(and(eq(memberships.tenantId, tenantId as TenantId), eq(memberships.personId, personId))),
  )
  return found ?? null
}

/** Makes a person a member; one who is keeps his role. Gives the policy version that knows it; null: there is no such tenant. */
export async function putMember(db: D1Database, member: Membership): Promise<number | null> {
  const { version } = await changePolicy(db, member.tenantId, member.createdAt, (control) => [
    control.insert(memberships).values(member).onConflictDoNothing(),
    levelTenants(control, eq(tenants.id, member.tenantId), member.createdAt),
  ])
  return version
}
