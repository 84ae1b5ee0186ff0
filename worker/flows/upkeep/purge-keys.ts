import { retentionCutoff } from '#worker/domain/tenants/retention.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { hasRowsBefore, type KeyName, keysBefore } from '#worker/store/keys/forget.ts'
import { endOfMonth, monthOf } from '#worker/store/keys/month.ts'
import { boundShards, shardOfEnv } from '#worker/store/ledger.ts'
import { readCursor, writeCursor } from '#worker/store/purge.ts'
import { onAllShards } from './all-shards.ts'

/** Name of the cursor, in the first shard, that holds the last pair looked at. */
const CURSOR = 'purge-keys'
const BEGINNING: KeyName = { owner: '', number: 0 }

/** Pairs that are read at a time, and that one run looks at: each asks every shard. */
const PAGE = 50
const RUN_PAIRS = 100

/** True if no shard has a row any more that the pair may have sealed. */
const isSpent = async (platform: Platform, { owner, number }: KeyName): Promise<boolean> =>
  !(await onAllShards(platform, (db) => hasRowsBefore(db, owner, endOfMonth(number)))).includes(true)

/** Looks at the pairs behind the last run's, so that many that must stay keep none behind them from being looked at. */
async function forgetKeys(platform: Platform, now: EpochMs): Promise<number> {
  const before = monthOf(retentionCutoff(now))
  const db = shardOfEnv(platform.env, boundShards(platform.env)[0] ?? 0)
  const stored = await readCursor(db, CURSOR)
  let forgotten = 0
  let after = stored === null ? BEGINNING : (JSON.parse(stored) as KeyName)
  let isEnd = false
  for (let looked = 0; looked < RUN_PAIRS && !isEnd; looked += PAGE) {
    const pairs = await keysBefore(platform.env.CONTROL, before, after, PAGE)
    for (const pair of pairs) {
      if (!(await isSpent(platform, pair))) continue
      await platform.keys.forget(pair.owner, pair.number)
      forgotten++
    }
    after = pairs.at(-1) ?? after
    isEnd = pairs.length < PAGE
  }
  await writeCursor(db, CURSOR, isEnd ? null : JSON.stringify(after), now)
  return forgotten
}

/**
 * Forgets the keys of months that the purge has emptied: from then on no copy of their rows can be opened, wherever it lies.
 * Keys of a month of which a row is left stay. Does not throw: the next run finds what is left.
 */
export async function tryForgetKeys(platform: Platform, now: EpochMs): Promise<void> {
  try {
    const pairs = await forgetKeys(platform, now)
    if (pairs > 0) platform.log('purge.keys', { pairs })
  } catch (error) {
    platform.log('purge.keys-failed', { reason: errorLabel(error) })
  }
}
