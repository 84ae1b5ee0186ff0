import type { TenantId } from '#worker/domain/ids.ts'
import type { EpochMs } from '#worker/domain/time.ts'

const BUMP = 'UPDATE tenants SET version = version + 1, updated_at = ?2 WHERE id = ?1 RETURNING version'

/** Raises the version of a tenant's policy; goes into the batch of every change that the policy is made of. */
export const bumpVersion = (db: D1Database, tenant: TenantId, now: EpochMs): D1PreparedStatement =>
  db.prepare(BUMP).bind(tenant, now)

/**
 * Runs the change and raises the version in one transaction. The version that is true from now on, and the rows that the
 * change's own statements returned; null if there is no such tenant.
 */
export async function changePolicy<Row = unknown>(
  db: D1Database,
  tenant: TenantId,
  now: EpochMs,
  change: readonly D1PreparedStatement[],
): Promise<{ readonly version: number; readonly rows: readonly Row[] } | null> {
  const results = await db.batch([...change, bumpVersion(db, tenant, now)])
  const version = (results.at(-1)?.results[0] as { version: number } | undefined)?.version
  if (version === undefined) return null
  return { version, rows: results.slice(0, -1).flatMap(({ results: rows }) => rows as Row[]) }
}
