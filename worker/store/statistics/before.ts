import { idFloor, type MessageId } from '#worker/domain/ids.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { type EpochMs, MINUTE } from '#worker/domain/time.ts'
import { MESSAGE_ID, REALM } from '#worker/store/codes/codes.ts'
import { COUNTED_MESSAGES } from './count.ts'

/** Age below which a message is counted for good by nobody. */
export const FIRM_AFTER = 20 * MINUTE
/**
 * Age from which on a change of a message is looked at. The minutes between the two are more than an invocation lasts: what is
 * younger when a statement is made is younger than `FIRM_AFTER` when it runs.
 */
const NOTED_FROM = 4 * MINUTE

/** Message that a statement may change. */
export interface Changing {
  readonly realm: Realm
  readonly id: MessageId
}

/** Messages by their keys, of those below the bound. One that has no row yet counted as nothing. */
const NOTE = `INSERT INTO statistics_changes (realm, kind, body)
SELECT k.realm, 'before', json_group_array(json_array(hex(k.id), way, connection, status, bucket, units))
FROM (SELECT unhex(value->>0) AS realm, unhex(value->>1) AS id FROM json_each(?1)
  WHERE unhex(value->>1) < (SELECT firm_id FROM statistics_progress)) k
LEFT JOIN (${COUNTED_MESSAGES}) m ON m.of = k.realm AND m.own = k.id
GROUP BY k.realm`

/**
 * Statement that notes how messages stand before a batch changes or inserts them, so that their counts are corrected: it goes
 * to the batch's beginning. None if all are so young that they are not counted for good yet. `now`: of the clock, not of a job.
 */
export function noteBefore(db: D1Database, messages: readonly Changing[], now: EpochMs): D1PreparedStatement[] {
  const young = idFloor('msg', now - NOTED_FROM)
  const old = messages.filter(({ id }) => id < young)
  if (old.length === 0) return []
  const keys = old.map(({ realm, id }) => [REALM.encode(realm), MESSAGE_ID.encode(id)])
  return [db.prepare(NOTE).bind(JSON.stringify(keys))]
}
