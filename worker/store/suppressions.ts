import { CHANNELS, type Channel, type ChannelName } from '#worker/domain/carriers/channel.ts'
import { type Realm, tenantOf } from '#worker/domain/realm.ts'
import { alteredMark, type MaybeAltered, textOrNull } from '#worker/store/keys/altered.ts'
import type { Keyring } from '#worker/store/keys/keyring.ts'
import { openTexts, sealText } from '#worker/store/keys/sealed.ts'
import { addToCounts, countSql, tenantSql } from '#worker/store/quotas/counts.ts'
import { columnNames, columnsOf, insertFrom } from '#worker/store/sql/columns.ts'
import { tupleOf } from '#worker/store/sql/tuple.ts'
import { REACHED_KEYS } from './aliases.ts'
import { suppressions } from './ledger-schema.ts'

/** Opt-out of a person. An empty line stands for all lines of the tenant on the channel. */
export type Suppression = Readonly<typeof suppressions.$inferSelect>

/** Opt-out as it is stored: its address is sealed under the standing keys of its tenant. */
interface SealedSuppression extends Suppression {
  readonly isSealed: true
}

/** Key of an opt-out. */
export type SuppressionKey = Pick<Suppression, 'realm' | 'channel' | 'partyKey' | 'line'>

const KEY_NAMES = ['realm', 'channel', 'partyKey', 'line'] as const
const KEY = columnsOf(suppressions, KEY_NAMES)
const COLUMNS = columnsOf(suppressions)

const OF_KEYS = `SELECT j.value AS partyKey, s.line, s.source FROM json_each(?3) j
CROSS JOIN suppressions s ON s.realm = ?1 AND s.channel = ?2 AND s.party_key = j.value`
const OF_REACHED = `${REACHED_KEYS} SELECT DISTINCT r.own AS partyKey, s.line, s.source FROM reached r
CROSS JOIN suppressions s ON s.realm = ?1 AND s.channel = ?2 AND s.party_key = r.key`

/**
 * Opt-outs of some recipients; on a channel with `aliases` also of their other addresses. Costs a look-up a key and one a link.
 */
export async function suppressionsOf(
  db: D1Database,
  realm: Realm,
  { name: channel, aliases }: Pick<Channel, 'name' | 'aliases'>,
  keys: readonly string[],
): Promise<readonly Pick<Suppression, 'partyKey' | 'line' | 'source'>[]> {
  const sql = aliases ? OF_REACHED : OF_KEYS
  return (await db.prepare(sql).bind(realm, channel, JSON.stringify(keys)).all<Suppression>()).results
}

const SUPPRESSION = tupleOf<Suppression>()(columnNames(suppressions), {})

const placeOf = ({ realm, channel, partyKey, line }: SuppressionKey) =>
  ['suppressions', realm, channel, partyKey, line, 'party'] as const

/** Record of an opt-out, without its line: that is an address, if only the tenant's own. */
const recordOf = ({ realm, channel, partyKey }: SuppressionKey) => ({
  table: 'suppressions',
  id: `${realm}/${channel}/${partyKey}`,
})

/** Seals the addresses of opt-outs for writing. */
export async function sealSuppressions(
  keys: Keyring,
  rows: readonly Suppression[],
): Promise<readonly SealedSuppression[]> {
  const sealed: SealedSuppression[] = []
  for (const row of rows) {
    // One after the other: the first of a tenant may have to read its keys, and the others find them.
    const own = await keys.standing(tenantOf(row.realm))
    sealed.push({ ...row, party: await sealText(own, row.party, placeOf(row)), isSealed: true })
  }
  return sealed
}

/** Opt-out as it was read. Of one that was altered the address is empty; it holds all the same. */
export type OpenedSuppression = Suppression & MaybeAltered

