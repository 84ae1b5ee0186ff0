import type { ConnectionId } from '#worker/domain/ids.ts'
import type { TimelineEntry } from '#worker/domain/messages/message.ts'
import { FIRST_ENDED_CODE, type MessageStatus, STATUS_CODES } from '#worker/domain/messages/status.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { CONNECTION, MESSAGE_ID, OUTCOMES, REALM } from '#worker/store/codes/codes.ts'
import { messages } from '#worker/store/ledger-schema.ts'
import { type BulkPlaces, bulk } from '#worker/store/sql/bulk.ts'
import { insertFrom } from '#worker/store/sql/columns.ts'
import { tupleFrom } from '#worker/store/sql/tuple.ts'
import { CHANGED_COLUMNS, MESSAGE, type MessageRow, type SealedMessage } from './rows.ts'
import type { SealedEntry } from './sealed.ts'
import { appended } from './timeline.ts'

/**
 * Writes of messages that stand: what is inserted whole, reported, ended or canceled. One statement a slice, over rows in one
 * bound JSON text (sql/bulk.ts). Writes of attempts are in attempts.ts.
 */

/**
 * Condition: open for a next attempt although a carrier accepted the last, which is over
 * (flows/dispatch/next-attempt-after-report.ts).
 */
export const AGAIN = `messages.outcome = ${OUTCOMES.again} AND messages.status < ${FIRST_ENDED_CODE}`

/** What any change of a message names. */
export interface Entered extends Pick<MessageRow, 'realm' | 'id'> {
  readonly entry: TimelineEntry
}
export const ENTERED = {
  realm: (c: SealedEntry<Entered>) => REALM.encode(c.realm),
  id: (c: SealedEntry<Entered>) => MESSAGE_ID.encode(c.id),
  entry: (c: SealedEntry<Entered>) => c.entry,
} as const
export const ENTERED_BYTES = ['realm', 'id', 'entry'] as const

/** Change of a status after submission. */
export interface StatusChange extends Entered {
  readonly status: MessageStatus
}

const CHANGE = tupleFrom(
  { ...ENTERED, status: (c: SealedEntry<StatusChange>) => STATUS_CODES[c.status] },
  ENTERED_BYTES,
)
type ChangePlaces = BulkPlaces<(typeof CHANGE.names)[number]>
export const ofChange = ({ key }: { readonly key: Pick<ChangePlaces['key'], 'realm' | 'id'> }): string =>
  `messages.realm = ${key.realm} AND messages.id = ${key.id}`

/** SQL of the time of delivery after a change to the status that `status` is the SQL of: the first one stays. */
export const deliveredAt = (status: string): string =>
  `delivered_at = iif(${status} >= ${STATUS_CODES.delivered}, coalesce(delivered_at, ?2), delivered_at)`
const applyFrom = (places: ChangePlaces): string => `UPDATE messages SET
  status = ${places.at.status}, ${deliveredAt(places.at.status)}, updated_at = ?2, timeline = ${appended(places.at.entry)}
FROM json_each(?1) j WHERE ${ofChange(places)} AND ${places.at.status} / 10 > status / 10`

/**
 * Applies changes of one connection. A `submitted` report does not change a row whose attempt is not recorded yet (outcome IS
 * NULL), because recording writes `submitted` itself.
 */
const REPORT = bulk(
  CHANGE,
  (places) => `${applyFrom(places)} AND connection_id = unhex(?3)
AND (${places.at.status} <> ${STATUS_CODES.submitted} OR outcome IS NOT NULL) RETURNING ${CHANGED_COLUMNS}`,
)

/** Applies those reports of one connection that advance a status, at most one a message. Returns the changed rows. */
export function reportStatement(
  db: D1Database,
  changes: readonly SealedEntry<StatusChange>[],
  connection: ConnectionId,
  now: EpochMs,
): D1PreparedStatement {
  return REPORT(db, changes, now, [now, CONNECTION.encode(connection)])
}

const OVERDUE = bulk(
  CHANGE,
  (places) => `${applyFrom(places)} AND status < ${FIRST_ENDED_CODE} RETURNING ${CHANGED_COLUMNS}`,
)

/** Ends messages, except those that have ended already. Returns the changed rows. */
export function overdueStatement(
  db: D1Database,
  changes: readonly SealedEntry<StatusChange>[],
  now: EpochMs,
): D1PreparedStatement {
  return OVERDUE(db, changes, now, [now])
}

const INSERT = bulk(MESSAGE, (places) => `${insertFrom(messages, places)} WHERE true ON CONFLICT DO NOTHING`)

/** Inserts messages that need no claim; one whose id is there already stays as it is. */
export const insertStatement = (db: D1Database, rows: readonly SealedMessage[], now: EpochMs): D1PreparedStatement =>
  INSERT(db, rows, now)

/** Condition: no attempt is under way or with a carrier, and a next one would be made. */
export const OPEN = `((messages.outcome = ${OUTCOMES.deferred} AND messages.status < ${STATUS_CODES.submitted}) OR (${AGAIN}))`

const CANCEL = bulk(
  MESSAGE,
  (places) => `${insertFrom(messages, places)} WHERE true
ON CONFLICT (realm, id) DO UPDATE SET status = ${STATUS_CODES.canceled}, updated_at = excluded.updated_at,
  timeline = ${appended('excluded.timeline')}
WHERE ${OPEN}
RETURNING ${CHANGED_COLUMNS}`,
)

/** Cancels a message: writes a tombstone, or ends a message that no claim holds. Returns its row if that worked, else nothing. */
export const cancelStatement = (db: D1Database, tombstone: SealedMessage, now: EpochMs): D1PreparedStatement =>
  CANCEL(db, [tombstone], now)

const CANCEL_OPEN = bulk(CHANGE, (places) => `${applyFrom(places)} AND ${OPEN} RETURNING ${CHANGED_COLUMNS}`)

/** Cancels messages that have rows and that no claim holds. Returns the changed rows. */
export function cancelOpenStatement(
  db: D1Database,
  changes: readonly SealedEntry<StatusChange>[],
  now: EpochMs,
): D1PreparedStatement {
  return CANCEL_OPEN(db, changes, now, [now])
}
