import type { ChannelName } from '#worker/domain/carriers/channel.ts'
import type { ConnectionId, SessionId } from '#worker/domain/ids.ts'
import type { Realm } from '#worker/domain/realm.ts'
import type { SessionEnd, SessionRecord, SessionTurn } from '#worker/domain/sessions/session.ts'
import { decodeText, encodeText } from './codec.ts'

export type { SessionEnd, SessionRecord, SessionTurn } from '#worker/domain/sessions/session.ts'

interface SessionRow {
  readonly id: SessionId
  readonly channel: ChannelName
  readonly connection_id: ConnectionId
  readonly session_ref: string
  readonly party: string
  readonly line: string
  readonly reason: SessionEnd | null
  readonly started_at: number
  readonly updated_at: number
  readonly turns: string
}

const fromRow = (row: SessionRow): SessionRecord => ({
  id: row.id,
  channel: row.channel,
  connectionId: row.connection_id,
  sessionRef: row.session_ref,
  party: decodeText(row.party),
  line: row.line,
  reason: row.reason,
  startedAt: row.started_at,
  updatedAt: row.updated_at,
  turns: JSON.parse(`[${decodeText(row.turns)}]`) as SessionTurn[],
})

// An older copy has fewer turns, or as many and no end yet: it changes nothing.
const UPSERT = `INSERT INTO sessions (realm, id, channel, connection_id, session_ref, party_key, party, line,
  status, reason, started_at, updated_at, turn_count, turns)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
ON CONFLICT (realm, id) DO UPDATE SET status = excluded.status, reason = excluded.reason,
  updated_at = excluded.updated_at, turn_count = excluded.turn_count, turns = excluded.turns
WHERE excluded.turn_count > turn_count OR (excluded.turn_count = turn_count AND status = 'open' AND excluded.status = 'ended')`

/** Writes a session down; a copy that is no newer than the row changes nothing. */
export function upsertSession(
  db: D1Database,
  realm: Realm,
  partyKey: string,
  session: SessionRecord,
): D1PreparedStatement {
  const { id, channel, connectionId, sessionRef, party, line, reason, startedAt, updatedAt, turns } = session
  return db.prepare(UPSERT).bind(
    realm,
    id,
    channel,
    connectionId,
    sessionRef,
    partyKey,
    encodeText(party),
    line,
    reason === null ? 'open' : 'ended',
    reason,
    startedAt,
    updatedAt,
    turns.length,
    // Canonical JSON, as it came; the brackets are put around it when it is read.
    encodeText(JSON.stringify(turns).slice(1, -1)),
  )
}

export async function sessionById(db: D1Database, realm: Realm, id: string): Promise<SessionRecord | null> {
  const sql = 'SELECT * FROM sessions WHERE realm = ?1 AND id = ?2'
  const row = await db.prepare(sql).bind(realm, id).first<SessionRow>()
  return row && fromRow(row)
}

/** The last session that a person opened with the tenant; null: none. */
export async function latestSession(db: D1Database, realm: Realm, partyKey: string): Promise<SessionRecord | null> {
  const [latest] = await listSessions(db, realm, { partyKey, before: null, limit: 1 })
  return latest ?? null
}

interface SessionPage {
  /** Null: everybody's. */
  readonly partyKey: string | null
  /** Ids below this one; null: from the newest. */
  readonly before: string | null
  readonly limit: number
}

const PAGE = `realm = ?1 AND id < ?2`
const ORDER = 'ORDER BY id DESC LIMIT ?3'
/** Behind every id of a session. */
const END = 'ses_~'

/** Sessions, newest first: their ids hold tenant and time. */
export async function listSessions(
  db: D1Database,
  realm: Realm,
  { partyKey, before, limit }: SessionPage,
): Promise<readonly SessionRecord[]> {
  const statement =
    partyKey === null
      ? db.prepare(`SELECT * FROM sessions WHERE ${PAGE} ${ORDER}`).bind(realm, before ?? END, limit)
      : db
          .prepare(`SELECT * FROM sessions INDEXED BY sessions_by_party WHERE ${PAGE} AND party_key = ?4 ${ORDER}`)
          .bind(realm, before ?? END, limit, partyKey)
  return (await statement.all<SessionRow>()).results.map(fromRow)
}
