import type { MessageId } from '#worker/domain/ids.ts'
import type { Realm } from '#worker/domain/realm.ts'
import type { Keyring } from '#worker/store/keys/keyring.ts'
import { keysToSeal } from '#worker/store/keys/keys-of-ids.ts'
import { ID_HEX, idHex, KEY_BYTES, type PartyEntry } from './entry.ts'
import { entryKey } from './key.ts'

/**
 * Bytes of keys up to which the newest row of a tail takes more. A row is written anew with each addition: this many keep it
 * on two pages, which costs what a row of its own would.
 */
const OPEN_BYTES = 128 * KEY_BYTES

/**
 * Entries of a realm that wait from which on the invocation that wrote the last of them fills the index, and most of one fill.
 */
export const FILL_AT_ONCE = 20_000

const APPEND = `INSERT INTO party_tail (realm, seq, total, first, last, keys, ids)
SELECT ?1, coalesce(t.seq + (length(t.keys) + length(?2) / 2 > ${OPEN_BYTES}), 1), coalesce(t.total, 0) + length(?2) / ${2 * KEY_BYTES},
  unhex(?4), unhex(?5), unhex(?2), unhex(?3)
FROM (SELECT 1) LEFT JOIN (SELECT seq, total, keys FROM party_tail WHERE realm = ?1 ORDER BY seq DESC LIMIT 1) t WHERE true
ON CONFLICT (realm, seq) DO UPDATE SET total = excluded.total,
  first = min(party_tail.first, excluded.first), last = max(party_tail.last, excluded.last),
  keys = CAST(party_tail.keys || excluded.keys AS BLOB), ids = CAST(party_tail.ids || excluded.ids AS BLOB)
RETURNING total / ${FILL_AT_ONCE} > (total - length(?2) / ${2 * KEY_BYTES}) / ${FILL_AT_ONCE} AS isFull`

/** Answer of such a statement: `isFull` is 1 for the one write in 20,000 entries whose writer is to fill the index. */
export interface Appended {
  readonly isFull: number
}

/**
 * Statement that writes down which messages of a realm are of which people, for the D1 batch that writes the messages; none if
 * there are no entries. One that is there already (a claim was redelivered) stands there twice, and is found once.
 */
export function partyStatements(db: D1Database, realm: Realm, entries: readonly PartyEntry[]): D1PreparedStatement[] {
  if (entries.length === 0) return []
  let keys = ''
  let ids = ''
  let first = ''
  let last = ''
  for (const { id, key } of entries) {
    const hex = idHex(id)
    keys += key
    ids += hex
    if (first === '' || hex < first) first = hex
    if (hex > last) last = hex
  }
  if (ids.length !== ID_HEX * entries.length || keys.length !== 2 * KEY_BYTES * entries.length)
    throw new RangeError('an entry of the index by party has the wrong length')
  return [db.prepare(APPEND).bind(realm, keys, ids, first, last)]
}

/** Message as it is claimed or taken, with the key of its person (key.ts); empty: it is of nobody. */
interface PartyMessage {
  readonly id: MessageId
  readonly partyKey: string
  readonly attempt: number
}

/**
 * Entries of a realm's messages, each under the keys of the month of its id; but of those that an attempt before wrote down, or
 * that are of nobody.
 */
export async function entriesOf(
  keyring: Keyring,
  realm: Realm,
  messages: readonly PartyMessage[],
): Promise<readonly PartyEntry[]> {
  const first = messages.filter(({ partyKey, attempt }) => attempt === 1 && partyKey !== '')
  const rows = first.map(({ id, partyKey }) => ({ realm, id, partyKey }))
  const keysOf = await keysToSeal(keyring, rows)
  return rows.map((row) => ({ id: row.id, key: entryKey(keysOf(row), row.partyKey) }))
}