/** Opens the addresses of opt-outs that were read. One whose keys were forgotten is as gone as they are. */
export async function openSuppressions(
  keys: Keyring,
  rows: readonly SealedSuppression[],
): Promise<readonly OpenedSuppression[]> {
  const opened: OpenedSuppression[] = []
  for (const [owner, own] of Map.groupBy(rows, ({ realm }) => tenantOf(realm))) {
    const parties = await openTexts(
      keys,
      owner,
      own.map((row) => [row.party, placeOf(row), recordOf(row)] as const),
    )
    for (const [i, { isSealed: _, ...row }] of own.entries()) {
      const mark = alteredMark(parties[i])
      const party = textOrNull(parties[i]) ?? (mark.isAltered ? '' : null)
      if (party !== null) opened.push({ ...row, party, ...mark })
    }
  }
  return opened
}

/**
 * Adds opt-outs. One that is there already stays as it is, but a carrier's block replaces a softer one, and a person's own word
 * the switch of a network, which could be turned back without it. Returns the keys of the rows that were written.
 */
export function addSuppressions(db: D1Database, rows: readonly SealedSuppression[]): D1PreparedStatement {
  return db
    .prepare(
      `${insertFrom(suppressions, SUPPRESSION)} WHERE true
ON CONFLICT DO UPDATE SET source = excluded.source
WHERE (excluded.source = 'carrier' AND source <> 'carrier') OR (excluded.source = 'keyword' AND source = 'recipient')
RETURNING ${KEY}`,
    )
    .bind(SUPPRESSION.json(rows))
}

const IS_THERE = `EXISTS (SELECT 1 FROM suppressions s WHERE s.realm = ${SUPPRESSION.at.realm} AND s.channel = ${SUPPRESSION.at.channel}
AND s.party_key = ${SUPPRESSION.at.partyKey} AND s.line = ${SUPPRESSION.at.line})`
const COUNT_ADDED =
  addToCounts(`SELECT ${tenantSql(SUPPRESSION.at.realm)}, 'suppressions', count(*), 0 FROM json_each(?1) j
WHERE NOT ${IS_THERE} GROUP BY 1`)

/** Counts opt-outs that are not there yet. Stands before `addSuppressions` in its batch. */
export const countAdded = (db: D1Database, rows: readonly SealedSuppression[]): D1PreparedStatement =>
  db.prepare(COUNT_ADDED).bind(SUPPRESSION.json(rows))

const ADD_WITHIN = `${insertFrom(suppressions, SUPPRESSION)}
WHERE ${countSql(tenantSql(SUPPRESSION.at.realm), 'suppressions')} <= ?2 ON CONFLICT DO NOTHING RETURNING ${KEY}`
const UNCOUNT_REFUSED =
  addToCounts(`SELECT ${tenantSql(SUPPRESSION.at.realm)}, 'suppressions', -1, 0 FROM json_each(?1) j
WHERE NOT ${IS_THERE}`)

/** Statements that add an opt-out if the tenant has fewer than `most`. The second one returns its key if it was written. */
export function addWithinQuota(db: D1Database, row: SealedSuppression, most: number): readonly D1PreparedStatement[] {
  const json = SUPPRESSION.json([row])
  return [
    db.prepare(COUNT_ADDED).bind(json),
    db.prepare(ADD_WITHIN).bind(json, most),
    db.prepare(UNCOUNT_REFUSED).bind(json),
  ]
}

const KEY_TUPLE = tupleOf<SuppressionKey>()(KEY_NAMES, {})

/** Condition on an opt-out that `?2` may lift. */
const MAY_LIFT = "(source <> 'carrier' OR ?2 = 'carrier') AND (source = 'recipient' OR ?2 <> 'recipient')"

/**
 * Lifts opt-outs; a carrier's block only where it is the carrier that says so (requirements R-6), and by the switch of a network
 * (`recipient`) only what such a switch made. Returns the keys of those that there were.
 */
export function removeSuppressions(
  db: D1Database,
  keys: readonly SuppressionKey[],
  by: Suppression['source'] = 'api',
): D1PreparedStatement {
  return db
    .prepare(
      `DELETE FROM suppressions WHERE (realm, channel, party_key, line) IN
(SELECT ${KEY_TUPLE.values} FROM json_each(?1) j) AND ${MAY_LIFT} RETURNING ${KEY}`,
    )
    .bind(KEY_TUPLE.json(keys), by)
}

