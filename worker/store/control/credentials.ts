import type { ClientId, TenantId } from '#worker/domain/ids.ts'
import type { Mode } from '#worker/domain/realm.ts'
import type { Credential, CredentialProof, Scope } from '#worker/domain/tenants/tenant.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { changePolicy } from './version.ts'

export interface StoredCredential extends Credential {
  readonly tenantId: TenantId
  readonly createdAt: EpochMs
  readonly lastUsedAt: EpochMs | null
}

interface CredentialRow {
  readonly id: ClientId
  readonly tenant_id: TenantId
  readonly name: string
  readonly mode: Mode
  readonly proof: string
  readonly scopes: string
  readonly allowed_ips: string | null
  readonly created_at: number
  readonly expires_at: number | null
  readonly revoked_at: number | null
  readonly last_used_at: number | null
}

const fromRow = (row: CredentialRow): StoredCredential => ({
  id: row.id,
  tenantId: row.tenant_id,
  name: row.name,
  mode: row.mode,
  proof: JSON.parse(row.proof) as CredentialProof,
  scopes: JSON.parse(row.scopes) as Scope[],
  allowedIps: row.allowed_ips === null ? null : (JSON.parse(row.allowed_ips) as string[]),
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  revokedAt: row.revoked_at,
  lastUsedAt: row.last_used_at,
})

const PUT = `INSERT INTO credentials (id, tenant_id, name, mode, proof, scopes, allowed_ips, created_at, expires_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
ON CONFLICT (id) DO UPDATE SET proof = excluded.proof WHERE tenant_id = excluded.tenant_id AND revoked_at IS NULL`

/**
 * Adds a credential; the policy version that knows it, or null without such a tenant. A repeated request (same id) gets a
 * fresh proof, because nobody has seen the first secret.
 */
export async function putCredential(db: D1Database, credential: StoredCredential): Promise<number | null> {
  const statement = db
    .prepare(PUT)
    .bind(
      credential.id,
      credential.tenantId,
      credential.name,
      credential.mode,
      JSON.stringify(credential.proof),
      JSON.stringify(credential.scopes),
      credential.allowedIps && JSON.stringify(credential.allowedIps),
      credential.createdAt,
      credential.expiresAt,
    )
  const changed = await changePolicy(db, credential.tenantId, credential.createdAt, [statement])
  return changed?.version ?? null
}

/** All credentials of a tenant, revoked ones too. */
export async function credentialsOf(db: D1Database, tenant: TenantId): Promise<readonly StoredCredential[]> {
  const { results } = await db
    .prepare('SELECT * FROM credentials WHERE tenant_id = ?1 ORDER BY created_at, id')
    .bind(tenant)
    .all<CredentialRow>()
  return results.map(fromRow)
}

export async function credentialById(db: D1Database, tenant: TenantId, id: string): Promise<StoredCredential | null> {
  const row = await db
    .prepare('SELECT * FROM credentials WHERE id = ?1 AND tenant_id = ?2')
    .bind(id, tenant)
    .first<CredentialRow>()
  return row && fromRow(row)
}

/** Ends a credential for good; one that is revoked already keeps its time. The new policy version. */
export async function revokeCredential(
  db: D1Database,
  tenant: TenantId,
  id: string,
  now: EpochMs,
): Promise<number | null> {
  const statement = db
    .prepare('UPDATE credentials SET revoked_at = coalesce(revoked_at, ?3) WHERE id = ?1 AND tenant_id = ?2')
    .bind(id, tenant, now)
  return (await changePolicy(db, tenant, now, [statement]))?.version ?? null
}

const TOUCH = `UPDATE credentials SET last_used_at = j.value->>1 FROM json_each(?1) j
WHERE credentials.id = j.value->>0 AND coalesce(last_used_at, 0) < j.value->>1`

/** Notes when credentials were last used; no part of the policy, so no version. One row a credential in `used`. */
export const lastUsedStatement = (db: D1Database, used: ReadonlyMap<string, EpochMs>): D1PreparedStatement =>
  db.prepare(TOUCH).bind(JSON.stringify([...used]))
