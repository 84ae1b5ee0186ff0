import { idFloor, type PersonId, type RequestId } from '#worker/domain/ids.ts'
import type { Mode } from '#worker/domain/realm.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { ipInRanges } from '#worker/lib/http/ip-range.ts'
import { ipIndexRange } from '#worker/store/keys/ip-index.ts'
import type { Keyring } from '#worker/store/keys/keyring.ts'
import { columnsOf, type Row } from '#worker/store/sql/columns.ts'
import { requests } from './ledger-schema.ts'
import { isClearObject, keysOfLog, objectKey, openRequests, type RequestRead } from './requests.ts'

type Stored = Row<typeof requests>
/** Row that a page looked at, as it is stored. `hit`: 1 if it passes the conditions, as far as its columns tell. */
type Scanned = Stored & { readonly place: string; readonly hit: number }

/** Row that a page looked at. */
export interface ScannedRequest {
  /**
   * Place in the order of the list, which runs from high to low: the id, or the month, the address's keyed key and the id, with
   * dots between.
   */
  readonly place: string
  readonly at: EpochMs
  /** Row that passes the conditions; null: it does not. */
  readonly row: RequestRead | null
}

const COLUMNS = columnsOf(requests, undefined, 'r')
/** What ids of people begin with. */
const PERSON = 'per_'

/** Time window; its end is not included. */
interface Window {
  readonly from: EpochMs
  readonly to: EpochMs
}

/** Calls of one tenant (empty: calls that no tenant made) within a window. Null conditions ask for nothing. */
interface TenantCalls extends Window {
  readonly tenantId: string
  /** Credentials that called; null: whoever did. */
  readonly actors: readonly string[] | null
  /** Person who called beside them, or all; null: nobody. */
  readonly people: PersonId | 'all' | null
  /** Mode in which people called; null: either. */
  readonly mode: Mode | null
  readonly status: number | null
  /** Address or CIDR block that they came from. */
  readonly ip: string | null
}

/** Page of a list: rows at places below `before` (empty: from the end), `scan` of them at most, whether they are hits or not. */
interface ScanPage {
  readonly before: string
  readonly scan: number
}

/**
 * Condition that only an opened row can be held against: a keyed key tells a prefix of an address, and the mode of a person's tab
 * is sealed. A row that was altered, of which nobody can read them any more, is told of.
 */
const isIn =
  (ip: string | null, mode: Mode | null = null) =>
  (row: RequestRead): boolean =>
    row.isAltered ||
    ((ip === null || ipInRanges(row.ip, [ip])) &&
      (mode === null || !row.actor?.startsWith(PERSON) || (row.mode ?? 'live') === mode))

/** Opens the hits, and leaves out those that do not pass when they are open. */
async function openedHits(
  keyring: Keyring,
  scanned: readonly Scanned[],
  passes: (row: RequestRead) => boolean,
): Promise<ScannedRequest[]> {
  const hits = scanned.filter(({ hit }) => hit === 1)
  const opened = await openRequests(
    keyring,
    hits.map(({ place: _, hit: _hit, ...row }) => row),
  )
  const rows = new Map(opened.map((row) => [row.id, row]))
  return scanned.map(({ place, at, id, hit }) => {
    const row = hit === 1 ? rows.get(id) : undefined
    return { place, at, row: row && passes(row) ? row : null }
  })
}

const HIT = `(?5 IS NULL OR actor IN (SELECT value FROM json_each(?5)) OR coalesce(actor GLOB ?8, 0)) AND (?6 IS NULL OR status = ?6)
  AND (?7 IS NULL OR EXISTS (SELECT 1 FROM json_each(?7) j WHERE ip_key >= j.value->>0 AND ip_key <= j.value->>1))`
const OF_TENANT = `SELECT ${COLUMNS}, r.id AS place, ${HIT} AS hit FROM requests r
WHERE tenant_id = ?1 AND id >= ?2 AND id < ?3 ORDER BY id DESC LIMIT ?4`

/** First and last keyed key of a block in each month of a window, as JSON. */
async function rangesOf(keyring: Keyring, window: Window, ip: string): Promise<string> {
  const ranges = await Promise.all((await keysOfLog(keyring, window)).map((keys) => ipIndexRange(keys, ip)))
  return JSON.stringify(ranges.flatMap((range) => (range ? [[range.first, range.last]] : [])))
}

/** Looks at a tenant's calls, newest first. */
export async function scanCallsOf(
  db: D1Database,
  keyring: Keyring,
  { tenantId, from, to, actors, people, mode, status, ip }: TenantCalls,
  { before, scan }: ScanPage,
): Promise<readonly ScannedRequest[]> {
  const end = idFloor('req', to)
  const last = before !== '' && before < end ? before : end
  const ranges = ip === null ? null : await rangesOf(keyring, { from, to }, ip)
  const named = people === 'all' ? `${PERSON}*` : people
  const conditions = [actors && JSON.stringify(actors), status, ranges, named]
  const statement = db.prepare(OF_TENANT).bind(tenantId, idFloor('req', from), last, scan, ...conditions)
  return openedHits(keyring, (await statement.all<Scanned>()).results, isIn(ip, mode))
}

