/*
 * Counts the verifications of a shard, every minute (docs/decisions/0064-counts-of-verifications.md). Who writes one notes how it
 * stood before; here the difference is added to the rows of its day.
 * 1. Verifications that were written before there were counts are noted too, some at a time.
 * 2. Notes are read page by page. Those of one realm are counted and deleted in one batch, on condition that the first of them
 *    still waits: a sweep that dies is gone on with, and of two at once one writes.
 */

import type { Realm } from '#worker/domain/realm.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import type { VerificationLedger } from '#worker/store/verifications/read.ts'
import {
  countChanges,
  noteOld,
  type RealmChanges,
  waitingVerifications,
} from '#worker/store/verifications/statistics.ts'

/** Statements of old verifications, and pages of notes, of one run. */
const RUN_OLD = 10
const RUN_PAGES = 50

/** Counts what is noted, the oldest first. */
async function countWaiting(ledger: VerificationLedger, failed: (error: unknown) => void): Promise<void> {
  /** Realms of which notes were left: what came later must wait for them. */
  const left = new Set<Realm>()
  const count = async (changes: RealmChanges): Promise<void> => {
    if (left.has(changes.realm)) return
    try {
      if (!(await countChanges(ledger, changes))) left.add(changes.realm)
    } catch (error) {
      left.add(changes.realm)
      failed(error)
    }
  }
  let after = 0
  for (let n = 0; n < RUN_PAGES; n++) {
    const { realms, last } = await waitingVerifications(ledger.db, after)
    if (last === null) return
    await Promise.all(realms.map(count))
    after = last
  }
}

/** Counts the verifications of a shard. A failure is logged: the next run goes on where this one ended. */
export async function countVerifications(platform: Platform, shard: number): Promise<void> {
  const db = shardOfEnv(platform.env, shard)
  const failed = (error: unknown): void => platform.log('statistics.failed', { shard, reason: errorLabel(error) })
  try {
    for (let n = 0; n < RUN_OLD; n++) if ((await noteOld(db)) === 0) break
    await countWaiting({ db, keys: platform.keys }, failed)
  } catch (error) {
    failed(error)
  }
}
