import type { Realm } from '#worker/domain/realm.ts'
import { DAY, type EpochMs } from '#worker/domain/time.ts'
import { REALM } from '#worker/store/codes/codes.ts'

/** Deletes counts of the days before `cutoff`, of a realm or (null) of all together; answers how many rows. */
export async function purgeStatistics(db: D1Database, realm: Realm | null, cutoff: EpochMs): Promise<number> {
  const day = Math.floor(cutoff / DAY)
  const messages = db.prepare('DELETE FROM statistics WHERE realm = unhex(?1) AND day < ?2')
  const verifications = db.prepare('DELETE FROM verification_statistics WHERE realm = ?1 AND day < ?2')
  const deleted = await db.batch([
    messages.bind(realm === null ? '' : REALM.encode(realm), day),
    ...(realm === null ? [] : [verifications.bind(realm, day)]),
  ])
  return deleted.reduce((sum, { meta }) => sum + meta.changes, 0)
}
