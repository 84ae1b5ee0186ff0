import { modeOf, tenantOf } from '#worker/domain/realm.ts'
import { toTimestamp } from '#worker/domain/time.ts'
import { policyNow } from '#worker/flows/core/admission.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { commit } from '#worker/flows/events/commit.ts'
import { emissionOf } from '#worker/flows/events/emit.ts'
import { plainEvent } from '#worker/flows/events/events.ts'
import type { CeilingJob } from '#worker/jobs.ts'
import { insertGuardAlert } from '#worker/store/control/guard-alerts.ts'

/**
 * Tells a tenant, the licensee's people and the log that so much of a ceiling is used. Told twice it is one event and one alert:
 * by realm, scope, part and time.
 */
export async function tellCeiling(
  platform: Platform,
  { realm, shard, alert: { at, scope, percent, used, ceiling } }: CeilingJob,
): Promise<void> {
  const tenantId = tenantOf(realm)
  platform.log('verification.ceiling', { realm, scope, percent, used, ceiling })
  await insertGuardAlert(platform.env.CONTROL, { tenantId, mode: modeOf(realm), scope, percent, used, ceiling, at })
  const policy = await policyNow(platform, tenantId)
  const id = `evt_${tenantId.slice(4)}${at.toString(36)}_ceiling_${scope.toLowerCase()}_${percent}` as const
  const data = { scope, percent, used, ceiling, at: toTimestamp(at) }
  const event = plainEvent(id, 'verification.ceiling', at, data)
  await commit(platform, [], emissionOf({ policy, realm, shard }, [event], platform.now()))
}
