import { idFloor, type RequestId } from '#worker/domain/ids.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { columnNames, columnsOf } from '#worker/store/sql/columns.ts'
import { requests } from './ledger-schema.ts'
import type { LoggedRequest } from './requests.ts'

/** Row of the access log with all of its columns. */
export type RequestRead = Required<LoggedRequest>
/** Row that a page looked at. */
export interface ScannedRequest extends RequestRead {
  /** Place in the order of the list, which runs from high to low: the id, or the address's sort key, a dot and the id. */
  readonly place: string
  /** 1 if the row passes the conditions. */
  readonly hit: number
}

const COLUMNS = columnsOf(
  requests,
  columnNames(requests).filter((name) => name !== 'ipKey'),
  'r',
)

/** Time window; its end is not included. */
interface Window {
  readonly from: EpochMs
  readonly to: EpochMs
}

/** Calls of one tenant (empty: calls that no tenant made) within a window. Null conditions ask for nothing. */
interface TenantCalls extends Window {
  readonly tenantId: string
  /** Who called. */
  readonly actors: readonly string[] | null
  readonly status: number | null
  /** Sort keys of the addresses that they came from. */
  readonly ips: KeyRange | null
}

interface KeyRange {
  readonly first: string
  readonly last: string
}

/** Page of a list: rows at places below `before` (empty: from the end), `scan` of them at most, whether they are hits or not. */
interface ScanPage {
  readonly before: string
  readonly scan: number
}

const HIT = `(?5 IS NULL OR actor IN (SELECT value FROM json_each(?5))) AND (?6 IS NULL OR status = ?6)
  AND (?7 IS NULL OR (ip_key >= ?7 AND ip_key <= ?8))`
const OF_TENANT = `SELECT ${COLUMNS}, r.id AS place, ${HIT} AS hit FROM requests r
WHERE tenant_id = ?1 AND id >= ?2 AND id < ?3 ORDER BY id DESC LIMIT ?4`

/** Looks at a tenant's calls, newest first. */
export async function scanCallsOf(
  db: D1Database,
  { tenantId, from, to, actors, status, ips }: TenantCalls,
  { before, scan }: ScanPage,
): Promise<readonly ScannedRequest[]> {
  const end = idFloor('req', to)
  const last = before !== '' && before < end ? before : end
  const actorsJson = actors === null ? null : JSON.stringify(actors)
  const statement = db
    .prepare(OF_TENANT)
    .bind(tenantId, idFloor('req', from), last, scan, actorsJson, status, ips?.first ?? null, ips?.last ?? null)
  return (await statement.all<ScannedRequest>()).results
}

const AT_ONE = `SELECT ${COLUMNS}, r.ip_key || '.' || r.id AS place, 1 AS hit FROM requests r INDEXED BY requests_by_ip
WHERE ip_key = ?1 AND id >= ?2 AND id < ?3 ORDER BY id DESC LIMIT ?4`
// The place alone is the upper bound: beside a second one SQLite would read every page from the block's end on.
const AT_BLOCK = `SELECT ${COLUMNS}, r.ip_key || '.' || r.id AS place, r.id >= ?4 AND r.id < ?5 AS hit
FROM requests r INDEXED BY requests_by_ip
WHERE ip_key >= ?1 AND (ip_key, id) < (?2, ?3) ORDER BY ip_key DESC, id DESC LIMIT ?6`

/**
 * Looks at the calls of all tenants from one address, newest first, or from a block: by address, and of each the newest first.
 */
export async function scanCallsFrom(
  db: D1Database,
  { first, last }: KeyRange,
  window: Window,
  { before, scan }: ScanPage,
): Promise<readonly ScannedRequest[]> {
  const [floor, end] = [idFloor('req', window.from), idFloor('req', window.to)]
  const [key = '', id = ''] = (before === '' ? `${last}.~` : before).split('.')
  const statement =
    first === last
      ? db.prepare(AT_ONE).bind(first, floor, id < end ? id : end, scan)
      : db.prepare(AT_BLOCK).bind(first, key, id, floor, end, scan)
  return (await statement.all<ScannedRequest>()).results
}

const ON = (column: 'object' | 'parent'): string => `SELECT ${COLUMNS} FROM requests r INDEXED BY requests_by_${column}
WHERE ${column} = ?1 AND id >= ?2 AND id < ?3 ORDER BY id DESC LIMIT ?4`
/** Finds a call by its id alone: the key begins with the tenant, so that each tenant of the shard costs a seek. */
const MAKING = `WITH RECURSIVE owners(id) AS (SELECT min(tenant_id) FROM requests
  UNION ALL SELECT (SELECT min(tenant_id) FROM requests WHERE tenant_id > owners.id) FROM owners WHERE owners.id IS NOT NULL)
SELECT ${COLUMNS} FROM owners CROSS JOIN requests r ON r.tenant_id = owners.id AND r.id = ?1`

/** Object to look for. */
interface ObjectCalls extends Window {
  readonly object: string
  /** Call that the object's id was made from; null: the id does not tell, or not on this shard. */
  readonly maker: RequestId | null
}

/**
 * Calls of anybody that touched an object, or something that belongs to it, or that made it, newest first; `limit` of each kind.
 */
export async function callsOn(
  db: D1Database,
  { object, from, to, maker }: ObjectCalls,
  { before, limit }: { readonly before: string; readonly limit: number },
): Promise<readonly RequestRead[]> {
  const [floor, end] = [idFloor('req', from), idFloor('req', to)]
  const last = before !== '' && before < end ? before : end
  const isMakerDue = maker !== null && maker >= floor && maker < last
  const found = await db.batch<RequestRead>([
    db.prepare(ON('object')).bind(object, floor, last, limit),
    db.prepare(ON('parent')).bind(object, floor, last, limit),
    ...(isMakerDue ? [db.prepare(MAKING).bind(maker)] : []),
  ])
  return found.flatMap(({ results }) => results)
}
