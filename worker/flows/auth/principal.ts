import type { TenantId } from '#worker/domain/ids.ts'
import type { Realm } from '#worker/domain/realm.ts'
import type { Credential, Policy } from '#worker/domain/tenants/tenant.ts'

/** The caller of a request. Tenant and mode come from the credential, never from the request. */
export interface Principal {
  readonly tenantId: TenantId
  /** The tenant in the credential's mode, which bounds what the caller may see and make. */
  readonly realm: Realm
  readonly credential: Credential
  /** Scopes of this token: those of the credential, or fewer. */
  readonly scopes: readonly string[]
  readonly policy: Policy
}
