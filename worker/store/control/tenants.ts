import { and, asc, eq, gt } from 'drizzle-orm'
import { settingsOf, type TenantSettings } from '#worker/domain/tenants/settings.ts'
import type { TenantStatus } from '#worker/domain/tenants/tenant.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { ask } from './ask.ts'
import { tenants } from './schema.ts'

type TenantRow = typeof tenants.$inferSelect

/** Tenant as the control database holds it, with a value for each setting. */
export type Tenant = Omit<TenantRow, 'settings'> & { readonly settings: TenantSettings }

const tenantOfRow = (row: TenantRow): Tenant => ({ ...row, settings: settingsOf(row.settings) })

/** Adds a tenant; one that is there already (the request was made before) stays as it is. */
export async function insertTenant(db: D1Database, tenant: Tenant): Promise<void> {
  await ask(db, (control) => control.insert(tenants).values(tenant).onConflictDoNothing())
}

export async function tenantById(db: D1Database, id: string): Promise<Tenant | null> {
  const [row] = await ask(db, (control) =>
    control
      .select()
      .from(tenants)
      .where(eq(tenants.id, id as TenantRow['id'])),
  )
  return row ? tenantOfRow(row) : null
}

/** Lists at most `limit` tenants behind the id `after`, by id. */
export async function listTenants(
  db: D1Database,
  { after, status, limit }: { readonly after: string; readonly status: TenantStatus | null; readonly limit: number },
): Promise<readonly Tenant[]> {
  const rows = await ask(db, (control) =>
    control
      .select()
      .from(tenants)
      .where(and(gt(tenants.id, after as TenantRow['id']), status === null ? undefined : eq(tenants.status, status)))
      .orderBy(asc(tenants.id))
      .limit(limit),
  )
  return rows.map(tenantOfRow)
}

/** Writes a tenant that was read at `tenant.version`; null if it changed since, and then nothing is written. */
export async function updateTenant(db: D1Database, tenant: Tenant, now: EpochMs): Promise<Tenant | null> {
  const { id, version, createdAt: _, ...rest } = tenant
  const [row] = await ask(db, (control) =>
    control
      .update(tenants)
      .set({ ...rest, updatedAt: now, version: version + 1 })
      .where(and(eq(tenants.id, id), eq(tenants.version, version)))
      .returning(),
  )
  return row ? tenantOfRow(row) : null
}
