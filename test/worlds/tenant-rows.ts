import { DEFAULT_SETTINGS, type Limits } from '#worker/domain/tenants/settings.ts'

const INSERT = `INSERT INTO tenants (id, name, status, version, settings, shards, created_at, updated_at)
VALUES (?1, 'Test', 'active', 1, ?2, '[0]', 0, 0)`

/** A tenant straight into the control database. */
export async function insertTenant(control: D1Database, id: string, limits: Partial<Limits> = {}): Promise<void> {
  const all = { rate: 100, burst: 1_000, daily: null, monthly: null, ...limits }
  const settings = { ...DEFAULT_SETTINGS, timeZone: 'Asia/Tehran', limits: all }
  await control.prepare(INSERT).bind(id, JSON.stringify(settings)).run()
}
