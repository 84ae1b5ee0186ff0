import { tenantOf } from '#worker/domain/realm.ts'
import { DAY, type EpochMs } from '#worker/domain/time.ts'
import { sealText } from '#worker/store/keys/sealed.ts'
import { insertFrom } from '#worker/store/sql/columns.ts'
import { tupleOf } from '#worker/store/sql/tuple.ts'
import { type AliasLedger, type Identity, placeOf } from './aliases.ts'
import { aliases } from './ledger-schema.ts'

type AliasRow = Readonly<typeof aliases.$inferSelect>

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

/** Link from one address to another, without the time. */
type Link = Omit<AliasRow, 'seenAt'>
const LINK = tupleOf<Link>()(['realm', 'channel', 'partyKey', 'otherKey', 'otherParty', 'told'], {})
const OLDER = `FROM json_each(?1) j CROSS JOIN aliases a ON a.realm = ${LINK.at.realm} AND a.channel = ${LINK.at.channel}
AND a.party_key = ${LINK.at.partyKey} AND a.told = ${LINK.at.told} AND a.other_key <> ${LINK.at.otherKey}`
const DELETE_OLDER = `DELETE FROM aliases WHERE (realm, channel, party_key, other_key) IN (
SELECT a.realm, a.channel, a.party_key, a.other_key ${OLDER} UNION ALL SELECT a.realm, a.channel, a.other_key, a.party_key ${OLDER})`
const KEEP = `${insertFrom(aliases, LINK, { seenAt: '?2' })} WHERE true
ON CONFLICT DO UPDATE SET seen_at = excluded.seen_at WHERE seen_at < excluded.seen_at - ${SEEN_AGAIN}`

/** Seals the addresses of links. */
async function sealed({ keys }: AliasLedger, links: readonly Link[]): Promise<readonly Link[]> {
  const owners = new Set(links.map(({ realm }) => tenantOf(realm)))
  // The keyring keeps what it has read, so that no link below asks for it again.
  await Promise.all([...owners].map((owner) => keys.standing(owner)))
  return Promise.all(
    links.map(async (link): Promise<Link> => {
      const own = await keys.standing(tenantOf(link.realm))
      return { ...link, otherParty: await sealText(own, link.otherParty, placeOf(link)) }
    }),
  )
}

/**
 * Writes aliases, a row for each direction, and deletes the links that they replace. Within `told` a later one replaces an
 * earlier.
 */
export async function aliasStatements(
  ledger: AliasLedger,
  told: readonly Alias[],
  now: EpochMs,
): Promise<D1PreparedStatement[]> {
  const { db } = ledger
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
  const links = await sealed(ledger, [...forth, ...back])
  return [
    db.prepare(DELETE_OLDER).bind(LINK.json(links.slice(0, forth.length))),
    db.prepare(KEEP).bind(LINK.json(links), now),
  ]
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
