import type { ChannelName } from '#worker/domain/channel-names.ts'
import type { Realm } from '#worker/domain/realm.ts'
import type { SessionRecord, SessionTurn } from '#worker/domain/sessions/session.ts'
import { columnNames, columnsOf, insertOne } from '#worker/store/sql/columns.ts'
import { decodeText, encodeText } from './codec.ts'
import { sessions } from './ledger-schema.ts'

export type { SessionEnd, SessionRecord, SessionTurn } from '#worker/domain/sessions/session.ts'

type SessionRow = Readonly<typeof sessions.$inferSelect>

/** Columns of a session's record; the other columns are only searched by. */
const RECORD_NAMES = [
  'id', 'channel', 'connectionId', 'sessionRef', 'party', 'line', 'reason', 'startedAt', 'updatedAt', 'turns',
] as const // biome-ignore format: a column list reads better in rows
const COLUMNS = columnsOf(sessions, RECORD_NAMES)
type RecordRow = Pick<SessionRow, (typeof RECORD_NAMES)[number]>

const sessionOfRow = (row: RecordRow): SessionRecord => ({
  ...row,
  party: decodeText(row.party),
  turns: JSON.parse(`[${decodeText(row.turns)}]`) as SessionTurn[],
})

// The condition keeps out an older copy, which has fewer turns, or as many and no end.
const UPSERT = `${insertOne(sessions)} ON CONFLICT (realm, id) DO UPDATE SET status = excluded.status, reason = excluded.reason,
  updated_at = excluded.updated_at, turn_count = excluded.turn_count, turns = excluded.turns
WHERE excluded.turn_count > turn_count OR (excluded.turn_count = turn_count AND status = 'open' AND excluded.status = 'ended')`

/** Writes a session down; a copy that is no newer than the row changes nothing. */
export function upsertSession(
  db: D1Database,
  realm: Realm,
  partyKey: string,
  session: SessionRecord,
): D1PreparedStatement {
  const row: SessionRow = {
    ...session,
    realm,
    partyKey,
    party: encodeText(session.party),
    status: session.reason === null ? 'open' : 'ended',
    turnCount: session.turns.length,
    // Canonical JSON without its brackets, which sessionOfRow() puts around it.
    turns: encodeText(JSON.stringify(session.turns).slice(1, -1)),
  }
  return db.prepare(UPSERT).bind(...columnNames(sessions).map((name) => row[name]))
}

export async function sessionById(db: D1Database, realm: Realm, id: string): Promise<SessionRecord | null> {
  const sql = `SELECT ${COLUMNS} FROM sessions WHERE realm = ?1 AND id = ?2`
  const row = await db.prepare(sql).bind(realm, id).first<RecordRow>()
  return row && sessionOfRow(row)
}

/** Key of a session: realm and id. */
type SessionKey = readonly [Realm, SessionRecord['id']]

/** Answers of those sessions that the ledger has whether they have ended, by their ids. */
export async function endedOf(db: D1Database, keys: readonly SessionKey[]): Promise<ReadonlyMap<string, boolean>> {
  const sql = `SELECT s.id, s.status = 'ended' AS ended FROM json_each(?1) j
CROSS JOIN sessions s ON s.realm = (j.value->>0) AND s.id = (j.value->>1)`
  const { results } = await db.prepare(sql).bind(JSON.stringify(keys)).all<{ id: string; ended: number }>()
  return new Map(results.map(({ id, ended }) => [id, ended === 1]))
}

/** Session that a person opened last with the tenant; null: none. */
export async function latestSession(db: D1Database, realm: Realm, partyKey: string): Promise<SessionRecord | null> {
  const [latest] = await listSessions(db, realm, { partyKey, before: null, limit: 1 })
  return latest ?? null
}

interface SessionPage {
  /** Person whose sessions are listed; null: everybody's. */
  readonly partyKey: string | null
  /** Channel of the sessions; null: any. No index has it: all sessions are of the one channel that has any. */
  readonly channel?: ChannelName | null
  /** Cursor: the page holds ids below it; null: the newest. */
  readonly before: string | null
  readonly limit: number
}

const PAGE = `realm = ?1 AND id < ?2 AND (?4 IS NULL OR channel = ?4)`
const ORDER = 'ORDER BY id DESC LIMIT ?3'
/** Cursor above every id of a session. */
const END = 'ses_~'

/** A page of sessions, newest first: within a tenant their ids sort by time. */
export async function listSessions(
  db: D1Database,
  realm: Realm,
  { partyKey, channel = null, before, limit }: SessionPage,
): Promise<readonly SessionRecord[]> {
  const statement =
    partyKey === null
      ? db.prepare(`SELECT ${COLUMNS} FROM sessions WHERE ${PAGE} ${ORDER}`).bind(realm, before ?? END, limit, channel)
      : db
          .prepare(
            `SELECT ${COLUMNS} FROM sessions INDEXED BY sessions_by_party WHERE ${PAGE} AND party_key = ?5 ${ORDER}`,
          )
          .bind(realm, before ?? END, limit, channel, partyKey)
  return (await statement.all<RecordRow>()).results.map(sessionOfRow)
}
