import type { TenantId } from '#worker/domain/ids.ts'
import type { Realm } from '#worker/domain/realm.ts'
import type { Credential, Policy } from '#worker/domain/tenants/tenant.ts'

/** Who calls: tenant and mode come from the credential only. */
export interface Principal {
  readonly tenantId: TenantId
  /** The tenant in the credential's mode: all that it may see and make. */
  readonly realm: Realm
  readonly credential: Credential
  /** Scopes of this token: the credential's, or fewer. */
  readonly scopes: readonly string[]
  readonly policy: Policy
}
