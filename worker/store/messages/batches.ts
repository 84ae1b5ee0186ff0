import type { BatchId, MessageId } from '#worker/domain/ids.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { BASE, BATCH, boundHex, idsOfBase, MESSAGE_ID, REALM } from '#worker/store/codes/codes.ts'
import { batches } from '#worker/store/ledger-schema.ts'
import { columnNames, columnsOf, insertOne, reader } from '#worker/store/sql/columns.ts'
import type { IdRange } from './list.ts'
import type { RawRow } from './rows.ts'
import { BATCH_ROW, type BatchRow, OPEN } from './writes.ts'

const COLUMNS = columnsOf(batches)
const read = reader(batches, columnNames(batches))
const OF_REALM = `SELECT ${COLUMNS} FROM batches WHERE realm = unhex(?1) AND id >= unhex(?2) AND id < unhex(?3)`
const OF_CLIENT_REF = `${OF_REALM.replace('FROM batches', '$& INDEXED BY batches_by_client_ref')} AND client_ref = ?5`
const NEWEST = 'ORDER BY batches.id DESC LIMIT ?4'

/** Lists at most `limit` batches of a range of ids, newest first; with `clientRef` those that have it. */
export async function listBatches(
  db: D1Database,
  realm: Realm,
  { from, before }: IdRange,
  { clientRef, limit }: { readonly clientRef: string | null; readonly limit: number },
): Promise<readonly BatchRow[]> {
  const page = [REALM.encode(realm), boundHex(from, 'base'), boundHex(before, 'base'), limit]
  const statement =
    clientRef === null
      ? db.prepare(`${OF_REALM} ${NEWEST}`).bind(...page)
      : db.prepare(`${OF_CLIENT_REF} ${NEWEST}`).bind(...page, clientRef)
  return (await statement.all<RawRow>()).results.map(read)
}

const COUNTS = `SELECT j.value AS id, m.status, count(*) AS n FROM json_each(?2) j
CROSS JOIN messages m ON m.realm = unhex(?1) AND ${idsOfBase('m.id', 'unhex(j.value)')} GROUP BY j.value, m.status`

/** Counts the messages of some batches by status code; every message is read. */
export async function countsOfBatches(
  db: D1Database,
  realm: Realm,
  ids: readonly BatchId[],
): Promise<readonly { readonly id: BatchId; readonly status: number; readonly n: number }[]> {
  const statement = db.prepare(COUNTS).bind(REALM.encode(realm), JSON.stringify(ids.map(BATCH.encode)))
  const { results } = await statement.all<{ id: string; status: number; n: number }>()
  return results.map(({ id, status, n }) => ({ id: BATCH.decode(id), status, n }))
}

const STOP = `${insertOne(batches)} ON CONFLICT DO UPDATE SET canceled_at = coalesce(canceled_at, excluded.canceled_at)
RETURNING ${COLUMNS}`
const OPEN_IDS = `SELECT hex(id) AS id FROM messages WHERE realm = unhex(?1) AND ${idsOfBase('id', 'unhex(?2)')} AND ${OPEN}`

/**
 * Marks a batch as canceled: from then on no claim gives a message of it to a carrier, but for repeats of an unclear attempt.
 * `blank`: the row where dispatch has written none yet. Answers the row as it then is, and the messages that have rows and
 * wait for a next attempt.
 */
export async function stopBatch(
  db: D1Database,
  blank: BatchRow,
): Promise<{ readonly batch: BatchRow; readonly open: readonly MessageId[] }> {
  const [stopped, open] = await db.batch<RawRow>([
    db.prepare(STOP).bind(...BATCH_ROW.row(blank, 0)),
    db.prepare(OPEN_IDS).bind(REALM.encode(blank.realm), BATCH.encode(blank.id)),
  ])
  const [batch] = stopped?.results ?? []
  return {
    batch: batch ? read(batch) : blank,
    open: (open?.results ?? []).map(({ id }) => MESSAGE_ID.decode(String(id))),
  }
}

const STOPPED = `SELECT j.value AS base FROM json_each(?2) j
CROSS JOIN batches b ON b.realm = unhex(?1) AND b.id = unhex(j.value) WHERE b.canceled_at IS NOT NULL`

/** Picks those bases of a realm whose batch was canceled. */
export async function stoppedOf(db: D1Database, realm: Realm, bases: readonly string[]): Promise<ReadonlySet<string>> {
  const statement = db.prepare(STOPPED).bind(REALM.encode(realm), JSON.stringify(bases.map(BASE.encode)))
  const { results } = await statement.all<{ base: string }>()
  return new Set(results.map(({ base }) => BASE.decode(base)))
}
