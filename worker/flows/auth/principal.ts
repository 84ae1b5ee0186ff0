import type { TenantId } from '#worker/domain/ids.ts'
import type { Credential, Policy } from '#worker/domain/tenants/tenant.ts'

/** Who calls: the tenant comes from the credential only. */
export interface Principal {
  readonly tenantId: TenantId
  readonly credential: Credential
  /** Scopes of this token: the credential's, or fewer. */
  readonly scopes: readonly string[]
  readonly policy: Policy
}
