import { retentionCutoff } from '#worker/domain/tenants/retention.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { purgeGuardAlerts } from '#worker/store/control/guard-alerts.ts'
import { purgeApprovals } from '#worker/store/people/approvals.ts'
import { purgeDisclosures } from '#worker/store/people/disclosures.ts'

/**
 * Deletes approvals, disclosures and alerts of the guard past their retention, which is that of the access log. Does not throw:
 * the next run finds what is left.
 */
export async function tryPurgeApprovals({ env, log }: Platform, now: EpochMs): Promise<void> {
  const cutoff = retentionCutoff(now)
  try {
    const purges = [purgeApprovals, purgeDisclosures, purgeGuardAlerts]
    let rows = 0
    for (const purge of purges) rows += await purge(env.CONTROL, cutoff)
    if (rows > 0) log('purge.approvals', { rows })
  } catch (error) {
    log('purge.approvals-failed', { reason: errorLabel(error) })
  }
}
