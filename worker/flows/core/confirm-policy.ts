import type { TenantId } from '#worker/domain/ids.ts'
import { Problem } from '#worker/domain/problem.ts'
import type { Location } from '#worker/domain/tenants/location.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { near } from './placement.ts'
import type { Platform } from './platform.ts'

const TRIES = 2
const RETRY_AFTER_SECONDS = 5

/**
 * Makes the tenant's object reread its policy after a committed change, so that no isolate uses the old one for longer than
 * POLICY_TTL. Throws `unavailable` if the object does not answer: the change stands then, and is in force within 60 s.
 */
export async function confirmPolicy(platform: Platform, tenantId: TenantId, version: number): Promise<void> {
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    try {
      if ((await platform.env.TENANT.getByName(tenantId).reload()) >= version) return
    } catch (error) {
      platform.log('policy.reload-failed', { tenantId, version, attempt, reason: errorLabel(error) })
    }
  }
  throw new Problem('unavailable', {
    detail: 'The change is made, but it is not confirmed yet: it takes effect within 60 seconds.',
    headers: { 'Retry-After': String(RETRY_AFTER_SECONDS) },
  })
}

/**
 * Makes a new tenant's object near its location, by calling it for the first time: any other's first call would make it near that
 * caller. If the object does not answer, that is only logged: it is made by the next call then.
 */
export async function placeTenant(platform: Platform, tenantId: TenantId, location: Location | null): Promise<void> {
  if (location === null) return
  try {
    await platform.env.TENANT.getByName(tenantId, near(location)).reload()
  } catch (error) {
    platform.log('tenant.not-placed', { tenantId, location, reason: errorLabel(error) })
  }
}
