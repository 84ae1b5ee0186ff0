import type { Channel, ChannelName } from '#worker/domain/carriers/channel.ts'
import type { MessageId } from '#worker/domain/ids.ts'
import type { Realm } from '#worker/domain/realm.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { REACHED_KEYS } from './aliases.ts'
import { decodeText, encodeText } from './codec.ts'

/** `keyword`: the person wrote so · `recipient`: the person pressed unsubscribe · `api`: the tenant · `carrier`: the network refuses (a hard block). */
type SuppressionSource = 'keyword' | 'recipient' | 'api' | 'carrier'

/** An opt-out. An empty line means all of the tenant's lines on that channel. */
export interface Suppression {
  readonly realm: Realm
  readonly channel: ChannelName
  readonly partyKey: string
  readonly line: string
  readonly party: string
  readonly source: SuppressionSource
  readonly messageId: MessageId | null
  readonly createdAt: EpochMs
}

/** What an opt-out is found by. */
export type SuppressionKey = Pick<Suppression, 'realm' | 'channel' | 'partyKey' | 'line'>

const KEY = 'realm, channel, party_key AS partyKey, line'
const COLUMNS = `${KEY}, party, source, message_id AS messageId, created_at AS createdAt`

const OF_KEYS = `SELECT j.value AS partyKey, s.line, s.source FROM json_each(?3) j
CROSS JOIN suppressions s ON s.realm = ?1 AND s.channel = ?2 AND s.party_key = j.value`
const OF_REACHED = `${REACHED_KEYS} SELECT DISTINCT r.own AS partyKey, s.line, s.source FROM reached r
CROSS JOIN suppressions s ON s.realm = ?1 AND s.channel = ?2 AND s.party_key = r.key`

/** The opt-outs of some recipients, with `aliases` also those of their other addresses. One look-up a key, and one more for each link. */
export async function suppressionsOf(
  db: D1Database,
  realm: Realm,
  { name: channel, aliases }: Pick<Channel, 'name' | 'aliases'>,
  keys: readonly string[],
): Promise<readonly Pick<Suppression, 'partyKey' | 'line' | 'source'>[]> {
  const sql = aliases ? OF_REACHED : OF_KEYS
  return (await db.prepare(sql).bind(realm, channel, JSON.stringify(keys)).all<Suppression>()).results
}

/** Adds opt-outs; one that is there already stays, but a carrier's block replaces a softer one. */
export function addSuppressions(db: D1Database, rows: readonly Suppression[]): D1PreparedStatement {
  const values = rows.map((s) => [
    s.realm,
    s.channel,
    s.partyKey,
    s.line,
    encodeText(s.party),
    s.source,
    s.messageId,
    s.createdAt,
  ])
  return db
    .prepare(
      `INSERT INTO suppressions (realm, channel, party_key, line, party, source, message_id, created_at)
SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6, value->>7 FROM json_each(?1) WHERE true
ON CONFLICT DO UPDATE SET source = excluded.source WHERE excluded.source = 'carrier' AND source <> 'carrier'
RETURNING ${KEY}`,
    )
    .bind(JSON.stringify(values))
}

/** Lifts opt-outs; a carrier's block cannot be lifted here (requirements R-6). The rows say which there were. */
export function removeSuppressions(db: D1Database, keys: readonly SuppressionKey[]): D1PreparedStatement {
  return db
    .prepare(
      `DELETE FROM suppressions WHERE (realm, channel, party_key, line) IN
(SELECT value->>0, value->>1, value->>2, value->>3 FROM json_each(?1)) AND source <> 'carrier' RETURNING ${KEY}`,
    )
    .bind(JSON.stringify(keys.map(({ realm, channel, partyKey, line }) => [realm, channel, partyKey, line])))
}

/** A page of a tenant's opt-outs on one channel in key order, behind `after` (channel, party key, line). */
export async function listSuppressions(
  db: D1Database,
  realm: Realm,
  after: readonly [string, string, string],
  limit: number,
): Promise<readonly Suppression[]> {
  const sql = `SELECT ${COLUMNS} FROM suppressions
WHERE realm = ?1 AND channel = ?2 AND (party_key, line) > (?3, ?4) ORDER BY party_key, line LIMIT ?5`
  const { results } = await db
    .prepare(sql)
    .bind(realm, ...after, limit)
    .all<Suppression>()
  return results.map((row) => ({ ...row, party: decodeText(row.party) }))
}

/** All opt-outs of one person, by all their keys. */
export async function suppressionsOfParty(
  db: D1Database,
  realm: Realm,
  channel: ChannelName,
  keys: readonly string[],
): Promise<readonly Suppression[]> {
  const sql = `SELECT ${COLUMNS} FROM suppressions WHERE realm = ?1 AND channel = ?2
AND party_key IN (SELECT value FROM json_each(?3)) ORDER BY line, party_key`
  const { results } = await db.prepare(sql).bind(realm, channel, JSON.stringify(keys)).all<Suppression>()
  return results.map((row) => ({ ...row, party: decodeText(row.party) }))
}
