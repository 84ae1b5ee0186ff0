import type { TenantId } from '../domain/ids.ts'
import type { MessageRow } from './message-rows.ts'

/** Rows that one page may look at, over all shards: a filter that fits little gives a short page and a cursor, not a scan. */
export const SCAN_LIMIT = 300

/** Where a page's candidates come from: each is a range of an index, so a page reads what it looks at and no more. */
export type ListSource =
  | { readonly by: 'party'; readonly partyKey: string }
  | { readonly by: 'clientRef'; readonly clientRef: string }
  /** Ids from `from` up to, not including, `to`: a time window or a batch. */
  | { readonly by: 'range'; readonly from: string; readonly to: string }

export interface ListFilter {
  readonly direction: number | null
  /** A status code. */
  readonly status: number | null
  readonly line: string | null
}

export interface ScannedRow extends MessageRow {
  /** 1 if the row passes the filter; its shared content is read only then. */
  readonly hit: number
}

const SOURCES = {
  party: 'party_key = ?3 AND ?4 IS NULL',
  clientRef: 'client_ref = ?3 AND ?4 IS NULL',
  range: 'id >= ?3 AND id < ?4',
} as const

const sqlOf = (by: ListSource['by']) => `SELECT m.*, c.content AS shared FROM (
  SELECT *, ((?6 IS NULL OR direction = ?6) AND (?7 IS NULL OR status = ?7) AND (?8 IS NULL OR line = ?8)) AS hit
  FROM messages WHERE tenant_id = ?1 AND id < ?2 AND ${SOURCES[by]} ORDER BY id DESC LIMIT ?5) m
LEFT JOIN contents c ON m.hit AND m.content IS NULL AND c.tenant_id = m.tenant_id AND c.base = substr(m.id, 5, 30)
ORDER BY m.id DESC`

/** At most `scan` rows before the id `before`, newest first, each with whether it passes the filter. */
export async function scanMessages(
  db: D1Database,
  tenant: TenantId,
  source: ListSource,
  filter: ListFilter,
  before: string,
  scan: number,
): Promise<readonly ScannedRow[]> {
  const [first, second] =
    source.by === 'range'
      ? [source.from, source.to]
      : [source.by === 'party' ? source.partyKey : source.clientRef, null]
  const statement = db
    .prepare(sqlOf(source.by))
    .bind(tenant, before, first, second, scan, filter.direction, filter.status, filter.line)
  return (await statement.all<ScannedRow>()).results
}

/** How many messages of an id range stand in each status code. */
export async function countByStatus(
  db: D1Database,
  tenant: TenantId,
  from: string,
  to: string,
): Promise<readonly { readonly status: number; readonly n: number }[]> {
  const sql = 'SELECT status, count(*) AS n FROM messages WHERE tenant_id = ?1 AND id >= ?2 AND id < ?3 GROUP BY status'
  return (await db.prepare(sql).bind(tenant, from, to).all<{ status: number; n: number }>()).results
}

export interface StoredBatch {
  readonly total: number
  readonly accepted: number
  readonly client_ref: string | null
  readonly accepted_at: number
}

export function batchById(db: D1Database, tenant: TenantId, id: string): Promise<StoredBatch | null> {
  const sql = 'SELECT total, accepted, client_ref, accepted_at FROM batches WHERE tenant_id = ?1 AND id = ?2'
  return db.prepare(sql).bind(tenant, id).first<StoredBatch>()
}
