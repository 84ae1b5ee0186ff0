import type { ChannelName } from '#worker/domain/carriers/channel.ts'
import { CHANNELS } from '#worker/domain/channel-names.ts'
import type { BatchId, MessageId } from '#worker/domain/ids.ts'
import type { Direction } from '#worker/domain/messages/message.ts'
import type { Realm } from '#worker/domain/realm.ts'
import {
  BATCH,
  boundHex,
  CHANNEL_SQL,
  DIRECTION_SQL,
  directionNumber,
  MESSAGE_ID,
  REALM,
} from '#worker/store/codes/codes.ts'
import { batches, UNSUCCESSFUL_ROWS } from '#worker/store/ledger-schema.ts'
import { findByParty } from '#worker/store/parties/find.ts'
import type { PartyKey } from '#worker/store/parties/key.ts'
import { columnsOf, type Row } from '#worker/store/sql/columns.ts'
import { type MessageRow, messageRow, type RawRow, ROW_COLUMNS } from './rows.ts'

/**
 * Rows that one page may look at, over all shards: a filter that few rows pass gives a short page and a cursor instead of a
 * long scan. With the shared content of each row, at most 480 rows are read.
 */
export const SCAN_LIMIT = 240
/** Most statuses of one source: D1 takes no more terms in a compound SELECT. */
export const STATUSES_AT_ONCE = 5

/** Index that finds a page's rows, so that no other rows are read. `statuses`: codes of `UNSUCCESSFUL` ones. */
export type ListSource =
  | { readonly by: 'party'; readonly keys: readonly PartyKey[] }
  | { readonly by: 'clientRef'; readonly clientRef: string }
  | { readonly by: 'status'; readonly statuses: readonly number[] }
  | { readonly by: 'id' }

/** Ids from `from` up to, not including, `before`: a time window, a batch, or the rest behind a cursor. */
export interface IdRange {
  readonly from: string
  readonly before: string
}

/** Conditions on the rows that an index finds; null asks for nothing. */
export interface ListFilter {
  readonly direction: Direction | null
  readonly channel: ChannelName | null
  /** Status codes, of which a row has one. */
  readonly statuses: readonly number[] | null
  readonly line: string | null
  readonly clientRef: string | null
}

interface ScannedRow extends MessageRow {
  /** 1 if the row passes the filter; its shared content is read only then. */
  readonly hit: number
}

const HIT = [
  `(?5 IS NULL OR ${DIRECTION_SQL} = ?5)`,
  `(?6 IS NULL OR ${CHANNEL_SQL} = ?6)`,
  "(?7 IS NULL OR instr(?7, ',' || status || ',') > 0)",
  '(?8 IS NULL OR line = ?8)',
  '(?9 IS NULL OR client_ref IS ?9)',
].join(' AND ')

/**
 * Rows that an index finds. It is named, because SQLite's planner would scan the primary key instead. The shared content is a
 * sub-select: with a join SQLite reads the page twice. `id` is the name of its hex, by which no index is sorted.
 */
const found = (index: string, condition: string, more = '') => `SELECT ${ROW_COLUMNS}, ${HIT} AS hit, ${more}
  CASE WHEN content IS NULL AND ${HIT} THEN
    (SELECT c.content FROM contents c WHERE c.realm = m.realm AND c.base = substr(m.id, 1, 20)) END AS shared
FROM messages m ${index} WHERE realm = unhex(?1) AND m.id >= unhex(?2) AND m.id < unhex(?3) ${condition}`

/** Position of the first value that a source binds. */
const SOURCE_AT = 10
/** Rows that did not succeed, of one status each: in a compound SELECT SQLite merges them and reads no more than it returns. */
const unsuccessful = (n: number) =>
  found('INDEXED BY messages_unsuccessful', `AND ${UNSUCCESSFUL_ROWS} AND status = ?${SOURCE_AT + n}`, 'm.id AS place,')

/** Source whose rows one statement finds: those of a person are found by their ids. */
type RowSource = Exclude<ListSource, { by: 'party' }> | { readonly by: 'ids'; readonly ids: readonly MessageId[] }

