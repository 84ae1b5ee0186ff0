import type { ChannelName } from '#worker/domain/carriers/channel.ts'
import { CHANNELS } from '#worker/domain/channel-names.ts'
import type { MessageId } from '#worker/domain/ids.ts'
import type { Direction } from '#worker/domain/messages/message.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { boundHex, CHANNEL_SQL, DIRECTION_SQL, directionNumber, MESSAGE_ID, REALM } from '#worker/store/codes/codes.ts'
import type { Keyring } from '#worker/store/keys/keyring.ts'
import { INBOUND_ROWS, SENT_AGAIN_ROWS, UNSUCCESSFUL_ROWS } from '#worker/store/ledger-schema.ts'
import { findByParty, type PartyFound } from '#worker/store/parties/find.ts'
import type { PartyKey } from '#worker/store/parties/key.ts'
import { type MessageRow, messageRows, type RawRow, ROW_COLUMNS } from './rows.ts'

/**
 * Rows that one page may look at, over all shards: a filter that few rows pass gives a short page and a cursor instead of a
 * long scan. With the shared content of each row, at most 480 rows are read.
 */
export const SCAN_LIMIT = 240
/**
 * The same of a filtered page of a person, unless it shows more: each message takes two rows, and to find them took up to 280.
 */
export const PERSON_SCAN_LIMIT = 120
/** Most statuses, or hashes, of one source: D1 takes no more terms in a compound SELECT. */
export const TERMS_AT_ONCE = 5

/**
 * Index that finds a page's rows, so that no other rows are read. `statuses`: codes of `UNSUCCESSFUL` ones · `full`: rows that
 * pass the filter, with which no more of the person's are looked at.
 */
export type ListSource =
  | { readonly by: 'party'; readonly keys: readonly PartyKey[]; readonly full: number }
  | { readonly by: 'clientRef'; readonly keys: readonly string[] }
  | { readonly by: 'status'; readonly statuses: readonly number[] }
  | { readonly by: 'resendOf'; readonly id: MessageId }
  | { readonly by: 'inbound' }
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
  /** Hashes of which the client ref has one (sealed.ts). */
  readonly clientKeys: readonly string[] | null
  /** Message that a row sends again. */
  readonly resendOf: MessageId | null
}

interface ScannedRow {
  readonly id: MessageId
  /** True if the row passes the filter. */
  readonly isHit: boolean
  /** The row as it was read, for `openScanned`. */
  readonly raw: RawRow
}

/** Opens rows that were found. */
export const openScanned = (keys: Keyring, rows: readonly ScannedRow[]): Promise<readonly MessageRow[]> =>
  messageRows(
    keys,
    rows.map(({ raw }) => raw),
  )

const HIT = [
  `(?5 IS NULL OR ${DIRECTION_SQL} = ?5)`,
  `(?6 IS NULL OR ${CHANNEL_SQL} = ?6)`,
  "(?7 IS NULL OR instr(?7, ',' || status || ',') > 0)",
  '(?8 IS NULL OR line = ?8)',
  "(?9 IS NULL OR (client_key IS NOT NULL AND instr(?9, ',' || hex(client_key) || ',') > 0))",
  `(?10 IS NULL OR (in_reply_to = unhex(?10) AND ${DIRECTION_SQL} = 0))`,
].join(' AND ')

/**
 * Rows that an index finds. It is named, because SQLite's planner would scan the primary key instead. The shared content is a
 * sub-select: with a join SQLite reads the page twice. `id` is the name of its hex, by which no index is sorted.
 */
const found = (from: string, condition: string, more = '') => `SELECT ${ROW_COLUMNS}, ${HIT} AS hit, ${more}
  CASE WHEN content IS NULL AND ${HIT} THEN
    (SELECT hex(c.content) FROM contents c WHERE c.realm = m.realm AND c.base = substr(m.id, 1, 20)) END AS shared
FROM ${from} WHERE m.realm = unhex(?1) AND m.id >= unhex(?2) AND m.id < unhex(?3) ${condition}`

/** Position of the first value that a source binds. */
const SOURCE_AT = 11
/** Rows of one hash that a client ref may have: in a compound SELECT SQLite merges them and reads no more than it returns. */
const ofClientKey = (n: number) =>
  found('messages m INDEXED BY messages_by_client_ref', `AND client_key = unhex(?${SOURCE_AT + n})`, 'm.id AS place,')
