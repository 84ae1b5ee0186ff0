import type { MessageId } from '#worker/domain/ids.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { DIRECTION_SQL, MESSAGE_ID, REALM } from '#worker/store/codes/codes.ts'
import type { Keyring } from '#worker/store/keys/keyring.ts'
import {
  byKeys,
  type ChangedRow,
  changedRows,
  closedRow,
  type MessageKey,
  type MessageRow,
  messageRows,
  PARTY_COLUMNS,
  type RawRow,
  ROW_COLUMNS,
  STATE_COLUMNS,
  type StateRow,
  stateRows,
} from './rows.ts'

export type { StateRow } from './rows.ts'

export const WITH_SHARED = `${ROW_COLUMNS}, hex(c.content) AS shared`
/** The first bytes of an id are its base. */
export const SHARED_JOIN =
  'LEFT JOIN contents c ON m.content IS NULL AND c.realm = m.realm AND c.base = substr(m.id, 1, 20)'
const BY_ID = `SELECT ${WITH_SHARED} FROM messages m ${SHARED_JOIN} WHERE m.realm = unhex(?1) AND m.id = unhex(?2)`

export async function messageById(db: D1Database, keys: Keyring, [realm, id]: MessageKey): Promise<MessageRow | null> {
  const row = await db.prepare(BY_ID).bind(REALM.encode(realm), MESSAGE_ID.encode(id)).first<RawRow>()
  const [message] = row ? await messageRows(keys, [row]) : []
  return message ?? null
}

const STATES = byKeys(STATE_COLUMNS)

/** States of those of some messages that exist. */
export async function statesOf(
  db: D1Database,
  keys: Keyring,
  asked: readonly MessageKey[],
): Promise<readonly StateRow[]> {
  return stateRows(keys, (await STATES(db, asked).all<RawRow>()).results)
}

const PARTIES = byKeys(PARTY_COLUMNS)

/** Those of some messages that exist, with whom they are to or from. */
export async function partiesOf(
  db: D1Database,
  keys: Keyring,
  asked: readonly MessageKey[],
): Promise<readonly ChangedRow[]> {
  return changedRows(keys, (await PARTIES(db, asked).all<RawRow>()).results.map(closedRow))
}

/** Messages of a realm, and the line from which the newest of them is looked for. */
interface FromLine {
  readonly realm: Realm
  readonly ids: readonly MessageId[]
  readonly line: string
}
const NEWEST_FROM = `SELECT j.key AS at, hex(max(m.id)) AS id FROM json_each(?1) j CROSS JOIN json_each(j.value->1) i
CROSS JOIN messages m ON m.realm = unhex(j.value->>0) AND m.id = unhex(i.value)
WHERE m.line = (j.value->>2) AND ${DIRECTION_SQL} = 0 GROUP BY j.key`

/** Answers for each of some messages which is the newest outbound one from its line. */
export async function newestFrom(db: D1Database, asked: readonly FromLine[]): Promise<readonly (MessageId | null)[]> {
  const rows = asked.map(({ realm, ids, line }) => [REALM.encode(realm), ids.map(MESSAGE_ID.encode), line])
  const { results } = await db.prepare(NEWEST_FROM).bind(JSON.stringify(rows)).all<{ at: number; id: string }>()
  const found = new Map(results.map(({ at, id }) => [at, MESSAGE_ID.decode(id)]))
  return asked.map((_, i) => found.get(i) ?? null)
}

const WHOLE = byKeys(WITH_SHARED, SHARED_JOIN)

/** Reads messages with their contents; keys of none are left out. */
export async function messagesByKeys(
  db: D1Database,
  keys: Keyring,
  asked: readonly MessageKey[],
): Promise<readonly MessageRow[]> {
  return messageRows(keys, (await WHOLE(db, asked).all<RawRow>()).results)
}
