import type { Realm } from '#worker/domain/realm.ts'
import { DAY, type EpochMs } from '#worker/domain/time.ts'
import { REALM } from '#worker/store/codes/codes.ts'

/** Deletes counts of the days before `cutoff`, of a realm or (null) of all together; answers how many rows: one a day. */
export async function purgeStatistics(db: D1Database, realm: Realm | null, cutoff: EpochMs): Promise<number> {
  const statement = db.prepare('DELETE FROM statistics WHERE realm = unhex(?1) AND day < ?2')
  return (await statement.bind(realm === null ? '' : REALM.encode(realm), Math.floor(cutoff / DAY)).run()).meta.changes
}
