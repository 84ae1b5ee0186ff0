import { getTableColumns } from 'drizzle-orm'
import { getTableConfig, type SQLiteTable } from 'drizzle-orm/sqlite-core'
import type { TenantId } from '#worker/domain/ids.ts'
import { type Realm, realmOf } from '#worker/domain/realm.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { REALM } from '#worker/store/codes/codes.ts'
import { STANDING } from '#worker/store/keys/month.ts'
import {
  aliases,
  deviceLabels,
  devices,
  statistics,
  suppressions,
  verificationStatistics,
} from '#worker/store/ledger-schema.ts'
import { inBytes } from '#worker/store/sql/tuple.ts'

/** Closed tenant that still has its standing keys, endpoints or a key pair of push messages. */
export interface ClosedTenant {
  readonly id: TenantId
  readonly closedAt: EpochMs
}

/** Lists closed tenants that have something which stands, the one that was closed first before the others. */
export async function closedWithKeys(control: D1Database, limit: number): Promise<readonly ClosedTenant[]> {
  const sql = `SELECT t.id, t.closed_at AS closedAt FROM tenants t
WHERE t.closed_at IS NOT NULL AND (EXISTS (SELECT 1 FROM keys WHERE owner = t.id AND number = ${STANDING})
  OR EXISTS (SELECT 1 FROM webhooks WHERE tenant_id = t.id) OR EXISTS (SELECT 1 FROM push_keys WHERE tenant_id = t.id))
ORDER BY t.closed_at, t.id LIMIT ?1`
  return (await control.prepare(sql).bind(limit).all<ClosedTenant>()).results
}

/** Tables of a ledger whose rows outlive months: people's addresses in them are sealed under standing keys, counts are none's. */
const STANDING_TABLES: readonly SQLiteTable[] = [
  ...[suppressions, aliases, deviceLabels, devices],
  ...[statistics, verificationStatistics],
]

/** Deletes some rows of a realm, ?1, by their key; at most ?2. */
function deleteSome(table: SQLiteTable): string {
  const { name, primaryKeys } = getTableConfig(table)
  const key = (primaryKeys[0]?.columns ?? []).map((column) => column.name).join(', ')
  const realm = inBytes('?1', hasRealmBytes(table))
  return `DELETE FROM ${name} WHERE (${key}) IN (SELECT ${key} FROM ${name} WHERE realm = ${realm} LIMIT ?2)`
}
const hasRealmBytes = (table: SQLiteTable): boolean => getTableColumns(table)['realm']?.getSQLType() === 'blob'

/** Deletes at most `limit` rows of each table of a tenant's standing rows, in either mode; true: there may be more. */
export async function deleteStanding(db: D1Database, tenant: TenantId, limit: number): Promise<boolean> {
  const realms: readonly Realm[] = [realmOf(tenant, 'live'), realmOf(tenant, 'test')]
  const statements = STANDING_TABLES.flatMap((table) =>
    realms.map((realm) =>
      db.prepare(deleteSome(table)).bind(hasRealmBytes(table) ? REALM.encode(realm) : realm, limit),
    ),
  )
  const count = db.prepare(`DELETE FROM quota_counts WHERE tenant_id = ?1 AND kind IN ('suppressions', 'devices')`)
  const deleted = await db.batch([...statements, count.bind(tenant)])
  return deleted.some(({ meta }, n) => n < statements.length && meta.changes === limit)
}

/** Deletes a tenant's endpoints and its key pair of push messages. */
export async function deleteStandingControl(control: D1Database, tenant: TenantId): Promise<void> {
  await control.batch([
    control.prepare('DELETE FROM webhooks WHERE tenant_id = ?1').bind(tenant),
    control.prepare('DELETE FROM push_keys WHERE tenant_id = ?1').bind(tenant),
  ])
}
