import type { Message } from '#worker/domain/messages/message.ts'
import { fromRow, type MessageRow } from './rows.ts'

/** Inbound messages to lines that no tenant has are kept under this name. */
const OPERATOR = 'operator'

const LIST = `SELECT * FROM messages WHERE tenant_id = ?1 AND (?2 = '' OR id < ?2) ORDER BY id DESC LIMIT ?3`
const COUNT = 'SELECT count(*) AS n FROM (SELECT 1 FROM messages WHERE tenant_id = ?1 LIMIT ?2)'

/** At most `limit` messages before the id `before` (empty: the newest), newest first. */
export async function listUnowned(db: D1Database, before: string, limit: number): Promise<readonly Message[]> {
  const { results } = await db.prepare(LIST).bind(OPERATOR, before, limit).all<MessageRow>()
  return results.map(fromRow)
}

/** How many there are; counts no further than `most`. */
export async function countUnowned(db: D1Database, most: number): Promise<number> {
  return (await db.prepare(COUNT).bind(OPERATOR, most).first<{ n: number }>())?.n ?? 0
}
