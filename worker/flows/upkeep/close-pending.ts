import { DAY, type EpochMs } from '#worker/domain/time.ts'
import { confirmPolicy } from '#worker/flows/core/confirm-policy.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { tenantById, updateTenant } from '#worker/store/control/tenants.ts'
import { peopleOfNoOther, unusedPending } from '#worker/store/people/own-tenants.ts'
import { closePerson, personById } from '#worker/store/people/people.ts'

/** Time for which a tenant that nobody approved is kept without being used, and how many of them one run looks at. */
const KEPT = 30 * DAY
const RUN_TENANTS = 50

async function closePending(platform: Platform, now: EpochMs): Promise<{ tenants: number; people: number }> {
  const { env, keys } = platform
  const closed = { tenants: 0, people: 0 }
  for (const id of await unusedPending(env.CONTROL, now - KEPT, RUN_TENANTS)) {
    const tenant = await tenantById(env.CONTROL, id)
    // Approved a moment ago: it stays.
    if (tenant?.status !== 'pending') continue
    const members = await peopleOfNoOther(env.CONTROL, id)
    const saved = await updateTenant(env.CONTROL, { ...tenant, status: 'closed', closedAt: now }, now)
    if (!saved) continue
    closed.tenants++
    await confirmPolicy(platform, saved.id, saved.version)
    for (const member of members) {
      const person = await personById(env.CONTROL, keys, member)
      if (person && (await closePerson(env.CONTROL, person, now))) closed.people++
    }
  }
  return closed
}

/**
 * Closes tenants that people made themselves, that nobody approved and nobody used for thirty days, and with the last of his
 * tenants who made them. Does not throw: the next run finds what is left.
 */
export async function tryClosePending(platform: Platform, now: EpochMs): Promise<void> {
  try {
    const { tenants, people } = await closePending(platform, now)
    if (tenants > 0) platform.log('purge.pending', { tenants, people })
  } catch (error) {
    platform.log('purge.pending-failed', { reason: errorLabel(error) })
  }
}
