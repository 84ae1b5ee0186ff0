import type { Realm } from '#worker/domain/realm.ts'
import { KEY_BYTES, monthOfHex } from './entry.ts'

/** Realm with a tail. */
export interface WaitingRealm {
  readonly realm: Realm
  /** Entries that a fill would move. */
  readonly entries: number
  /** Month of the oldest entry. */
  readonly month: number
}

const BEFORE = (order: string) =>
  `(SELECT total - length(keys) / ${KEY_BYTES} FROM party_tail t WHERE t.realm = r.realm ORDER BY seq ${order} LIMIT 1)`
const WAITING = `WITH RECURSIVE r(realm) AS (SELECT min(realm) FROM party_tail WHERE realm > ?1 UNION ALL
  SELECT (SELECT min(realm) FROM party_tail t WHERE t.realm > r.realm) FROM r WHERE r.realm IS NOT NULL)
SELECT r.realm, ${BEFORE('DESC')} - ${BEFORE('ASC')} AS entries,
  (SELECT hex(first) FROM party_tail t WHERE t.realm = r.realm ORDER BY seq LIMIT 1) AS oldest
FROM r WHERE r.realm IS NOT NULL LIMIT ?2`

/** Realms behind `after` that have a tail, at most so many, in their order. Costs a few seeks each, however long the tail is. */
export async function waitingRealms(
  db: D1Database,
  after: Realm | '',
  limit: number,
): Promise<readonly WaitingRealm[]> {
  const { results } = await db
    .prepare(WAITING)
    .bind(after, limit)
    .all<{ realm: Realm; entries: number; oldest: string }>()
  return results.map(({ realm, entries, oldest }) => ({ realm, entries, month: monthOfHex(oldest) }))
}
