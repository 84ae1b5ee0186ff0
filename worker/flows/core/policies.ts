import type { TenantId } from '#worker/domain/ids.ts'
import type { Policy } from '#worker/domain/tenants/tenant.ts'
import { policyHeld, policyNow } from './admission.ts'
import type { Platform } from './platform.ts'

/** Policies by tenant; null: there is no such tenant. */
export type Policies = ReadonlyMap<TenantId, Policy | null>

/** Answers the policies of some tenants as they are now, asked for at once. */
export async function policiesNow(platform: Platform, tenantIds: Iterable<TenantId>): Promise<Policies> {
  const asked = [...new Set(tenantIds)].map(async (id) => [id, await policyNow(platform, id)] as const)
  return new Map(await Promise.all(asked))
}

/** Answers the policies that this isolate may use without asking; null if it lacks one. */
function policiesHeld(platform: Platform, tenantIds: Iterable<TenantId>): Policies | null {
  const held = new Map<TenantId, Policy>()
  for (const id of tenantIds) {
    const policy = policyHeld(platform, id)
    if (!policy) return null
    held.set(id, policy)
  }
  return held
}

const areInForce = (held: Policies, now: Policies): boolean =>
  [...held].every(([id, policy]) => now.get(id)?.version === policy?.version)

/**
 * Does what a queue batch begins with, under the tenants' policies as they are now. It is begun under those that this isolate
 * holds while the newest are asked for, which saves a call's time; if one has changed, it is undone and done anew. So it must
 * bear being done in vain.
 */
export async function underNewestPolicies<Result>(
  platform: Platform,
  tenantIds: Iterable<TenantId>,
  work: (policies: Policies) => Promise<Result>,
  undo: (result: Result) => Promise<void> = async () => undefined,
): Promise<Result> {
  const tenants = [...new Set(tenantIds)]
  const held = policiesHeld(platform, tenants)
  const asked = policiesNow(platform, tenants)
  if (!held) return work(await asked)
  const guess = work(held)
  const [now, done] = await Promise.allSettled([asked, guess])
  if (now.status === 'fulfilled' && areInForce(held, now.value)) return guess
  if (done.status === 'fulfilled') await undo(done.value)
  return work(await asked)
}
