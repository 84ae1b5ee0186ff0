import { type BatchId, baseOf, type MessageId } from '#worker/domain/ids.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { batches } from '#worker/store/ledger-schema.ts'
import { columnNames, columnsOf, insertOne } from '#worker/store/sql/columns.ts'
import type { IdRange } from './list.ts'
import { type BatchRow, OPEN } from './writes.ts'

const COLUMNS = columnsOf(batches)
const OF_REALM = `SELECT ${COLUMNS} FROM batches WHERE realm = ?1 AND id >= ?2 AND id < ?3`
const NEWEST = 'ORDER BY id DESC LIMIT ?4'

/** Lists at most `limit` batches of a range of ids, newest first; with `clientRef` those that have it. */
export async function listBatches(
  db: D1Database,
  realm: Realm,
  { from, before }: IdRange,
  { clientRef, limit }: { readonly clientRef: string | null; readonly limit: number },
): Promise<readonly BatchRow[]> {
  const statement =
    clientRef === null
      ? db.prepare(`${OF_REALM} ${NEWEST}`).bind(realm, from, before, limit)
      : db
          .prepare(
            `${OF_REALM.replace('FROM batches', '$& INDEXED BY batches_by_client_ref')} AND client_ref = ?5 ${NEWEST}`,
          )
          .bind(realm, from, before, limit, clientRef)
  return (await statement.all<BatchRow>()).results
}

const COUNTS = `SELECT j.value AS id, m.status, count(*) AS n FROM json_each(?2) j
CROSS JOIN messages m ON m.realm = ?1 AND m.id >= 'msg_' || substr(j.value, 5) AND m.id < 'msg_' || substr(j.value, 5) || '~'
GROUP BY j.value, m.status`

/** Counts the messages of some batches by status code; every message is read. */
export async function countsOfBatches(
  db: D1Database,
  realm: Realm,
  ids: readonly BatchId[],
): Promise<readonly { readonly id: BatchId; readonly status: number; readonly n: number }[]> {
  return (await db.prepare(COUNTS).bind(realm, JSON.stringify(ids)).all<{ id: BatchId; status: number; n: number }>())
    .results
}

const STOP = `${insertOne(batches)} ON CONFLICT DO UPDATE SET canceled_at = coalesce(canceled_at, excluded.canceled_at)
RETURNING ${COLUMNS}`
const OPEN_IDS = `SELECT id FROM messages WHERE realm = ?1 AND id >= ?2 AND id < ?3 AND ${OPEN}`

/**
 * Marks a batch as canceled: from then on no claim gives a message of it to a carrier, but for repeats of an unclear attempt.
 * `blank`: the row where dispatch has written none yet. Answers the row as it then is, and the messages that have rows and
 * wait for a next attempt.
 */
export async function stopBatch(
  db: D1Database,
  blank: BatchRow,
): Promise<{ readonly batch: BatchRow; readonly open: readonly MessageId[] }> {
  const base = baseOf(blank.id)
  const [stopped, open] = await db.batch([
    db.prepare(STOP).bind(...columnNames(batches).map((name) => blank[name])),
    db.prepare(OPEN_IDS).bind(blank.realm, `msg_${base}`, `msg_${base}~`),
  ])
  const [batch = blank] = (stopped?.results ?? []) as BatchRow[]
  return { batch, open: ((open?.results ?? []) as { id: MessageId }[]).map(({ id }) => id) }
}

const STOPPED = `SELECT substr(b.id, 5) AS base FROM json_each(?2) j
CROSS JOIN batches b ON b.realm = ?1 AND b.id = 'bat_' || j.value WHERE b.canceled_at IS NOT NULL`

/** Picks those bases of a realm whose batch was canceled. */
export async function stoppedOf(db: D1Database, realm: Realm, bases: readonly string[]): Promise<ReadonlySet<string>> {
  const { results } = await db.prepare(STOPPED).bind(realm, JSON.stringify(bases)).all<{ base: string }>()
  return new Set(results.map(({ base }) => base))
}
