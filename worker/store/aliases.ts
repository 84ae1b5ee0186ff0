import type { ChannelName } from '#worker/domain/carriers/channel.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { DAY, type EpochMs } from '#worker/domain/time.ts'
import { decodeText, encodeText } from './codec.ts'

/** An address of a person and its key. */
export interface Identity {
  readonly partyKey: string
  readonly party: string
}

/** Two addresses that a carrier said are one person's. */
export interface Alias {
  readonly realm: Realm
  readonly channel: ChannelName
  readonly both: readonly [Identity, Identity]
}

/** What is told with every message is written down again once in so long. */
const SEEN_AGAIN = 7 * DAY

/** Keeps aliases, a row for each way. */
export function aliasStatement(db: D1Database, aliases: readonly Alias[], now: EpochMs): D1PreparedStatement {
  const rows = aliases.flatMap(({ realm, channel, both: [one, other] }) => [
    [realm, channel, one.partyKey, other.partyKey, encodeText(other.party)],
    [realm, channel, other.partyKey, one.partyKey, encodeText(one.party)],
  ])
  return db
    .prepare(
      `INSERT INTO aliases (realm, channel, party_key, other_key, other_party, seen_at)
SELECT value->>0, value->>1, value->>2, value->>3, value->>4, ?2 FROM json_each(?1) WHERE true
ON CONFLICT DO UPDATE SET seen_at = excluded.seen_at WHERE seen_at < excluded.seen_at - ${SEEN_AGAIN}`,
    )
    .bind(JSON.stringify(rows), now)
}

/** The other addresses of some people, in the order of `keys`. */
export async function aliasesOf(
  db: D1Database,
  keys: readonly (readonly [realm: Realm, channel: ChannelName, partyKey: string])[],
): Promise<readonly (readonly Identity[])[]> {
  const sql = `SELECT j.key AS at, a.other_key AS partyKey, a.other_party AS party FROM json_each(?1) j
CROSS JOIN aliases a ON a.realm = j.value->>0 AND a.channel = j.value->>1 AND a.party_key = j.value->>2 ORDER BY a.other_key`
  const { results } = await db.prepare(sql).bind(JSON.stringify(keys)).all<Identity & { at: number }>()
  const found = Map.groupBy(results, ({ at }) => at)
  return keys.map((_, i) => (found.get(i) ?? []).map(({ partyKey, party }) => ({ partyKey, party: decodeText(party) })))
}

/** Deletes aliases that nobody told since the cut-off, but none that an opt-out rests on: it must hold for the other address. */
export function purgeAliases(db: D1Database, cutoff: EpochMs, rows: number): D1PreparedStatement {
  return db
    .prepare(
      `DELETE FROM aliases WHERE (realm, channel, party_key, other_key) IN (
SELECT realm, channel, party_key, other_key FROM aliases a WHERE seen_at < ?1 AND NOT EXISTS (
SELECT 1 FROM suppressions s WHERE s.realm = a.realm AND s.channel = a.channel AND s.party_key IN (a.party_key, a.other_key)
) ORDER BY seen_at LIMIT ?2)`,
    )
    .bind(cutoff, rows)
}
