import { mayErase } from '#worker/domain/tenants/retention.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { STANDING } from '#worker/store/keys/month.ts'
import { boundShards, shardOfEnv } from '#worker/store/ledger.ts'
import {
  type ClosedTenant,
  closedWithKeys,
  deleteStanding,
  deleteStandingControl,
} from '#worker/store/standing/erase.ts'

/** Closed tenants that one run looks at. */
const RUN_TENANTS = 100
/** Rows of one table that one batch deletes, and batches of one run: what is left waits for the next. */
const CHUNK = 500
const RUN_BATCHES = 50

/** Deletes a tenant's standing rows; false if the run was spent before. */
async function deleteRows({ env }: Platform, { id }: ClosedTenant, run: { batches: number }): Promise<boolean> {
  for (const shard of boundShards(env))
    for (let more = true; more; ) {
      if (run.batches >= RUN_BATCHES) return false
      run.batches++
      more = await deleteStanding(shardOfEnv(env, shard), id, CHUNK)
    }
  await deleteStandingControl(env.CONTROL, id)
  return true
}

async function eraseTenants(platform: Platform, now: EpochMs): Promise<number> {
  const run = { batches: 0 }
  let erased = 0
  for (const tenant of await closedWithKeys(platform.env.CONTROL, RUN_TENANTS)) {
    if (!mayErase(tenant, now)) continue
    if (!(await deleteRows(platform, tenant, run))) break
    // Last, because a tenant with rows in the ledgers is found by them: a run that dies before is gone on with by the next.
    await platform.keys.forget(tenant.id, STANDING)
    erased++
  }
  return erased
}

/**
 * Erases who the people of closed tenants are, once the retention floor has passed since their end: the rows that outlive months,
 * and the standing keys, without which no copy of those rows opens. Keys of months go with the last rows of their month
 * (purge-keys.ts). Does not throw: the next run finds what is left.
 */
export async function tryEraseTenants(platform: Platform, now: EpochMs): Promise<void> {
  try {
    const tenants = await eraseTenants(platform, now)
    if (tenants > 0) platform.log('purge.tenants', { tenants })
  } catch (error) {
    platform.log('purge.tenants-failed', { reason: errorLabel(error) })
  }
}