interface Select {
  readonly sql: string
  readonly values: readonly (string | number)[]
  /** SQL of the id; a compound SELECT sorts by columns of its result only. */
  readonly place?: string
}

function selectOf(source: RowSource): Select {
  switch (source.by) {
    case 'ids':
      return {
        sql: found('', `AND m.id IN (SELECT unhex(value) FROM json_each(?${SOURCE_AT}))`),
        values: [JSON.stringify(source.ids.map(MESSAGE_ID.encode))],
      }
    case 'clientRef':
      return {
        sql: found('INDEXED BY messages_by_client_ref', `AND client_ref = ?${SOURCE_AT}`),
        values: [source.clientRef],
      }
    case 'status':
      return {
        sql: source.statuses.map((_, n) => unsuccessful(n)).join('\nUNION ALL\n'),
        values: source.statuses,
        place: 'place',
      }
    case 'id':
      return { sql: found('', ''), values: [] }
  }
}

/** Rows that are looked at, and the filter that marks the wanted ones. */
interface Scan {
  readonly source: ListSource
  readonly range: IdRange
  readonly filter: ListFilter
  /** Most rows to look at. */
  readonly rows: number
}

/** Rows that were looked at, newest first. */
interface Scanned {
  readonly rows: readonly ScannedRow[]
  /** Id from which on all were looked at; empty: there are no older ones. */
  readonly floor: string
}

/** The newest rows of a range, each marked by whether it passes the filter. */
export async function scanMessages(db: D1Database, realm: Realm, scan: Scan): Promise<Scanned> {
  const { source, range, rows: limit } = scan
  if (source.by === 'party') {
    const [page] = await findByParty(db, { realm, people: [source.keys], ...range, limit })
    const ids = page?.ids ?? []
    const rows = ids.length === 0 ? [] : await scanRows(db, realm, scan, { by: 'ids', ids })
    return { rows, floor: page?.until ?? '' }
  }
  const rows = await scanRows(db, realm, scan, source)
  return { rows, floor: rows.length === limit ? (rows.at(-1)?.id ?? '') : '' }
}

async function scanRows(
  db: D1Database,
  realm: Realm,
  { range, filter, rows }: Scan,
  source: RowSource,
): Promise<readonly ScannedRow[]> {
  const { direction, channel, statuses, line, clientRef } = filter
  const { sql, values, place = 'm.id' } = selectOf(source)
  const codes = statuses && `,${statuses.join(',')},`
  const page = [REALM.encode(realm), boundHex(range.from, 'id'), boundHex(range.before, 'id'), rows]
  const asked = [direction && directionNumber(direction), channel && CHANNELS.indexOf(channel), codes, line, clientRef]
  const statement = db.prepare(`${sql} ORDER BY ${place} DESC LIMIT ?4`).bind(...page, ...asked, ...values)
  return (await statement.all<RawRow>()).results.map((raw) => messageRow(raw) as ScannedRow)
}

/** Counts the messages with ids from `from` to before `to` by status code. */
export async function countByStatus(
  db: D1Database,
  realm: Realm,
  from: string,
  to: string,
): Promise<readonly { readonly status: number; readonly n: number }[]> {
  const sql =
    'SELECT status, count(*) AS n FROM messages WHERE realm = unhex(?1) AND id >= unhex(?2) AND id < unhex(?3) GROUP BY status'
  const statement = db.prepare(sql).bind(REALM.encode(realm), boundHex(from, 'id'), boundHex(to, 'id'))
  return (await statement.all<{ status: number; n: number }>()).results
}

const BATCH_NAMES = ['total', 'accepted', 'clientRef', 'acceptedAt', 'canceledAt'] as const
type StoredBatch = Row<typeof batches, (typeof BATCH_NAMES)[number]>

export function batchById(db: D1Database, realm: Realm, id: BatchId): Promise<StoredBatch | null> {
  const sql = `SELECT ${columnsOf(batches, BATCH_NAMES)} FROM batches WHERE realm = unhex(?1) AND id = unhex(?2)`
  return db.prepare(sql).bind(REALM.encode(realm), BATCH.encode(id)).first<StoredBatch>()
}
