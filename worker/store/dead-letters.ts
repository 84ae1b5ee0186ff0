import type { EpochMs } from '#worker/domain/time.ts'
import { fromBase64, toBase64 } from '#worker/lib/bytes.ts'
import type { Keyring } from '#worker/store/keys/keyring.ts'
import { keyOwnerOf } from '#worker/store/keys/rows.ts'
import { openText, sealText } from '#worker/store/keys/sealed.ts'
import { columnsOf, insertFrom } from '#worker/store/sql/columns.ts'
import { tupleOf } from '#worker/store/sql/tuple.ts'
import { deadLetters } from './ledger-schema.ts'

type DeadLetterRow = Readonly<typeof deadLetters.$inferSelect>

/** Dead letter as a list shows it: without its job. */
export type DeadLetterSummary = Omit<DeadLetterRow, 'job'>

/** Letter as it is written: with its job as JSON, or as the body came off its queue if nobody could open it. */
export type DeadLetter = Omit<DeadLetterRow, 'replayedAt' | 'job'> & {
  readonly job: { readonly json: string } | { readonly locked: Uint8Array<ArrayBuffer> }
}

const LETTER = tupleOf<Omit<DeadLetterRow, 'replayedAt'>>()(
  ['id', 'queue', 'kind', 'realm', 'items', 'job', 'reason', 'at'],
  {},
)
const INSERT = `${insertFrom(deadLetters, LETTER)} WHERE true ON CONFLICT DO NOTHING`

/** Mark of a body that is kept as it came off its queue, where a sealed job has the number of its keys. */
const LOCKED = 'queue.'

const placeOf = (id: string) => ['dead_letters', id, 'job'] as const

/** Seals a job under its tenant's keys of the month in which it died. A body that nobody could open is sealed already. */
async function rowOf(keys: Keyring, { job, ...letter }: DeadLetter): Promise<Omit<DeadLetterRow, 'replayedAt'>> {
  if ('locked' in job) return { ...letter, job: LOCKED + toBase64(job.locked) }
  const own = await keys.sealer(keyOwnerOf(letter.realm), letter.at)
  return { ...letter, job: await sealText(own, job.json, placeOf(letter.id)) }
}

/** Writes letters; one that is there already stays as it is. All together must stay under D1's 2 MB a value. */
export async function insertDeadLetters(db: D1Database, keys: Keyring, letters: readonly DeadLetter[]): Promise<void> {
  const rows = await Promise.all(letters.map((letter) => rowOf(keys, letter)))
  await db.prepare(INSERT).bind(LETTER.json(rows)).run()
}

const SUMMARY_NAMES = ['id', 'queue', 'kind', 'realm', 'items', 'reason', 'at', 'replayedAt'] as const

/** Lists at most `limit` letters with ids below `before` (empty: all), newest first; `pending` leaves out replayed ones. */
export async function listDeadLetters(
  db: D1Database,
  filter: { readonly queue: string | null; readonly pending: boolean; readonly before: string; readonly limit: number },
): Promise<readonly DeadLetterSummary[]> {
  const { results } = await db
    .prepare(
      `SELECT ${columnsOf(deadLetters, SUMMARY_NAMES)} FROM dead_letters
WHERE (?1 = '' OR id < ?1) AND (?2 IS NULL OR queue = ?2) AND (?3 = 0 OR replayed_at IS NULL) ORDER BY id DESC LIMIT ?4`,
    )
    .bind(filter.before, filter.queue, Number(filter.pending), filter.limit)
    .all<DeadLetterSummary>()
  return results
}

/** Reads a letter without its job; null: this shard has no such letter. */
export const letterSummary = (db: D1Database, id: string): Promise<DeadLetterSummary | null> =>
  db
    .prepare(`SELECT ${columnsOf(deadLetters, SUMMARY_NAMES)} FROM dead_letters WHERE id = ?1`)
    .bind(id)
    .first<DeadLetterSummary>()

/** State of a letter without its job; null: this shard has no such letter. */
export async function letterById(
  db: D1Database,
  id: string,
): Promise<Pick<DeadLetterRow, 'queue' | 'replayedAt'> | null> {
  const columns = columnsOf(deadLetters, ['queue', 'replayedAt'])
  return db.prepare(`SELECT ${columns} FROM dead_letters WHERE id = ?1`).bind(id).first()
}

/** Job of a letter, as it was written; null: there is none, or its keys were forgotten, or it was altered. */
export async function deadJob(db: D1Database, keys: Keyring, id: string): Promise<DeadLetter['job'] | null> {
  const sql = 'SELECT realm, job FROM dead_letters WHERE id = ?1'
  const row = await db.prepare(sql).bind(id).first<Pick<DeadLetterRow, 'realm' | 'job'>>()
  if (!row) return null
  if (row.job.startsWith(LOCKED)) {
    const bytes = fromBase64(row.job.slice(LOCKED.length))
    return bytes && { locked: bytes }
  }
  const json = await openText(keys, keyOwnerOf(row.realm), row.job, placeOf(id))
  return typeof json === 'string' ? { json } : null
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
