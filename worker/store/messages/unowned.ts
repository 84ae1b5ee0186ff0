import type { Message } from '#worker/domain/messages/message.ts'
import { fromRow, type MessageRow, ROW_COLUMNS } from './rows.ts'

/** Realms, as SQL, of inbound messages to lines that no tenant has. */
const OPERATORS = "'live.operator', 'test.operator'"

const LIST = `SELECT ${ROW_COLUMNS} FROM messages m WHERE realm IN (${OPERATORS}) AND (?1 = '' OR id < ?1) ORDER BY id DESC LIMIT ?2`
const COUNT = `SELECT count(*) AS n FROM (SELECT 1 FROM messages WHERE realm IN (${OPERATORS}) LIMIT ?1)`

/** Lists at most `limit` unowned messages with ids below `before` (empty: all), newest first. */
export async function listUnowned(db: D1Database, before: string, limit: number): Promise<readonly Message[]> {
  const { results } = await db.prepare(LIST).bind(before, limit).all<MessageRow>()
  return results.map(fromRow)
}

/** Counts unowned messages, up to `most`. */
export async function countUnowned(db: D1Database, most: number): Promise<number> {
  return (await db.prepare(COUNT).bind(most).first<{ n: number }>())?.n ?? 0
}
