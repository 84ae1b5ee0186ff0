import { and, type SQL, sql } from 'drizzle-orm'
import type { PersonId, TenantId } from '#worker/domain/ids.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import type { Control } from '#worker/store/control/ask.ts'
import { tenants } from '#worker/store/control/schema.ts'

/** Tenant whose policy changed, and the version that it has now. */
export interface LeveledTenant {
  readonly id: TenantId
  readonly version: number
}

/** Tenants of which a person is an owner, as a condition. */
export const tenantsOwnedBy = (person: PersonId): SQL =>
  sql`${tenants.id} IN (SELECT tenant_id FROM memberships WHERE person_id = ${person} AND role = 'owner')`

// Names by hand: the builder leaves the table of a column out where one is changed.
const HIGHEST = sql`'L' || coalesce((SELECT max(p.level) FROM memberships m JOIN people p ON p.id = m.person_id
WHERE m.tenant_id = tenants.id AND m.role = 'owner' AND p.status = 'active'), 0)`

/**
 * Builds what gives tenants the identity level that is the highest of their owners' now. It belongs into the transaction of
 * whatever changes an owner: his level, his role, his membership or his end. A tenant without a level is an operator's, and
 * nobody gives it one.
 */
export const levelTenants = (control: Control, which: SQL, now: EpochMs) =>
  control
    .update(tenants)
    .set({
      settings: sql`json_set(${tenants.settings}, '$.identityLevel', ${HIGHEST})`,
      version: sql`${tenants.version} + 1`,
      updatedAt: now,
    })
    .where(and(which, sql`json_extract(${tenants.settings}, '$.identityLevel') <> ${HIGHEST}`))
    .returning({ id: tenants.id, version: tenants.version })
