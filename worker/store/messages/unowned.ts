import type { Message } from '#worker/domain/messages/message.ts'
import { fromRow, type MessageRow, ROW_COLUMNS } from './rows.ts'

/** Inbound messages to lines that no tenant has are kept under these names. */
const OPERATORS = "'live.operator', 'test.operator'"

const LIST = `SELECT ${ROW_COLUMNS} FROM messages m WHERE realm IN (${OPERATORS}) AND (?1 = '' OR id < ?1) ORDER BY id DESC LIMIT ?2`
const COUNT = `SELECT count(*) AS n FROM (SELECT 1 FROM messages WHERE realm IN (${OPERATORS}) LIMIT ?1)`

/** At most `limit` messages before the id `before` (empty: the newest), newest first. */
export async function listUnowned(db: D1Database, before: string, limit: number): Promise<readonly Message[]> {
  const { results } = await db.prepare(LIST).bind(before, limit).all<MessageRow>()
  return results.map(fromRow)
}

/** How many there are; counts no further than `most`. */
export async function countUnowned(db: D1Database, most: number): Promise<number> {
  return (await db.prepare(COUNT).bind(most).first<{ n: number }>())?.n ?? 0
}
