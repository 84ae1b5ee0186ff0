import type { Realm } from '#worker/domain/realm.ts'
import { DAY, type EpochMs } from '#worker/domain/time.ts'
import { REALM } from '#worker/store/codes/codes.ts'

/** Deletes a realm's counts of the days that ended before `cutoff`; answers how many rows: one a day. */
export async function purgeStatistics(db: D1Database, realm: Realm, cutoff: EpochMs): Promise<number> {
  const statement = db.prepare('DELETE FROM statistics WHERE realm = unhex(?1) AND day < ?2')
  return (await statement.bind(REALM.encode(realm), Math.floor(cutoff / DAY)).run()).meta.changes
}
