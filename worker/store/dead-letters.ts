import type { EpochMs } from '#worker/domain/time.ts'
import { columnsOf, insertFrom } from '#worker/store/sql/columns.ts'
import { tupleOf } from '#worker/store/sql/tuple.ts'
import { deadLetters } from './ledger-schema.ts'

type DeadLetterRow = Readonly<typeof deadLetters.$inferSelect>

/** Dead letter as a list shows it: without its job. */
interface DeadLetterSummary extends Omit<DeadLetterRow, 'job'> {
  /** Messages, receipts, events … that the job holds. */
  readonly items: number
}
export type DeadLetter = Omit<DeadLetterRow, 'replayedAt'>

const LETTER = tupleOf<DeadLetter>()(['id', 'queue', 'kind', 'realm', 'job', 'reason', 'at'], {})
const INSERT = `${insertFrom(deadLetters, LETTER)} WHERE true ON CONFLICT DO NOTHING`

/** Writes letters; one that is there already stays as it is. All together must stay under D1's 2 MB a value. */
export async function insertDeadLetters(db: D1Database, letters: readonly DeadLetter[]): Promise<void> {
  await db.prepare(INSERT).bind(LETTER.json(letters)).run()
}

const ITEMS = `coalesce(json_array_length(job, '$.items'), json_array_length(job, '$.receipts'),
json_array_length(job, '$.messages'), json_array_length(job, '$.events'), json_array_length(job, '$.rows'),
json_array_length(job, '$.callbacks'), json_array_length(job, '$.records'), 0)`
const SUMMARY_NAMES = ['id', 'queue', 'kind', 'realm', 'reason', 'at', 'replayedAt'] as const

/** Lists at most `limit` letters with ids below `before` (empty: all), newest first; `pending` leaves out replayed ones. */
export async function listDeadLetters(
  db: D1Database,
  filter: { readonly queue: string | null; readonly pending: boolean; readonly before: string; readonly limit: number },
): Promise<readonly DeadLetterSummary[]> {
  const { results } = await db
    .prepare(
      `SELECT ${columnsOf(deadLetters, SUMMARY_NAMES)}, ${ITEMS} AS items FROM dead_letters
WHERE (?1 = '' OR id < ?1) AND (?2 IS NULL OR queue = ?2) AND (?3 = 0 OR replayed_at IS NULL) ORDER BY id DESC LIMIT ?4`,
    )
    .bind(filter.before, filter.queue, Number(filter.pending), filter.limit)
    .all<DeadLetterSummary>()
  return results
}

/** Job of a letter, and the time of its first replay; null: this shard has no such letter. */
export async function deadJob(
  db: D1Database,
  id: string,
): Promise<Pick<DeadLetterRow, 'queue' | 'job' | 'replayedAt'> | null> {
  const columns = columnsOf(deadLetters, ['queue', 'job', 'replayedAt'])
  return db.prepare(`SELECT ${columns} FROM dead_letters WHERE id = ?1`).bind(id).first()
}

export async function markReplayed(db: D1Database, id: string, now: EpochMs): Promise<void> {
  await db.prepare('UPDATE dead_letters SET replayed_at = coalesce(replayed_at, ?2) WHERE id = ?1').bind(id, now).run()
}

/** Counts the letters that nobody has replayed, by queue. */
export async function countDeadLetters(db: D1Database): Promise<ReadonlyMap<string, number>> {
  const { results } = await db
    .prepare('SELECT queue, count(*) AS n FROM dead_letters WHERE replayed_at IS NULL GROUP BY queue')
    .all<{ queue: string; n: number }>()
  return new Map(results.map(({ queue, n }) => [queue, n]))
}
