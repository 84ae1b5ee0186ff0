import type { Realm } from '#worker/domain/realm.ts'
import type { EpochMs } from '#worker/domain/time.ts'

/** A job that no retry could work, without the job itself. */
interface DeadLetterSummary {
  readonly id: string
  readonly queue: string
  readonly kind: string
  /** Empty where the job names none. */
  readonly realm: Realm | ''
  readonly reason: string | null
  readonly at: EpochMs
  readonly replayedAt: EpochMs | null
  /** How many messages, receipts, events … the job holds. */
  readonly items: number
}
export interface DeadLetter extends Omit<DeadLetterSummary, 'items' | 'replayedAt'> {
  /** JSON. */
  readonly job: string
}

interface SummaryRow {
  readonly id: string
  readonly queue: string
  readonly kind: string
  /** Empty where the job names none. */
  readonly realm: Realm | ''
  readonly reason: string | null
  readonly at: number
  readonly replayed_at: number | null
  readonly items: number | null
}

const INSERT = `INSERT INTO dead_letters (id, queue, kind, realm, job, reason, at)
SELECT value->>'id', value->>'queue', value->>'kind', value->>'realm', value->>'job', value->>'reason', value->>'at'
FROM json_each(?1) WHERE true ON CONFLICT DO NOTHING`

/** Keeps letters; one that is kept already stays as it is. The letters together must stay under D1's 2 MB a value. */
export async function insertDeadLetters(db: D1Database, letters: readonly DeadLetter[]): Promise<void> {
  await db.prepare(INSERT).bind(JSON.stringify(letters)).run()
}

const ITEMS = `coalesce(json_array_length(job, '$.items'), json_array_length(job, '$.receipts'),
json_array_length(job, '$.messages'), json_array_length(job, '$.events'), json_array_length(job, '$.rows'),
json_array_length(job, '$.callbacks'), json_array_length(job, '$.records'), 0)`

/** At most `limit` letters before the id `before` (empty: the newest), newest first; `pending` leaves out replayed ones. */
export async function listDeadLetters(
  db: D1Database,
  filter: { readonly queue: string | null; readonly pending: boolean; readonly before: string; readonly limit: number },
): Promise<readonly DeadLetterSummary[]> {
  const { results } = await db
    .prepare(
      `SELECT id, queue, kind, realm, reason, at, replayed_at, ${ITEMS} AS items FROM dead_letters
WHERE (?1 = '' OR id < ?1) AND (?2 IS NULL OR queue = ?2) AND (?3 = 0 OR replayed_at IS NULL) ORDER BY id DESC LIMIT ?4`,
    )
    .bind(filter.before, filter.queue, Number(filter.pending), filter.limit)
    .all<SummaryRow>()
  return results.map((row) => ({
    id: row.id,
    queue: row.queue,
    kind: row.kind,
    realm: row.realm,
    reason: row.reason,
    at: row.at,
    replayedAt: row.replayed_at,
    items: row.items ?? 0,
  }))
}

/** The job of a letter and when it was last sent again; null: no such letter on this shard. */
export async function deadJob(
  db: D1Database,
  id: string,
): Promise<{ readonly queue: string; readonly job: string; readonly replayedAt: EpochMs | null } | null> {
  const row = await db
    .prepare('SELECT queue, job, replayed_at FROM dead_letters WHERE id = ?1')
    .bind(id)
    .first<{ queue: string; job: string; replayed_at: number | null }>()
  return row && { queue: row.queue, job: row.job, replayedAt: row.replayed_at }
}

export async function markReplayed(db: D1Database, id: string, now: EpochMs): Promise<void> {
  await db.prepare('UPDATE dead_letters SET replayed_at = coalesce(replayed_at, ?2) WHERE id = ?1').bind(id, now).run()
}

/** Letters that wait for an operator, by queue. */
export async function countDeadLetters(db: D1Database): Promise<ReadonlyMap<string, number>> {
  const { results } = await db
    .prepare('SELECT queue, count(*) AS n FROM dead_letters WHERE replayed_at IS NULL GROUP BY queue')
    .all<{ queue: string; n: number }>()
  return new Map(results.map(({ queue, n }) => [queue, n]))
}