/** Rows that did not succeed, of one status each. */
const unsuccessful = (n: number) =>
  found(
    'messages m INDEXED BY messages_unsuccessful',
    `AND ${UNSUCCESSFUL_ROWS} AND status = ?${SOURCE_AT + n}`,
    'm.id AS place,',
  )

/** Source whose rows one statement finds: those of a person are found by their ids. */
type RowSource = Exclude<ListSource, { by: 'party' }> | { readonly by: 'ids'; readonly ids: readonly MessageId[] }

interface Select {
  readonly sql: string
  readonly values: readonly (string | number)[]
  /** SQL of the id; a compound SELECT sorts by columns of its result only. Null: the rows come newest first. */
  readonly place?: string | null
}

function selectOf(source: RowSource): Select {
  switch (source.by) {
    case 'ids':
      return {
        // A join in the order of the ids: IN (…) and sorting would each read every row once more.
        sql: found(
          `(SELECT unhex(value) AS id FROM json_each(?${SOURCE_AT})) wanted CROSS JOIN messages m`,
          'AND m.id = wanted.id',
        ),
        values: [JSON.stringify(source.ids.map(MESSAGE_ID.encode))],
        place: null,
      }
    case 'clientRef':
      return {
        sql: source.keys.map((_, n) => ofClientKey(n)).join('\nUNION ALL\n'),
        values: source.keys,
        place: 'place',
      }
    case 'status':
      return {
        sql: source.statuses.map((_, n) => unsuccessful(n)).join('\nUNION ALL\n'),
        values: source.statuses,
        place: 'place',
      }
    case 'resendOf':
      return {
        sql: found(
          'messages m INDEXED BY messages_sent_again',
          `AND ${SENT_AGAIN_ROWS} AND in_reply_to = unhex(?${SOURCE_AT})`,
        ),
        values: [MESSAGE_ID.encode(source.id)],
      }
    case 'inbound':
      return { sql: found('messages m INDEXED BY messages_inbound', `AND ${INBOUND_ROWS}`), values: [] }
    case 'id':
      return { sql: found('messages m', ''), values: [] }
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
    return scanFound(db, realm, { ...scan, full: source.full }, page ?? { ids: [], until: null })
  }
  const rows = await scanRows(db, realm, scan, source)
  return { rows, floor: rows.length === limit ? (rows.at(-1)?.id ?? '') : '' }
}

/** Rows of a person's messages, each time twice as many: a filter that most of them pass reads hardly more than it shows. */
async function scanFound(
  db: D1Database,
  realm: Realm,
  scan: Scan & { readonly full: number },
  { ids, until }: PartyFound,
): Promise<Scanned> {
  const rows: ScannedRow[] = []
  let hits = 0
  for (let at = 0, more = scan.full; at < ids.length; at += more, more *= 2) {
    if (hits >= scan.full) return { rows, floor: ids[at - 1] ?? '' }
    const found = await scanRows(db, realm, scan, { by: 'ids', ids: ids.slice(at, at + more) })
    rows.push(...found)
    hits += found.filter(({ isHit }) => isHit).length
  }
  return { rows, floor: until ?? '' }
}

async function scanRows(
  db: D1Database,
  realm: Realm,
  { range, filter, rows }: Scan,
  source: RowSource,
): Promise<readonly ScannedRow[]> {
  const { direction, channel, statuses, line, clientKeys, resendOf } = filter
  const { sql, values, place = 'm.id' } = selectOf(source)
  const codes = statuses && `,${statuses.join(',')},`
  const page = [REALM.encode(realm), boundHex(range.from, 'id'), boundHex(range.before, 'id'), rows]
  const refs = clientKeys && `,${clientKeys.join(',').toUpperCase()},`
  const asked = [
    direction && directionNumber(direction),
    channel && CHANNELS.indexOf(channel),
    codes,
    line,
    refs,
    resendOf && MESSAGE_ID.encode(resendOf),
  ]
  const order = place === null ? '' : `ORDER BY ${place} DESC`
  const statement = db.prepare(`${sql} ${order} LIMIT ?4`).bind(...page, ...asked, ...values)
  return (await statement.all<RawRow>()).results.map((raw) => ({
    id: MESSAGE_ID.decode(String(raw['id'])),
    isHit: raw['hit'] === 1,
    raw,
  }))
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
