import type { TenantId } from '#worker/domain/ids.ts'
import type { EpochMs } from '#worker/domain/time.ts'

/** The VAPID key pair of a tenant; the private one is a sealed JWK with the tenant id as its context. */
export interface StoredPushKey {
  readonly publicKey: string
  readonly privateKey: string
}

const ONE = 'SELECT public_key AS publicKey, private_key AS privateKey FROM push_keys WHERE tenant_id = ?1'

export const pushKeyOf = (db: D1Database, tenant: TenantId): Promise<StoredPushKey | null> =>
  db.prepare(ONE).bind(tenant).first<StoredPushKey>()

/** Keeps a key pair unless the tenant has one; the one that it has then. Two first asks at once end with the same. */
export async function keepPushKey(
  db: D1Database,
  tenant: TenantId,
  key: StoredPushKey,
  at: EpochMs,
): Promise<StoredPushKey> {
  const insert = `INSERT INTO push_keys (tenant_id, public_key, private_key, created_at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING`
  const [, kept] = await db.batch<StoredPushKey>([
    db.prepare(insert).bind(tenant, key.publicKey, key.privateKey, at),
    db.prepare(ONE).bind(tenant),
  ])
  const row = kept?.results[0]
  if (!row) throw new Error('a kept push key has no row')
  return row
}
