import type { Region } from '#worker/domain/addresses/number-plans.ts'
import type { TenantId } from '#worker/domain/ids.ts'
import type { Purpose } from '#worker/domain/messages/message.ts'
import type { Limits, TenantStatus } from '#worker/domain/tenants/tenant.ts'
import type { EpochMs } from '#worker/domain/time.ts'

/** A tenant as the control database holds it. */
export interface Tenant {
  readonly id: TenantId
  readonly name: string
  readonly status: TenantStatus
  readonly version: number
  readonly timeZone: string
  readonly pack: string
  /** Null: the pack's. */
  readonly region: Region | null
  readonly limits: Limits
  readonly shards: readonly number[]
  readonly onUnknown: 'keep' | 'resubmit'
  readonly defaultPurpose: Purpose
  readonly createdAt: EpochMs
  readonly updatedAt: EpochMs
  readonly closedAt: EpochMs | null
}

interface TenantRow {
  readonly id: TenantId
  readonly name: string
  readonly status: TenantStatus
  readonly version: number
  readonly time_zone: string
  readonly pack: string
  readonly region: Region | null
  readonly limits: string
  readonly shards: string
  readonly on_unknown: 'keep' | 'resubmit'
  readonly default_purpose: Purpose
  readonly created_at: number
  readonly updated_at: number
  readonly closed_at: number | null
}

const fromRow = (row: TenantRow): Tenant => ({
  id: row.id,
  name: row.name,
  status: row.status,
  version: row.version,
  timeZone: row.time_zone,
  pack: row.pack,
  region: row.region,
  limits: JSON.parse(row.limits) as Limits,
  shards: JSON.parse(row.shards) as number[],
  onUnknown: row.on_unknown,
  defaultPurpose: row.default_purpose,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  closedAt: row.closed_at,
})

const INSERT = `INSERT INTO tenants (id, name, status, version, time_zone, pack, limits, shards, on_unknown, default_purpose,
created_at, updated_at, region) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13) ON CONFLICT DO NOTHING`

/** Adds a tenant; one that is there already (a repeated request) stays as it is. */
export async function insertTenant(db: D1Database, tenant: Tenant): Promise<void> {
  await db
    .prepare(INSERT)
    .bind(
      tenant.id,
      tenant.name,
      tenant.status,
      tenant.version,
      tenant.timeZone,
      tenant.pack,
      JSON.stringify(tenant.limits),
      JSON.stringify(tenant.shards),
      tenant.onUnknown,
      tenant.defaultPurpose,
      tenant.createdAt,
      tenant.updatedAt,
      tenant.region,
    )
    .run()
}

export async function tenantById(db: D1Database, id: string): Promise<Tenant | null> {
  const row = await db.prepare('SELECT * FROM tenants WHERE id = ?1').bind(id).first<TenantRow>()
  return row && fromRow(row)
}

/** At most `limit` tenants behind the id `after`, by id. */
export async function listTenants(db: D1Database, after: string, limit: number): Promise<readonly Tenant[]> {
  const { results } = await db
    .prepare('SELECT * FROM tenants WHERE id > ?1 ORDER BY id LIMIT ?2')
    .bind(after, limit)
    .all<TenantRow>()
  return results.map(fromRow)
}

const UPDATE = `UPDATE tenants SET name = ?3, status = ?4, time_zone = ?5, pack = ?6, limits = ?7, shards = ?8,
on_unknown = ?9, default_purpose = ?10, updated_at = ?11, closed_at = ?12, region = ?13, version = version + 1
WHERE id = ?1 AND version = ?2 RETURNING *`

/** Writes a tenant that was read at `tenant.version`; null if it changed since, and then nothing is written. */
export async function updateTenant(db: D1Database, tenant: Tenant, now: EpochMs): Promise<Tenant | null> {
  const row = await db
    .prepare(UPDATE)
    .bind(
      tenant.id,
      tenant.version,
      tenant.name,
      tenant.status,
      tenant.timeZone,
      tenant.pack,
      JSON.stringify(tenant.limits),
      JSON.stringify(tenant.shards),
      tenant.onUnknown,
      tenant.defaultPurpose,
      now,
      tenant.closedAt,
      tenant.region,
    )
    .first<TenantRow>()
  return row && fromRow(row)
}
