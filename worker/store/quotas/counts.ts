import type { TenantId } from '#worker/domain/ids.ts'
import type { Quota } from '#worker/domain/tenants/quotas.ts'

/**
 * Counts of what a tenant keeps in the ledger, in its first shard: a row a tenant and kind, changed in the transaction that
 * changes what is counted, so that no table is ever counted through and no two calls at once pass a quota.
 */

/** Kinds that are counted by a row, and files by their bytes as well. All others are few, and counted where they are. */
type CountedKind = Extract<Quota, 'devices' | 'suppressions' | 'files'>

/** Number that no count reaches: the quota of what is never refused. */
export const NO_QUOTA = Number.MAX_SAFE_INTEGER

/** SQL of the tenant that a realm is of. */
export const tenantSql = (realm: string): string => `substr(${realm}, 6)`

/** SQL of a count, or of its bytes; `tenant` is SQL, too. */
export const countSql = (tenant: string, kind: CountedKind, of: 'count' | 'bytes' = 'count'): string =>
  `coalesce((SELECT c.${of} FROM quota_counts c WHERE c.tenant_id = ${tenant} AND c.kind = '${kind}'), 0)`

/**
 * SQL that adds to counts. `deltas`: a query of tenant id, kind, number and bytes, without rows where nothing changes; run before
 * what it counts is changed.
 */
export const addToCounts = (deltas: string): string => `INSERT INTO quota_counts (tenant_id, kind, count, bytes)
SELECT d.* FROM (${deltas}) d WHERE true ON CONFLICT DO UPDATE SET count = count + excluded.count, bytes = bytes + excluded.bytes`

/** Reads the counts of a tenant, under the names of their quotas. */
export async function countsOf(
  db: D1Database,
  tenant: TenantId,
): Promise<Readonly<Record<CountedKind | 'fileBytes', number>>> {
  const { results } = await db
    .prepare('SELECT kind, count, bytes FROM quota_counts WHERE tenant_id = ?1')
    .bind(tenant)
    .all<{ kind: CountedKind; count: number; bytes: number }>()
  const counts = { devices: 0, suppressions: 0, files: 0, fileBytes: 0 }
  for (const { kind, count, bytes } of results) {
    counts[kind] = count
    counts.fileBytes += bytes
  }
  return counts
}
