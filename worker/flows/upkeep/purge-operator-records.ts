import { retentionCutoff } from '#worker/domain/tenants/retention.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { purgeGuardAlerts } from '#worker/store/control/guard-alerts.ts'
import { purgeApprovals } from '#worker/store/people/approvals.ts'
import { purgeDisclosures } from '#worker/store/people/disclosures.ts'

/**
 * Deletes what the licensee's people decided, looked at or were told past its retention, which is that of the access log:
 * approvals, disclosures and alerts of the guard. Does not throw: the next run finds what is left.
 */
export async function tryPurgeOperatorRecords({ env, log }: Platform, now: EpochMs): Promise<void> {
  const cutoff = retentionCutoff(now)
  try {
    const purges = [purgeApprovals, purgeDisclosures, purgeGuardAlerts]
    let rows = 0
    for (const purge of purges) rows += await purge(env.CONTROL, cutoff)
    if (rows > 0) log('purge.operator-records', { rows })
  } catch (error) {
    log('purge.operator-records-failed', { reason: errorLabel(error) })
  }
}
