import type { Realm } from '#worker/domain/realm.ts'
import { DAY, type EpochMs } from '#worker/domain/time.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { monthOf } from '#worker/store/keys/month.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import { fillParties } from '#worker/store/parties/fill.ts'
import { type WaitingRealm, waitingRealms } from '#worker/store/parties/waiting.ts'
import { readCursor, writeCursor } from '#worker/store/purge.ts'

/**
 * Entries from which on the sweep fills them into the index: 32 for each of a large realm's 256 rows, each of which is written
 * anew. Searches read so long a tail in a tenth of a millisecond.
 */
const FILL_FROM = 8_192
/** Realms that one run looks at, and fills of one run, of a shard. The next run goes on behind them. */
const REALMS = 200
const FILLS = 20
const CURSOR = 'parties'

/** True if a realm's entries are to be filled: many, or of a month that was over a day ago. */
const isDue = ({ entries, month }: WaitingRealm, now: EpochMs): boolean =>
  entries >= FILL_FROM || (entries > 0 && month < monthOf(now - DAY))

/**
 * Fills what waits on a shard into its index by party, realm by realm. A failure is logged: the entries are found where they
 * wait.
 */
export async function fillWaiting(platform: Platform, shard: number, now: EpochMs): Promise<void> {
  const db = shardOfEnv(platform.env, shard)
  let filled = 0
  try {
    const after = await readCursor(db, CURSOR)
    const realms = await waitingRealms(db, (after ?? '') as Realm | '', REALMS)
    let fills = 0
    for (const one of realms.filter((realm) => isDue(realm, now)))
      for (let left = one.entries; left > 0 && fills < FILLS; fills++) {
        const moved = await fillParties(db, one.realm)
        filled += moved
        left = moved === 0 ? 0 : left - moved
      }
    const last = realms.length === REALMS ? (realms.at(-1)?.realm ?? null) : null
    if (last !== after) await writeCursor(db, CURSOR, last, now)
  } catch (error) {
    platform.log('parties.unfilled', { shard, reason: errorLabel(error) })
  }
  if (filled > 0) platform.log('parties.filled', { shard, entries: filled })
}
