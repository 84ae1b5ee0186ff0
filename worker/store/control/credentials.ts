import { and, asc, eq, gt, isNull, or, sql } from 'drizzle-orm'
import type { ClientId, TenantId } from '#worker/domain/ids.ts'
import { quotaFull } from '#worker/domain/tenants/quotas.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { ask } from './ask.ts'
import { credentials } from './schema.ts'
import { changePolicy } from './version.ts'

export type StoredCredential = Readonly<typeof credentials.$inferSelect>

/**
 * Adds a credential. Gives the policy version that knows it; null: there is no such tenant. A request that runs again makes the
 * same id and replaces the proof, because its first run gave no answer: nobody has that secret. A revoked credential keeps
 * its proof, and so does another maker's. Throws if a new one would be more than `most` that are in force.
 */
export async function putCredential(
  db: D1Database,
  credential: StoredCredential,
  most = Number.MAX_SAFE_INTEGER,
): Promise<number | null> {
  const { tenantId, proof, createdAt, madeBy } = credential
  const inForce = or(isNull(credentials.expiresAt), gt(credentials.expiresAt, createdAt))
  const live = and(eq(credentials.tenantId, tenantId), isNull(credentials.revokedAt), inForce)
  const { version, answers } = await changePolicy(db, tenantId, createdAt, (control) => [
    control
      .insert(credentials)
      .values(credential)
      .onConflictDoUpdate({
        target: credentials.id,
        set: { proof },
        setWhere: sql`${eq(credentials.tenantId, tenantId)} AND ${isNull(credentials.revokedAt)} AND ${credentials.madeBy} IS ${madeBy}`,
      }),
    // Takes the credential out again if it is new and one too many.
    control
      .delete(credentials)
      .where(
        and(
          eq(credentials.id, credential.id),
          eq(credentials.createdAt, createdAt),
          gt(control.$count(credentials, live), most),
        ),
      )
      .returning({ id: credentials.id }),
  ])
  if (answers[1].length > 0) throw quotaFull('credentials', most, most)
  return version
}

/** Lists all credentials of a tenant, revoked ones too, oldest first. */
export async function credentialsOf(db: D1Database, tenant: TenantId): Promise<readonly StoredCredential[]> {
  return ask(db, (control) =>
    control
      .select()
      .from(credentials)
      .where(eq(credentials.tenantId, tenant))
      .orderBy(asc(credentials.createdAt), asc(credentials.id)),
  )
}

/** Condition on one credential; the id of another tenant's finds none. */
const isCredential = (tenant: TenantId, id: string) =>
  and(eq(credentials.id, id as ClientId), eq(credentials.tenantId, tenant))

export async function credentialById(db: D1Database, tenant: TenantId, id: string): Promise<StoredCredential | null> {
  const [row] = await ask(db, (control) => control.select().from(credentials).where(isCredential(tenant, id)))
  return row ?? null
}

/**
 * Ends a credential for good. Gives the new policy version; null: there is no such tenant. A credential that is revoked already
 * keeps its time.
 */
export async function revokeCredential(
  db: D1Database,
  tenant: TenantId,
  id: string,
  now: EpochMs,
): Promise<number | null> {
  const { version } = await changePolicy(db, tenant, now, (control) => [
    control
      .update(credentials)
      .set({ revokedAt: sql`coalesce(${credentials.revokedAt}, ${now})` })
      .where(isCredential(tenant, id)),
  ])
  return version
}

const TOUCH = `UPDATE credentials SET last_used_at = j.value->>1 FROM json_each(?1) j
WHERE credentials.id = j.value->>0 AND coalesce(last_used_at, 0) < j.value->>1`

/**
 * Writes the last uses of credentials, by client id; a later one that is stored stays. No version is raised, because the last use
 * is no part of the policy.
 */
export const lastUsedStatement = (db: D1Database, used: ReadonlyMap<string, EpochMs>): D1PreparedStatement =>
  db.prepare(TOUCH).bind(JSON.stringify([...used]))