// Texts of operators' looks are made by functions, so that the tenants' script, which calls none, does not hold them.
const PLACE = "?1 || '.' || r.ip_key || '.' || r.id AS place"
const atOne = (): string => `SELECT ${COLUMNS}, ${PLACE}, 1 AS hit FROM requests r INDEXED BY requests_by_ip
WHERE ip_key = ?2 AND id >= ?3 AND id < ?4 ORDER BY id DESC LIMIT ?5`
// The place alone is the upper bound: beside a second one SQLite would read every page from the block's end on.
const atBlock = (): string => `SELECT ${COLUMNS}, ${PLACE}, r.id >= ?5 AND r.id < ?6 AS hit
FROM requests r INDEXED BY requests_by_ip
WHERE ip_key >= ?2 AND (ip_key, id) < (?3, ?4) ORDER BY ip_key DESC, id DESC LIMIT ?7`

/** Digits of a month's number in a place, so that places sort as months do. */
const MONTH_DIGITS = 4

/**
 * Looks at the calls of all tenants from one address, newest first, or from a block: by month and address, and of each the newest
 * first. Each month has keys of its own, so it costs a statement a month until the look is full.
 */
export async function scanCallsFrom(
  db: D1Database,
  keyring: Keyring,
  { ip, from, to }: Window & { readonly ip: string },
  { before, scan }: ScanPage,
): Promise<readonly ScannedRequest[]> {
  const [floor, end] = [idFloor('req', from), idFloor('req', to)]
  const [beforeMonth = '', beforeKey = '', beforeId = ''] = before.split('.')
  const found: Scanned[] = []
  for (const keys of await keysOfLog(keyring, { from, to })) {
    const month = String(keys.number).padStart(MONTH_DIGITS, '0')
    const range = await ipIndexRange(keys, ip)
    if (!range || (before !== '' && month > beforeMonth)) continue
    const { first, last } = range
    const [key, id] = month === beforeMonth ? [beforeKey, beforeId] : [`${last}~`, '']
    const left = scan - found.length
    const statement =
      first === last
        ? db.prepare(atOne()).bind(month, first, floor, id !== '' && id < end ? id : end, left)
        : db.prepare(atBlock()).bind(month, first, key, id, floor, end, left)
    found.push(...(await statement.all<Scanned>()).results)
    if (found.length >= scan) break
  }
  return openedHits(keyring, found, isIn(ip))
}

const ON = (column: 'object' | 'parent'): string => `SELECT ${COLUMNS} FROM requests r INDEXED BY requests_by_${column}
WHERE ${column} = ?1 AND id >= ?2 AND id < ?3 ORDER BY id DESC LIMIT ?4`
const BY = ['object', 'parent'] as const
/** Finds a call by its id alone: the key begins with the tenant, so that each tenant of the shard costs a seek. */
const making = (): string => `WITH RECURSIVE owners(id) AS (SELECT min(tenant_id) FROM requests
  UNION ALL SELECT (SELECT min(tenant_id) FROM requests WHERE tenant_id > owners.id) FROM owners WHERE owners.id IS NOT NULL)
SELECT ${COLUMNS} FROM owners CROSS JOIN requests r ON r.tenant_id = owners.id AND r.id = ?1`

/** Object to look for. */
interface ObjectCalls extends Window {
  readonly object: string
  /** Call that the object's id was made from; null: the id does not tell, or not on this shard. */
  readonly maker: RequestId | null
}

/**
 * Calls of anybody that touched an object, or something that belongs to it, or that made it, newest first; `limit` of each kind
 * and month. What has no id stands under a key of its month.
 */
export async function callsOn(
  db: D1Database,
  keyring: Keyring,
  { object, from, to, maker }: ObjectCalls,
  { before, limit }: { readonly before: string; readonly limit: number },
): Promise<readonly RequestRead[]> {
  const [floor, end] = [idFloor('req', from), idFloor('req', to)]
  const last = before !== '' && before < end ? before : end
  const isMakerDue = maker !== null && maker >= floor && maker < last
  const keys = isClearObject(object)
    ? [object]
    : await Promise.all((await keysOfLog(keyring, { from, to })).map((pair) => objectKey(pair, object)))
  if (keys.length === 0) return []
  const found = await db.batch<Stored>([
    ...keys.flatMap((key) => BY.map((column) => db.prepare(ON(column)).bind(key, floor, last, limit))),
    ...(isMakerDue ? [db.prepare(making()).bind(maker)] : []),
  ])
  return openRequests(
    keyring,
    found.flatMap(({ results }) => results),
  )
}

const byPerson = (): string => `SELECT ${COLUMNS} FROM requests r INDEXED BY requests_by_person
WHERE substr(actor, 1, 4) = 'per_' AND actor = ?1 AND id >= ?2 AND id < ?3 ORDER BY id DESC LIMIT ?4`

/** Calls that a person made, for whichever tenant or as one of the staff, newest first; `limit` of them. */
export async function callsBy(
  db: D1Database,
  keyring: Keyring,
  { person, from, to }: Window & { readonly person: string },
  { before, limit }: { readonly before: string; readonly limit: number },
): Promise<readonly RequestRead[]> {
  const end = idFloor('req', to)
  const last = before !== '' && before < end ? before : end
  const statement = db.prepare(byPerson()).bind(person, idFloor('req', from), last, limit)
  return openRequests(keyring, (await statement.all<Stored>()).results)
}
