import { BASE_DIGITS } from '#worker/domain/ids.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { columnsOf, type Row } from '#worker/store/columns.ts'
import { batches } from '#worker/store/ledger-schema.ts'
import { type MessageRow, ROW_COLUMNS } from './rows.ts'

/**
 * Rows that one page may look at, over all shards: a filter that fits little gives a short page and a cursor, not a scan.
 * With the shared content of each that is 480 rows read at most.
 */
export const SCAN_LIMIT = 240

/** Which index a page's candidates come from, so that a page reads what it looks at and no more. */
export type ListSource =
  | { readonly by: 'party'; readonly partyKey: string }
  | { readonly by: 'clientRef'; readonly clientRef: string }
  | { readonly by: 'id' }

/** Ids from `from` up to, not including, `before`: a time window, a batch, what a cursor leaves. */
export interface IdRange {
  readonly from: string
  readonly before: string
}

export interface ListFilter {
  readonly direction: number | null
  /** A status code. */
  readonly status: number | null
  readonly line: string | null
  readonly clientRef: string | null
}

interface ScannedRow extends MessageRow {
  /** 1 if the row passes the filter; its shared content is read only then. */
  readonly hit: number
}

const SOURCES = { party: 'party_key = ?4', clientRef: 'client_ref = ?4', id: '?4 IS NULL' } as const
/** The planner would rather walk the primary key than seek in an index that holds the answer. */
const INDEX = { party: 'INDEXED BY messages_by_party', clientRef: 'INDEXED BY messages_by_client_ref', id: '' } as const
const HIT = [
  '(?6 IS NULL OR direction = ?6)',
  '(?7 IS NULL OR status = ?7)',
  '(?8 IS NULL OR line = ?8)',
  '(?9 IS NULL OR client_ref IS ?9)',
].join(' AND ')

// A sub-select, not a join: a joined page is read twice.
const sqlOf = (by: ListSource['by']) => `SELECT ${ROW_COLUMNS}, ${HIT} AS hit,
  CASE WHEN content IS NULL AND ${HIT} THEN
    (SELECT c.content FROM contents c WHERE c.realm = m.realm AND c.base = substr(m.id, 5, ${BASE_DIGITS})) END AS shared
FROM messages m ${INDEX[by]} WHERE realm = ?1 AND id >= ?2 AND id < ?3 AND ${SOURCES[by]} ORDER BY id DESC LIMIT ?5`

const indexedBy = (source: ListSource): string | null =>
  source.by === 'party' ? source.partyKey : source.by === 'clientRef' ? source.clientRef : null

/** Which rows are looked at, and which of them are wanted. */
interface Scan {
  readonly source: ListSource
  readonly range: IdRange
  readonly filter: ListFilter
  /** At most so many are looked at. */
  readonly rows: number
}

/** The newest rows of the range, newest first, each with whether it passes the filter. */
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

/** How many messages of an id range stand in each status code. */
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
