import type { Limits } from '#worker/domain/tenants/tenant.ts'

const INSERT = `INSERT INTO tenants (id, name, status, version, time_zone, pack, limits, shards, on_unknown, default_purpose,
created_at, updated_at) VALUES (?1, 'Test', 'active', 1, 'Asia/Tehran', 'generic', ?2, '[0]', 'keep', 'transactional', 0, 0)`

/** A tenant straight into the control database. */
export async function insertTenant(control: D1Database, id: string, limits: Partial<Limits> = {}): Promise<void> {
  const all = { rate: 100, burst: 1_000, daily: null, monthly: null, ...limits }
  await control.prepare(INSERT).bind(id, JSON.stringify(all)).run()
}
