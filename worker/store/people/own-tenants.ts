import { and, eq, lt, sql } from 'drizzle-orm'
import type { PersonId } from '#worker/domain/ids.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { ask, askTogether, rowValues } from '#worker/store/control/ask.ts'
import { credentials, senders, tenants } from '#worker/store/control/schema.ts'
import type { StoredSender } from '#worker/store/control/senders.ts'
import type { Tenant } from '#worker/store/control/tenants.ts'
import { memberships, signIns } from './schema.ts'
import { levelTenants } from './tenant-levels.ts'

/** Tenants that nobody has vouched for: their owner proved a mobile, and no more, and no operator approved them. */
const isUnproven = sql`${tenants.status} IN ('pending', 'active') AND ${tenants.settings} ->> '$.identityLevel' IN ('L0', 'L1')`

/** Tenant that a person makes by himself, with what it sends from. */
interface OwnTenant {
  readonly tenant: Tenant
  readonly personId: PersonId
  readonly senders: readonly StoredSender[]
}

/**
 * Adds a tenant that a person makes by himself, and him as its owner. A sender that somebody has stays his. False: he has `most`
 * unproven ones, and nothing is written.
 */
export async function insertOwnTenant(
  db: D1Database,
  { tenant, personId, senders: own }: OwnTenant,
  most: number,
): Promise<boolean> {
  const owner = { tenantId: tenant.id, personId, role: 'owner' as const, madeBy: null, createdAt: tenant.createdAt }
  const unproven = sql`(SELECT count(*) FROM ${tenants} JOIN ${memberships} ON ${memberships.tenantId} = ${tenants.id}
    WHERE ${memberships.personId} = ${personId} AND ${memberships.role} = 'owner' AND ${isUnproven})`
  const isThere = sql`EXISTS (SELECT 1 FROM ${tenants} WHERE ${tenants.id} = ${tenant.id})`
  const [made] = await askTogether(db, (control) => [
    control
      .insert(tenants)
      .select(sql`SELECT ${rowValues(tenants, tenant)} WHERE ${unproven} < ${most}`)
      .returning({ id: tenants.id }),
    control.insert(memberships).select(sql`SELECT ${rowValues(memberships, owner)} WHERE ${isThere}`),
    ...own.map(({ address, ...sender }) =>
      control
        .insert(senders)
        .select(sql`SELECT ${rowValues(senders, { ...sender, ...address })} WHERE ${isThere}`)
        .onConflictDoNothing(),
    ),
    levelTenants(control, eq(tenants.id, tenant.id), tenant.createdAt),
  ])
  return made.length > 0
}

/**
 * Lists at most `limit` pending tenants that were made before a time and not used since: no credential of theirs, and nobody who
 * may act for them.
 */
export async function unusedPending(db: D1Database, before: EpochMs, limit: number): Promise<readonly Tenant['id'][]> {
  const used = sql`EXISTS (SELECT 1 FROM ${credentials} WHERE ${credentials.tenantId} = ${tenants.id}
      AND ${credentials.lastUsedAt} >= ${before})
    OR EXISTS (SELECT 1 FROM ${memberships} JOIN ${signIns} ON ${signIns.personId} = ${memberships.personId}
      WHERE ${memberships.tenantId} = ${tenants.id} AND ${signIns.seenAt} >= ${before})`
  const rows = await ask(db, (control) =>
    control
      .select({ id: tenants.id })
      .from(tenants)
      .where(and(eq(tenants.status, 'pending'), lt(tenants.createdAt, before), sql`NOT (${used})`))
      .orderBy(tenants.id)
      .limit(limit),
  )
  return rows.map(({ id }) => id)
}

/** Lists the members of a tenant who are members of no other that is open, and have no role at the licensee. */
export async function peopleOfNoOther(db: D1Database, tenantId: Tenant['id']): Promise<readonly PersonId[]> {
  const others = sql`(SELECT m.person_id FROM memberships m JOIN tenants t ON t.id = m.tenant_id
    WHERE t.status <> 'closed' AND t.id <> ${tenantId} UNION SELECT p.id FROM people p WHERE p.operator_role IS NOT NULL)`
  const rows = await ask(db, (control) =>
    control
      .select({ id: memberships.personId })
      .from(memberships)
      .where(and(eq(memberships.tenantId, tenantId), sql`${memberships.personId} NOT IN ${others}`)),
  )
  return rows.map(({ id }) => id)
}

/** Lists the open tenants whose only owner a person is. */
export async function leftWithoutOwner(db: D1Database, personId: PersonId): Promise<readonly Tenant['id'][]> {
  const another = sql`EXISTS (SELECT 1 FROM memberships o JOIN people p ON p.id = o.person_id
    WHERE o.tenant_id = ${tenants.id} AND o.role = 'owner' AND o.person_id <> ${personId} AND p.status = 'active')`
  const own = and(eq(memberships.personId, personId), eq(memberships.role, 'owner'))
  const rows = await ask(db, (control) =>
    control
      .select({ id: tenants.id })
      .from(tenants)
      .innerJoin(memberships, eq(memberships.tenantId, tenants.id))
      .where(and(own, sql`${tenants.status} <> 'closed'`, sql`NOT ${another}`)),
  )
  return rows.map(({ id }) => id)
}
