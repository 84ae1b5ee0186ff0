import { DurableObject } from 'cloudflare:workers'
import type { LeaseGrant, LeaseRequest } from '../worker/domain/lease.ts'
import type { Policy } from '../worker/domain/tenant.ts'
import type { Env } from '../worker/env.ts'

/** One a tenant (named by the tenant id): limits and policy in its own storage. */
export class TenantObject extends DurableObject<Env> {
  /** Grants tokens and the current policy, or refuses with what stands in the way; null: there is no such tenant. */
  async lease(_request: LeaseRequest): Promise<{ grant: LeaseGrant; policy: Policy } | null> {
    throw new Error('not written yet')
  }

  /** The policy as it stands (reread from the control database at most every 60 s); null: no such tenant. */
  async policy(): Promise<Policy | null> {
    throw new Error('not written yet')
  }

  /** Rereads the policy now; the version that is in force afterwards. The admin route confirms its changes by this. */
  async reload(): Promise<number> {
    throw new Error('not written yet')
  }
}
