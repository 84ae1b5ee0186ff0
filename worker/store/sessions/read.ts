import type { ChannelName } from '#worker/domain/channel-names.ts'
import { type Realm, tenantOf } from '#worker/domain/realm.ts'
import type { SessionRecord } from '#worker/domain/sessions/session.ts'
import { ALTERED } from '#worker/store/keys/altered.ts'
import type { Keyring } from '#worker/store/keys/keyring.ts'
import { openTexts } from '#worker/store/keys/sealed.ts'
import { sessions } from '#worker/store/ledger-schema.ts'
import { columnsOf, type Row } from '#worker/store/sql/columns.ts'

/** Sessions of a shard, and the keys that their records are sealed under. */
export interface SessionLedger {
  readonly db: D1Database
  readonly keys: Keyring
}

/** Members of a session that are sealed together. The line is what was dialled, and may hold more than the tenant's code. */
export type SealedMembers = Pick<SessionRecord, 'sessionRef' | 'party' | 'line' | 'turns'>

/** Columns of a session's record; the other columns are only searched by. */
const NAMES = ['id', 'channel', 'connectionId', 'reason', 'startedAt', 'updatedAt', 'record'] as const
const COLUMNS = columnsOf(sessions, NAMES)
type SessionRow = Row<typeof sessions, (typeof NAMES)[number]>

/** Place of the sealed record. */
export const placeOf = (realm: Realm, id: string) => ['sessions', realm, id, 'record'] as const

/** Members of a session that was altered. */
const UNTOLD: SealedMembers & Pick<SessionRecord, 'isAltered'> = {
  sessionRef: '',
  party: '',
  line: '',
  turns: [],
  isAltered: true,
}

/** Opens sessions of a realm. One whose keys were forgotten is gone; of one that was altered only the clear members are told. */
async function opened(keys: Keyring, realm: Realm, rows: readonly SessionRow[]): Promise<readonly SessionRecord[]> {
  const sealed = rows.map(({ id, record }) => [record, placeOf(realm, id)] as const)
  const texts = await openTexts(keys, tenantOf(realm), sealed)
  return rows.flatMap(({ record: _, ...row }, i) => {
    const text = texts[i]
    if (text === ALTERED) return [{ ...row, ...UNTOLD }]
    return typeof text === 'string' ? [{ ...row, ...(JSON.parse(text) as SealedMembers) }] : []
  })
}

export async function sessionById(
  { db, keys }: SessionLedger,
  realm: Realm,
  id: string,
): Promise<SessionRecord | null> {
  const sql = `SELECT ${COLUMNS} FROM sessions WHERE realm = ?1 AND id = ?2`
  const { results } = await db.prepare(sql).bind(realm, id).all<SessionRow>()
  return (await opened(keys, realm, results))[0] ?? null
}

/** Session that a person opened last with the tenant; null: none. */
export async function latestSession(
  ledger: SessionLedger,
  realm: Realm,
  partyKey: string,
): Promise<SessionRecord | null> {
  const [latest] = await listSessions(ledger, realm, { partyKey, before: null, limit: 1 })
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
  { db, keys }: SessionLedger,
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
  return opened(keys, realm, (await statement.all<SessionRow>()).results)
}
