import type { ChannelName } from '#worker/domain/carriers/channel.ts'
import type { ConnectionId, TenantId } from '#worker/domain/ids.ts'
import type { Mode } from '#worker/domain/realm.ts'
import type { Route } from '#worker/domain/tenants/tenant.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { changePolicy } from './version.ts'

/** An empty tenant id: the route of every tenant that has none of its own for the channel and mode. */
export interface StoredRoute extends Pick<Route, 'channel' | 'mode'> {
  readonly tenantId: TenantId | ''
  /** Tried in this order. */
  readonly connections: readonly ConnectionId[]
  readonly updatedAt: EpochMs
}
type RouteKey = Pick<StoredRoute, 'tenantId' | 'channel' | 'mode'>

interface RouteRow {
  readonly tenant_id: TenantId | ''
  readonly channel: ChannelName
  readonly mode: Mode
  readonly connections: string
  readonly updated_at: number
}

const fromRow = (row: RouteRow): StoredRoute => ({
  tenantId: row.tenant_id,
  channel: row.channel,
  mode: row.mode,
  connections: JSON.parse(row.connections) as ConnectionId[],
  updatedAt: row.updated_at,
})

/** Runs a statement on one route. The policy version to confirm: null for a default route, which all tenants reread in time. */
async function change(db: D1Database, key: RouteKey, now: EpochMs, statement: D1PreparedStatement) {
  if (key.tenantId !== '') return changePolicy<{ mode: string }>(db, key.tenantId, now, [statement])
  const { results } = await statement.all<{ mode: string }>()
  return { version: null, rows: results }
}

const PUT = `INSERT INTO routes (tenant_id, channel, mode, connections, updated_at) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (tenant_id, channel, mode) DO UPDATE SET connections = excluded.connections, updated_at = excluded.updated_at`

export async function putRoute(db: D1Database, route: StoredRoute): Promise<number | null> {
  const statement = db
    .prepare(PUT)
    .bind(route.tenantId, route.channel, route.mode, JSON.stringify(route.connections), route.updatedAt)
  return (await change(db, route, route.updatedAt, statement))?.version ?? null
}

/** Was there such a route? And the version to confirm, as in `putRoute`. */
export async function removeRoute(
  db: D1Database,
  key: RouteKey,
  now: EpochMs,
): Promise<{ readonly removed: boolean; readonly version: number | null }> {
  const statement = db
    .prepare('DELETE FROM routes WHERE tenant_id = ?1 AND channel = ?2 AND mode = ?3 RETURNING mode')
    .bind(key.tenantId, key.channel, key.mode)
  const changed = await change(db, key, now, statement)
  return { removed: (changed?.rows.length ?? 0) > 0, version: changed?.version ?? null }
}

/** Routes of one tenant (or the default ones), or at most `limit` of all. */
export async function listRoutes(
  db: D1Database,
  tenant: TenantId | '' | null,
  limit = 1_000,
): Promise<readonly StoredRoute[]> {
  const { results } = await db
    .prepare('SELECT * FROM routes WHERE ?1 IS NULL OR tenant_id = ?1 ORDER BY tenant_id, channel, mode LIMIT ?2')
    .bind(tenant, limit)
    .all<RouteRow>()
  return results.map(fromRow)
}
