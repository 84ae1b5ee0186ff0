import type { ChannelName } from '#worker/domain/carriers/channel.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { DAY, type EpochMs } from '#worker/domain/time.ts'
import { insertFrom } from '#worker/store/sql/columns.ts'
import { tupleOf } from '#worker/store/sql/tuple.ts'
import { decodeText, encodeText } from './codec.ts'
import { aliases } from './ledger-schema.ts'

type AliasRow = Readonly<typeof aliases.$inferSelect>

/** An address of a person and its key. */
export interface Identity {
  readonly partyKey: string
  readonly party: string
}

/**
 * Two addresses of one person, as a carrier told. The first of the two has one such link at a time: a newer link ends the
 * older, because a number may have passed to somebody else.
 */
export interface Alias extends Pick<AliasRow, 'realm' | 'channel'> {
  readonly told: Exclude<AliasRow['told'], 'back'>
  readonly both: readonly [Identity, Identity]
}

/** Least time between two writes of one link: a carrier that tells it with every message would cost a write each time. */
const SEEN_AGAIN = 7 * DAY
/** Most links from one address to another: from a written one to the network's, to its id, and back to another written one. */
const MOST_STEPS = 4

/** Link from one address to another, without the time. */
const LINK = tupleOf<Omit<AliasRow, 'seenAt'>>()(['realm', 'channel', 'partyKey', 'otherKey', 'otherParty', 'told'], {
  otherParty: ({ otherParty }) => encodeText(otherParty),
})
const OLDER = `FROM json_each(?1) j CROSS JOIN aliases a ON a.realm = ${LINK.at.realm} AND a.channel = ${LINK.at.channel}
AND a.party_key = ${LINK.at.partyKey} AND a.told = ${LINK.at.told} AND a.other_key <> ${LINK.at.otherKey}`
const DELETE_OLDER = `DELETE FROM aliases WHERE (realm, channel, party_key, other_key) IN (
SELECT a.realm, a.channel, a.party_key, a.other_key ${OLDER} UNION ALL SELECT a.realm, a.channel, a.other_key, a.party_key ${OLDER})`
const KEEP = `${insertFrom(aliases, LINK, { seenAt: '?2' })} WHERE true
ON CONFLICT DO UPDATE SET seen_at = excluded.seen_at WHERE seen_at < excluded.seen_at - ${SEEN_AGAIN}`

/**
 * Writes aliases, a row for each direction, and deletes the links that they replace. Within `told` a later one replaces an
 * earlier.
 */
export function aliasStatements(db: D1Database, told: readonly Alias[], now: EpochMs): D1PreparedStatement[] {
  const newest = new Map(
    told.map((one) => [JSON.stringify([one.realm, one.channel, one.told, one.both[0].partyKey]), one]),
  )
  const link = ({ realm, channel }: Alias, from: Identity, to: Identity) => ({
    realm,
    channel,
    partyKey: from.partyKey,
    otherKey: to.partyKey,
    otherParty: to.party,
  })
  const forth = [...newest.values()].map((one) => ({ ...link(one, one.both[0], one.both[1]), told: one.told }))
  const back = [...newest.values()].map((one) => ({ ...link(one, one.both[1], one.both[0]), told: 'back' as const }))
  return [db.prepare(DELETE_OLDER).bind(LINK.json(forth)), db.prepare(KEEP).bind(LINK.json([...forth, ...back]), now)]
}

/**
 * Table `reached` for the keys `?3` of people of realm `?1` on channel `?2`: each key with all keys that its links lead to, and
 * itself. Column `own`: the key that was asked for · `at`: its position in `?3` · `key`: a key that was reached · `party`: the
 * address behind it (null: the person's own).
 */
export const REACHED_KEYS = `WITH RECURSIVE reached AS (
SELECT value AS own, key AS at, value AS key, NULL AS party, 0 AS steps FROM json_each(?3)
UNION SELECT r.own, r.at, a.other_key, a.other_party, r.steps + 1 FROM reached r
CROSS JOIN aliases a ON a.realm = ?1 AND a.channel = ?2 AND a.party_key = r.key
WHERE r.steps < ${MOST_STEPS} AND a.other_key <> r.own)`

/** Other addresses of some people of one realm and channel: a list for each of `keys`, in their order, sorted by key. */
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
 * Purges the `rows` oldest aliases that nobody told since the cut-off. One that an opt-out rests on is kept for another
 * retention, so that the person stays opted out under each address; the others are deleted. Gives how many there were.
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