/** Finds which of some opt-outs there are, and who made them. */
export async function presentSuppressions(
  db: D1Database,
  keys: readonly SuppressionKey[],
): Promise<readonly (SuppressionKey & Pick<Suppression, 'source'>)[]> {
  const { at } = KEY_TUPLE
  const sql = `SELECT ${columnsOf(suppressions, [...KEY_NAMES, 'source'], 's')} FROM json_each(?1) j CROSS JOIN suppressions s
ON s.realm = ${at.realm} AND s.channel = ${at.channel} AND s.party_key = ${at.partyKey} AND s.line = ${at.line}`
  return (await db.prepare(sql).bind(KEY_TUPLE.json(keys)).all<Suppression>()).results
}

const COUNT_REMOVED = addToCounts(`SELECT ${tenantSql('s.realm')}, 'suppressions', -count(*), 0 FROM json_each(?1) j
CROSS JOIN suppressions s ON s.realm = ${KEY_TUPLE.at.realm} AND s.channel = ${KEY_TUPLE.at.channel}
AND s.party_key = ${KEY_TUPLE.at.partyKey} AND s.line = ${KEY_TUPLE.at.line} AND ${MAY_LIFT} GROUP BY 1`)

/** Takes opt-outs off the count. Stands before `removeSuppressions` with the same arguments in its batch. */
export const countRemoved = (
  db: D1Database,
  keys: readonly SuppressionKey[],
  by: Suppression['source'] = 'api',
): D1PreparedStatement => db.prepare(COUNT_REMOVED).bind(KEY_TUPLE.json(keys), by)

const marked = (rows: readonly Suppression[]): readonly SealedSuppression[] =>
  rows.map((row) => ({ ...row, isSealed: true }))

/** A page of a tenant's opt-outs in the order of their keys, behind `after` (channel, party key, line). */
interface SuppressionPage {
  /** Channels whose opt-outs are listed; null: all of them. */
  readonly channel: ChannelName | null
  /** Keys of a person's addresses; null: everybody's. */
  readonly keys: readonly string[] | null
  readonly after: readonly [string, string, string]
  readonly limit: number
}

const BEHIND = '(channel, party_key, line) > (?2, ?3, ?4)'
const BEHIND_ON_ONE = 'channel = ?2 AND (party_key, line) > (?3, ?4)'
const OF_PERSON = `channel IN (SELECT value FROM json_each(?6)) AND party_key IN (SELECT value FROM json_each(?7))`
const pageOf = (condition: string): string => `SELECT ${COLUMNS} FROM suppressions
WHERE realm = ?1 AND ${condition} ORDER BY channel, party_key, line LIMIT ?5`

/** Lists a page of a tenant's opt-outs. Every row that is read is one of the page, or of the person on the channels. */
export async function listSuppressions(
  db: D1Database,
  realm: Realm,
  { channel, keys, after: [on, ...place], limit }: SuppressionPage,
): Promise<readonly SealedSuppression[]> {
  const channels = JSON.stringify(channel === null ? CHANNELS : [channel])
  const statement =
    keys === null
      ? db
          .prepare(pageOf(channel === null ? BEHIND : BEHIND_ON_ONE))
          .bind(realm, channel === null ? on : channel, ...place, limit)
      : db
          .prepare(pageOf(`${BEHIND} AND ${OF_PERSON}`))
          .bind(realm, on, ...place, limit, channels, JSON.stringify(keys))
  return marked((await statement.all<Suppression>()).results)
}

/** Opt-outs of one person on a channel. `keys`: of all the person's addresses. */
export async function suppressionsOfParty(
  db: D1Database,
  realm: Realm,
  channel: ChannelName,
  keys: readonly string[],
): Promise<readonly SealedSuppression[]> {
  const sql = `SELECT ${COLUMNS} FROM suppressions WHERE realm = ?1 AND channel = ?2
AND party_key IN (SELECT value FROM json_each(?3)) ORDER BY line, party_key`
  return marked((await db.prepare(sql).bind(realm, channel, JSON.stringify(keys)).all<Suppression>()).results)
}
