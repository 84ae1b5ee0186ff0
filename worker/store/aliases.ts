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
  /**
   * `sent`: what was written, then what the network knows for it · `heard`: the number that a message came from, then the id
   * beside it. The first of the two has one such link at a time: a newer one ends the older, for a number may have
   * passed to somebody else.
   */
  readonly told: 'sent' | 'heard'
  readonly both: readonly [Identity, Identity]
}

/** What is told with every message is written down again once in so long. */
const SEEN_AGAIN = 7 * DAY
/** Links that lead from one address to another, at most: written, known to the network, its id, and back to another written one. */
const MOST_STEPS = 4

const OLDER = `FROM json_each(?1) j CROSS JOIN aliases a ON a.realm = j.value->>0 AND a.channel = j.value->>1
AND a.party_key = j.value->>2 AND a.told = j.value->>5 AND a.other_key <> j.value->>3`

/** Keeps aliases, a row for each way, and ends those that they take the place of. Later ones of `aliases` end earlier ones. */
export function aliasStatements(db: D1Database, aliases: readonly Alias[], now: EpochMs): D1PreparedStatement[] {
  const newest = new Map(
    aliases.map((one) => [JSON.stringify([one.realm, one.channel, one.told, one.both[0].partyKey]), one]),
  )
  const forth: string[][] = []
  const back: string[][] = []
  for (const { realm, channel, told, both } of newest.values()) {
    const [one, other] = both
    forth.push([realm, channel, one.partyKey, other.partyKey, encodeText(other.party), told])
    back.push([realm, channel, other.partyKey, one.partyKey, encodeText(one.party), 'back'])
  }
  return [
    db
      .prepare(
        `DELETE FROM aliases WHERE (realm, channel, party_key, other_key) IN (
SELECT a.realm, a.channel, a.party_key, a.other_key ${OLDER} UNION ALL SELECT a.realm, a.channel, a.other_key, a.party_key ${OLDER})`,
      )
      .bind(JSON.stringify(forth)),
    db
      .prepare(
        `INSERT INTO aliases (realm, channel, party_key, other_key, other_party, told, seen_at)
SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, ?2 FROM json_each(?1) WHERE true
ON CONFLICT DO UPDATE SET seen_at = excluded.seen_at WHERE seen_at < excluded.seen_at - ${SEEN_AGAIN}`,
      )
      .bind(JSON.stringify([...forth, ...back]), now),
  ]
}

/**
 * `reached`: the keys `?3` of people of realm `?1` on channel `?2`, each with all that its links lead to, itself among them.
 * `own` is the key as it was asked, `at` its place, `key` what was reached, `party` the address behind it (null: the person's own).
 */
export const REACHED_KEYS = `WITH RECURSIVE reached AS (
SELECT value AS own, key AS at, value AS key, NULL AS party, 0 AS steps FROM json_each(?3)
UNION SELECT r.own, r.at, a.other_key, a.other_party, r.steps + 1 FROM reached r
CROSS JOIN aliases a ON a.realm = ?1 AND a.channel = ?2 AND a.party_key = r.key
WHERE r.steps < ${MOST_STEPS} AND a.other_key <> r.own)`

/** The other addresses of some people of one realm and channel, in the order of `keys`, each list by key. */
export async function aliasesOf(
  db: D1Database,
  realm: Realm,
  channel: ChannelName,
  keys: readonly string[],
): Promise<readonly (readonly Identity[])[]> {
  const sql = `${REACHED_KEYS} SELECT DISTINCT at, key AS partyKey, party FROM reached WHERE steps > 0 ORDER BY key`
  const { results } = await db.prepare(sql).bind(realm, channel, JSON.stringify(keys)).all<Identity & { at: number }>()
  const found = keys.map((): Identity[] => [])
  for (const { at, partyKey, party } of results) {
    const some = found[at]
    if (some && some.at(-1)?.partyKey !== partyKey) some.push({ partyKey, party: decodeText(party) })
  }
  return found
}

const OLDEST = `SELECT realm, channel, party_key, other_key FROM aliases WHERE seen_at < ?1 ORDER BY seen_at LIMIT ?2`
const HELD = `EXISTS (SELECT 1 FROM suppressions s WHERE s.realm = aliases.realm AND s.channel = aliases.channel
AND s.party_key IN (aliases.party_key, aliases.other_key))`

/**
 * Of the `rows` oldest aliases that nobody told since the cut-off, deletes those that no opt-out rests on and keeps the
 * others for another retention, for what is held back must stay so under each address. Answers how many there were.
 */
export async function purgeAliases(db: D1Database, cutoff: EpochMs, now: EpochMs, rows: number): Promise<number> {
  const [kept, gone] = await db.batch([
    db
      .prepare(
        `UPDATE aliases SET seen_at = ?3 WHERE (realm, channel, party_key, other_key) IN (${OLDEST}) AND ${HELD}`,
      )
      .bind(cutoff, rows, now),
    db
      .prepare(`DELETE FROM aliases WHERE (realm, channel, party_key, other_key) IN (${OLDEST}) AND NOT ${HELD}`)
      .bind(cutoff, rows),
  ])
  return (kept?.meta.changes ?? 0) + (gone?.meta.changes ?? 0)
}
