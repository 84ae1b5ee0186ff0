import { eq } from 'drizzle-orm'
import type { TenantId } from '#worker/domain/ids.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { ask, askTogether } from './ask.ts'
import { pushKeys } from './schema.ts'

/** VAPID key pair of a tenant. The private key is a JWK, sealed under the tenant's standing keys. */
export type StoredPushKey = Pick<typeof pushKeys.$inferSelect, 'publicKey' | 'privateKey'>

export async function pushKeyOf(db: D1Database, tenant: TenantId): Promise<StoredPushKey | null> {
  const [row] = await ask(db, (control) => control.select().from(pushKeys).where(eq(pushKeys.tenantId, tenant)))
  return row ?? null
}

/** Writes a key pair unless the tenant has one, and gives the pair that it then has: the same to two calls at once. */
export async function keepPushKey(
  db: D1Database,
  tenant: TenantId,
  key: StoredPushKey,
  at: EpochMs,
): Promise<StoredPushKey> {
  const [, [row]] = await askTogether(db, (control) => [
    control
      .insert(pushKeys)
      .values({ ...key, tenantId: tenant, createdAt: at })
      .onConflictDoNothing(),
    control.select().from(pushKeys).where(eq(pushKeys.tenantId, tenant)),
  ])
  if (!row) throw new Error('a kept push key has no row')
  return row
}
