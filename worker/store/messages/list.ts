import { BASE_DIGITS } from '#worker/domain/ids.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { columnsOf, type Row } from '#worker/store/columns.ts'
import { batches } from '#worker/store/ledger-schema.ts'
import { type MessageRow, ROW_COLUMNS } from './rows.ts'

/**
 * Rows that one page may look at, over all shards: a filter that few rows pass gives a short page and a cursor instead of a
 * long scan. With the shared content of each row, at most 480 rows are read.
 */
export const SCAN_LIMIT = 240

/** Index that finds a page's rows, so that no other rows are read. */
export type ListSource =
  | { readonly by: 'party'; readonly partyKey: string }
  | { readonly by: 'clientRef'; readonly clientRef: string }
  | { readonly by: 'id' }

/** Ids from `from` up to, not including, `before`: a time window, a batch, or the rest behind a cursor. */
export interface IdRange {
  readonly from: string
  readonly before: string
}

/** Conditions on the rows that an index finds; null asks for nothing. */
export interface ListFilter {
  readonly direction: number | null
  /** Status code. */
  readonly status: number | null
  readonly line: string | null
  readonly clientRef: string | null
}

interface ScannedRow extends MessageRow {
  /** 1 if the row passes the filter; its shared content is read only then. */
  readonly hit: number
}

const SOURCES = { party: 'party_key = ?4', clientRef: 'client_ref = ?4', id: '?4 IS NULL' } as const
/** Names the index, because SQLite's planner would scan the primary key instead. */
const INDEX = { party: 'INDEXED BY messages_by_party', clientRef: 'INDEXED BY messages_by_client_ref', id: '' } as const
const HIT = [
  '(?6 IS NULL OR direction = ?6)',
  '(?7 IS NULL OR status = ?7)',
  '(?8 IS NULL OR line = ?8)',
  '(?9 IS NULL OR client_ref IS ?9)',
].join(' AND ')

// The shared content is a sub-select: with a join SQLite reads the page twice.
const sqlOf = (by: ListSource['by']) => `SELECT ${ROW_COLUMNS}, ${HIT} AS hit,
  CASE WHEN content IS NULL AND ${HIT} THEN
    (SELECT c.content FROM contents c WHERE c.realm = m.realm AND c.base = substr(m.id, 5, ${BASE_DIGITS})) END AS shared
FROM messages m ${INDEX[by]} WHERE realm = ?1 AND id >= ?2 AND id < ?3 AND ${SOURCES[by]} ORDER BY id DESC LIMIT ?5`

const indexedBy = (source: ListSource): string | null =>
  source.by === 'party' ? source.partyKey : source.by === 'clientRef' ? source.clientRef : null

/** Rows that are looked at, and the filter that marks the wanted ones. */
interface Scan {
  readonly source: ListSource
  readonly range: IdRange
  readonly filter: ListFilter
  /** Most rows to look at. */
  readonly rows: number
}

/** The newest rows of a range, newest first, each marked by whether it passes the filter. */
export async function scanMessages(
  db: D1Database,
  realm: Realm,
  { source, range, filter, rows }: Scan,
): Promise<readonly ScannedRow[]> {
  const { direction, status, line, clientRef } = filter
  const statement = db
    .prepare(sqlOf(source.by))
    .bind(realm, range.from, range.before, indexedBy(source), rows, direction, status, line, clientRef)
  return (await statement.all<ScannedRow>()).results
}

/** Counts the messages with ids from `from` to before `to` by status code. */
export async function countByStatus(
  db: D1Database,
  realm: Realm,
  from: string,
  to: string,
): Promise<readonly { readonly status: number; readonly n: number }[]> {
  const sql = 'SELECT status, count(*) AS n FROM messages WHERE realm = ?1 AND id >= ?2 AND id < ?3 GROUP BY status'
  return (await db.prepare(sql).bind(realm, from, to).all<{ status: number; n: number }>()).results
}

const BATCH_NAMES = ['total', 'accepted', 'clientRef', 'acceptedAt'] as const
type StoredBatch = Row<typeof batches, (typeof BATCH_NAMES)[number]>

export function batchById(db: D1Database, realm: Realm, id: string): Promise<StoredBatch | null> {
  const sql = `SELECT ${columnsOf(batches, BATCH_NAMES)} FROM batches WHERE realm = ?1 AND id = ?2`
  return db.prepare(sql).bind(realm, id).first<StoredBatch>()
}
