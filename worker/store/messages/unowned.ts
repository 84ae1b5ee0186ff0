import type { Message } from '#worker/domain/messages/message.ts'
import { messages } from '#worker/store/ledger-schema.ts'
import { columnsOf } from '#worker/store/sql/columns.ts'
import { fromRow, type MessageRow, ROW_COLUMNS } from './rows.ts'

/** Realms, as SQL, of inbound messages to lines that no tenant has. */
const OPERATORS = "'live.operator', 'test.operator'"

/** Unowned message without who wrote it and what. */
export type UnownedMessage = Pick<Message, 'id' | 'realm' | 'channel' | 'to' | 'connectionId' | 'acceptedAt'>

const METADATA = columnsOf(messages, ['id', 'realm', 'channel', 'connectionId', 'acceptedAt'], 'm')
const LIST = `SELECT ${METADATA}, m.line AS "to" FROM messages m
WHERE realm IN (${OPERATORS}) AND (?1 = '' OR id < ?1) ORDER BY id DESC LIMIT ?2`
const ONE = `SELECT ${ROW_COLUMNS} FROM messages m WHERE realm IN (${OPERATORS}) AND id = ?1`
const COUNT = `SELECT count(*) AS n FROM (SELECT 1 FROM messages WHERE realm IN (${OPERATORS}) LIMIT ?1)`

/**
 * Lists at most `limit` unowned messages with ids below `before` (empty: all), newest first. Addresses and contents are not read.
 */
export async function listUnowned(db: D1Database, before: string, limit: number): Promise<readonly UnownedMessage[]> {
  return (await db.prepare(LIST).bind(before, limit).all<UnownedMessage>()).results
}

/** The whole of an unowned message; null: this shard has none of this id. */
export async function unownedById(db: D1Database, id: string): Promise<Message | null> {
  const row = await db.prepare(ONE).bind(id).first<MessageRow>()
  return row && fromRow(row)
}

/** Counts unowned messages, up to `most`. */
export async function countUnowned(db: D1Database, most: number): Promise<number> {
  return (await db.prepare(COUNT).bind(most).first<{ n: number }>())?.n ?? 0
}
