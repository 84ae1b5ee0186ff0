import type { ChannelName } from '#worker/domain/carriers/channel.ts'
import { type Realm, tenantOf } from '#worker/domain/realm.ts'
import type { Keyring } from '#worker/store/keys/keyring.ts'
import { openTexts } from '#worker/store/keys/sealed.ts'

/** An address of a person and its key. */
export interface Identity {
  readonly partyKey: string
  readonly party: string
}

/** Links of people's addresses in a tenant's home shard. The addresses are sealed under the standing keys of the tenant. */
export interface AliasLedger {
  readonly db: D1Database
  readonly keys: Keyring
}

/** Key of a link. */
interface LinkKey {
  readonly realm: Realm
  readonly channel: ChannelName
  readonly partyKey: string
  readonly otherKey: string
}

/** Place of the sealed address that a link leads to. */
export const placeOf = ({ realm, channel, partyKey, otherKey }: LinkKey) =>
  ['aliases', realm, channel, partyKey, otherKey, 'other_party'] as const

/** Most links from one address to another: from a written one to the network's, to its id, and back to another written one. */
const MOST_STEPS = 4

/**
 * Table `reached` for the keys `?3` of people of realm `?1` on channel `?2`: each key with all keys that its links lead to, and
 * itself. Column `own`: the key that was asked for · `at`: its position in `?3` · `key`: a key that was reached · `via`: the key
 * whose link led there · `party`: the sealed address behind it (both null: the person's own).
 */
export const REACHED_KEYS = `WITH RECURSIVE reached AS (
SELECT value AS own, key AS at, value AS key, NULL AS via, NULL AS party, 0 AS steps FROM json_each(?3)
UNION SELECT r.own, r.at, a.other_key, a.party_key, a.other_party, r.steps + 1 FROM reached r
CROSS JOIN aliases a ON a.realm = ?1 AND a.channel = ?2 AND a.party_key = r.key
WHERE r.steps < ${MOST_STEPS} AND a.other_key <> r.own)`

/** Address that was reached. */
interface Reached extends Identity {
  readonly at: number
  readonly via: string
}

/**
 * Other addresses of some people of one realm and channel: a list for each of `keys`, in their order, sorted by key. An address
 * whose keys are gone is left out, and so is one that was altered.
 */
export async function aliasesOf(
  { db, keys: keyring }: AliasLedger,
  realm: Realm,
  channel: ChannelName,
  keys: readonly string[],
): Promise<readonly (readonly Identity[])[]> {
  // An address that several links lead to is taken by one of them.
  const sql = `${REACHED_KEYS} SELECT at, key AS partyKey, via, min(party) AS party FROM reached WHERE steps > 0 GROUP BY at, key ORDER BY key`
  const { results } = await db.prepare(sql).bind(realm, channel, JSON.stringify(keys)).all<Reached>()
  const sealed = results.map(
    ({ via, partyKey, party }) => [party, placeOf({ realm, channel, partyKey: via, otherKey: partyKey })] as const,
  )
  const parties = await openTexts(keyring, tenantOf(realm), sealed)
  const found = keys.map((): Identity[] => [])
  for (const [i, { at, partyKey }] of results.entries()) {
    const party = parties[i]
    if (typeof party === 'string') found[at]?.push({ partyKey, party })
  }
  return found
}
