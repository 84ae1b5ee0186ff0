import type { BatchId, MessageId } from '#worker/domain/ids.ts'
import type { Realm } from '#worker/domain/realm.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { BASE, BATCH, boundHex, idsOfBase, MESSAGE_ID, REALM } from '#worker/store/codes/codes.ts'
import type { Keyring } from '#worker/store/keys/keyring.ts'
import { batches } from '#worker/store/ledger-schema.ts'
import { columnNames, columnsOf, reader } from '#worker/store/sql/columns.ts'
import { type BatchRow, type NewBatch, stopStatement } from './batch-writes.ts'
import type { IdRange } from './list.ts'
import type { RawRow } from './rows.ts'
import { openBatches, type SealedBatch } from './sealed-batches.ts'
import { OPEN } from './writes.ts'

const COLUMNS = columnsOf(batches)
const read = reader(batches, columnNames(batches))
const OF_REALM = `SELECT ${COLUMNS} FROM batches WHERE realm = unhex(?1) AND id >= unhex(?2) AND id < unhex(?3)`
/** Of each hash that the client ref may have the newest are found in the index. */
const OF_CLIENT_REF = `SELECT ${columnsOf(batches, columnNames(batches), 'b')} FROM json_each(?5) k
CROSS JOIN batches b ON b.realm = unhex(?1) AND b.id IN (
  SELECT i.id FROM batches i INDEXED BY batches_by_client_ref
  WHERE i.realm = unhex(?1) AND i.client_key = unhex(k.value) AND i.id >= unhex(?2) AND i.id < unhex(?3) ORDER BY i.id DESC LIMIT ?4)
ORDER BY b.id DESC LIMIT ?4`
const NEWEST = 'ORDER BY batches.id DESC LIMIT ?4'

/** A page of a realm's batches. `clientKeys`: hashes of the client ref that they have; null: any. */
interface BatchPage extends IdRange {
  readonly realm: Realm
  readonly clientKeys: readonly string[] | null
  readonly limit: number
}

/** Lists at most `limit` batches of a range of ids, newest first. */
export async function listBatches(
  db: D1Database,
  keys: Keyring,
  { realm, from, before, clientKeys, limit }: BatchPage,
): Promise<readonly BatchRow[]> {
  const page = [REALM.encode(realm), boundHex(from, 'base'), boundHex(before, 'base'), limit]
  const statement =
    clientKeys === null
      ? db.prepare(`${OF_REALM} ${NEWEST}`).bind(...page)
      : db.prepare(OF_CLIENT_REF).bind(...page, JSON.stringify(clientKeys))
  const rows = (await statement.all<RawRow>()).results.map((raw): SealedBatch<BatchRow> => read(raw))
  return openBatches(keys, rows)
}

const ONE = `SELECT ${COLUMNS} FROM batches WHERE realm = unhex(?1) AND id = unhex(?2)`

export async function batchById(db: D1Database, keys: Keyring, realm: Realm, id: BatchId): Promise<BatchRow | null> {
  const raw = await db.prepare(ONE).bind(REALM.encode(realm), BATCH.encode(id)).first<RawRow>()
  const [batch] = raw ? await openBatches<SealedBatch<BatchRow>>(keys, [read(raw)]) : []
  return batch ?? null
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

const OPEN_IDS = `SELECT hex(id) AS id FROM messages WHERE realm = unhex(?1) AND ${idsOfBase('id', 'unhex(?2)')} AND ${OPEN}`

/** Batch that is canceled before dispatch has written a row of it. */
interface BlankBatch extends Omit<NewBatch, 'clientRef'> {
  readonly canceledAt: EpochMs
}

/**
 * Marks a batch as canceled: from then on no claim gives a message of it to a carrier, but for repeats of an unclear attempt.
 * `blank`: the row where dispatch has written none yet. Answers since when it is canceled, and the messages that have rows and
 * wait for a next attempt.
 */
export async function stopBatch(
  db: D1Database,
  blank: BlankBatch,
): Promise<{ readonly canceledAt: EpochMs; readonly open: readonly MessageId[] }> {
  const [stopped, open] = await db.batch<RawRow>([
    stopStatement(db, { ...blank, clientRef: null }),
    db.prepare(OPEN_IDS).bind(REALM.encode(blank.realm), BATCH.encode(blank.id)),
  ])
  const canceledAt = stopped?.results[0]?.['canceledAt']
  return {
    canceledAt: typeof canceledAt === 'number' ? canceledAt : blank.canceledAt,
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
