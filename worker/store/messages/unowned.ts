import { timeOfId } from '#worker/domain/ids.ts'
import type { Message } from '#worker/domain/messages/message.ts'
import { boundHex, kindOf, OPERATORS } from '#worker/store/codes/codes.ts'
import type { Keyring } from '#worker/store/keys/keyring.ts'
import { messages } from '#worker/store/ledger-schema.ts'
import { columnsOf, reader } from '#worker/store/sql/columns.ts'
import { fromRow, messageRows, type RawRow, ROW_COLUMNS } from './rows.ts'

/** Unowned message without who wrote it and what. */
export type UnownedMessage = Pick<Message, 'id' | 'realm' | 'channel' | 'to' | 'connectionId' | 'acceptedAt'>

const NAMES = ['id', 'realm', 'kind', 'encoding', 'connectionId', 'acceptedAfter', 'line'] as const
const LIST = `SELECT ${columnsOf(messages, NAMES, 'm')} FROM messages m
WHERE realm IN (${OPERATORS}) AND (?1 = '' OR id < unhex(?1)) ORDER BY id DESC LIMIT ?2`
const ONE = `SELECT ${ROW_COLUMNS} FROM messages m WHERE realm IN (${OPERATORS}) AND id = unhex(?1)`
const read = reader(messages, NAMES)
const COUNT = `SELECT count(*) AS n FROM (SELECT 1 FROM messages WHERE realm IN (${OPERATORS}) LIMIT ?1)`

/**
 * Lists at most `limit` unowned messages with ids below `before` (empty: all), newest first. Addresses and contents are not read.
 */
export async function listUnowned(db: D1Database, before: string, limit: number): Promise<readonly UnownedMessage[]> {
  const { results } = await db.prepare(LIST).bind(boundHex(before, 'id'), limit).all<RawRow>()
  return results.map((raw) => {
    const { id, realm, kind, encoding, connectionId, acceptedAfter, line } = read(raw)
    const { channel } = kindOf(kind, encoding)
    return { id, realm, channel, to: line, connectionId, acceptedAt: timeOfId(id) + acceptedAfter }
  })
}

/** The whole of an unowned message; null: this shard has none of this id. */
export async function unownedById(db: D1Database, keys: Keyring, id: string): Promise<Message | null> {
  const raw = await db.prepare(ONE).bind(boundHex(id, 'id')).first<RawRow>()
  const [row] = raw ? await messageRows(keys, [raw]) : []
  // A text of other characters than an id's stands for the bytes of another.
  return row?.id === id ? fromRow(row) : null
}

/** Counts unowned messages, up to `most`. */
export async function countUnowned(db: D1Database, most: number): Promise<number> {
  return (await db.prepare(COUNT).bind(most).first<{ n: number }>())?.n ?? 0
}
