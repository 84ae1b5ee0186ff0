import { BASE_DIGITS, type BatchId, type ConnectionId, type MessageId } from '#worker/domain/ids.ts'
import { FIRST_ENDED_CODE, type MessageStatus, STATUS_CODES } from '#worker/domain/messages/status.ts'
import type { Realm } from '#worker/domain/realm.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { encodeText } from '#worker/store/codec.ts'
import { batches, contents, messages, refs } from '#worker/store/ledger-schema.ts'
import { type BulkPlaces, bulk } from '#worker/store/sql/bulk.ts'
import { columnNames, columnsOf, insertFrom } from '#worker/store/sql/columns.ts'
import { tupleFrom, tupleOf } from '#worker/store/sql/tuple.ts'
import { MESSAGE, type MessageRow, type NewMessage } from './rows.ts'

/** Writes of the hot path: one statement a slice, over rows in one bound JSON text (sql/bulk.ts). */

type MessagePlaces = BulkPlaces<(typeof MESSAGE.names)[number]>

/** Key of a batch. */
export type BatchKey = readonly [realm: Realm, id: BatchId]

/**
 * Condition: open for a next attempt although a carrier accepted the last, which is over
 * (flows/dispatch/next-attempt-after-report.ts).
 */
const AGAIN = `messages.outcome = 'again' AND messages.status < ${FIRST_ENDED_CODE}`

/** Claims a row for attempt n + 1 if no carrier took attempt n or if that is over. A tombstone is filled and stays canceled. */
const claimFrom = (insert: string): string => `${insert} WHERE true
ON CONFLICT (realm, id) DO UPDATE SET
  attempt = excluded.attempt, outcome = NULL, connection_id = excluded.connection_id, updated_at = excluded.updated_at,
  status = CASE WHEN excluded.status / 10 > messages.status / 10 THEN excluded.status ELSE messages.status END,
  failure = CASE WHEN excluded.status / 10 > messages.status / 10 THEN excluded.failure ELSE messages.failure END,
  channel = excluded.channel, party_key = excluded.party_key, party = excluded.party, line = excluded.line,
  content = excluded.content, units = excluded.units, encoding = excluded.encoding, purpose = excluded.purpose,
  client_ref = excluded.client_ref, metadata = excluded.metadata, batched = excluded.batched, valid_until = excluded.valid_until,
  timeline = messages.timeline || ',' || excluded.timeline
WHERE messages.attempt = excluded.attempt - 1
  AND (messages.attempt = 0 OR (messages.outcome IN ('deferred', 'repeat') AND messages.status < ${STATUS_CODES.submitted}) OR (${AGAIN}))
RETURNING id, status`
const CLAIM = bulk(MESSAGE, (places) => claimFrom(insertFrom(messages, places)))

/** Values of a row whose batch may have been canceled, in `s`. */
function stoppableValues({ names, at }: MessagePlaces): string {
  const isStopped = `s.at IS NOT NULL AND ${at.status} = ${STATUS_CODES.accepted}`
  const stopped: Readonly<Record<string, string>> = {
    status: `CASE WHEN ${isStopped} THEN ${STATUS_CODES.canceled} ELSE ${at.status} END`,
    timeline: `CASE WHEN ${isStopped} THEN iif(${at.attempt} = 1, ${at.timeline} || ',', '')
    || '{"at":' || s.at || ',"status":"canceled","by":"tenant"}' ELSE ${at.timeline} END`,
  }
  return names.map((name) => stopped[name] ?? at[name]).join(', ')
}

/** As CLAIM, but what would be submitted of the batches in `?2` that were canceled is written as canceled. */
const CLAIM_OF_BATCHES = bulk(MESSAGE, (places) =>
  claimFrom(`WITH stopped(base, at) AS MATERIALIZED (
  SELECT substr(b.id, 5), b.canceled_at FROM json_each(?2) k
  CROSS JOIN batches b ON b.realm = (k.value->>0) AND b.id = (k.value->>1) WHERE b.canceled_at IS NOT NULL)
${insertFrom(messages, { names: places.names, values: stoppableValues(places) })}
LEFT JOIN stopped s ON s.base = substr(${places.at.id}, 5, ${BASE_DIGITS})`),
)

/**
 * Claims one attempt for each row. Returned rows with the status `accepted` (10) may be submitted by the caller, and by nobody
 * else. `stoppable`: batches of the rows which, if they were canceled, end their messages here.
 */
export function claimStatement(
  db: D1Database,
  rows: readonly NewMessage[],
  now: EpochMs,
  stoppable: readonly BatchKey[] = [],
): D1PreparedStatement {
  return stoppable.length === 0 ? CLAIM(db, rows, now) : CLAIM_OF_BATCHES(db, rows, now, [JSON.stringify(stoppable)])
}
export interface Claimed {
  readonly id: MessageId
  readonly status: number
}

/** Outcome of one attempt. `entry`: JSON of the timeline entry. */
export interface AttemptRecord extends Pick<MessageRow, 'realm' | 'id' | 'attempt' | 'providerRef' | 'failure'> {
  readonly outcome: string
  readonly status: MessageStatus
  readonly entry: string
}

const ATTEMPT = tupleFrom({
  realm: (r: AttemptRecord) => r.realm,
  id: (r) => r.id,
  attempt: (r) => r.attempt,
  outcome: (r) => r.outcome,
  status: (r) => STATUS_CODES[r.status],
  providerRef: (r) => r.providerRef,
  failure: (r) => r.failure,
  entry: (r) => r.entry,
})
const RECORD = bulk(
  ATTEMPT,
  ({ at, key }) => `UPDATE messages SET
  outcome = ${at.outcome}, provider_ref = coalesce(${at.providerRef}, provider_ref), updated_at = ?2,
  failure = CASE WHEN ${at.status} / 10 > status / 10 THEN ${at.failure} ELSE failure END,
  status = CASE WHEN ${at.status} / 10 > status / 10 THEN ${at.status} ELSE status END,
  timeline = timeline || ',' || ${at.entry}
FROM json_each(?1) j
WHERE messages.realm = ${key.realm} AND messages.id = ${key.id} AND attempt = ${at.attempt} AND outcome IS NULL`,
)

/** Records attempts that are under way; one that is recorded already (by a redelivered job or the sweep) stays as it is. */
export function recordStatement(db: D1Database, records: readonly AttemptRecord[], now: EpochMs): D1PreparedStatement {
  return RECORD(db, records, now, [now])
}

/** Change of a status after submission. `entry`: JSON of the timeline entry. */
export interface StatusChange extends Pick<MessageRow, 'realm' | 'id' | 'failure'> {
  readonly status: MessageStatus
  readonly entry: string
}

/** Columns that an event is made of. */
export const CHANGED_NAMES = [
  'realm', 'id', 'direction', 'channel', 'status', 'party', 'line', 'clientRef', 'metadata', 'batched', 'purpose', 'units',
] as const // biome-ignore format: a column list reads better in rows
export type ChangedRow = Pick<MessageRow, (typeof CHANGED_NAMES)[number]>
const CHANGED_COLUMNS = columnsOf(messages, CHANGED_NAMES, 'messages')

const CHANGE = tupleFrom({
  realm: (c: StatusChange) => c.realm,
  id: (c) => c.id,
  status: (c) => STATUS_CODES[c.status],
  failure: (c) => c.failure,
  entry: (c) => c.entry,
})
type ChangePlaces = BulkPlaces<(typeof CHANGE.names)[number]>
const ofChange = ({ key }: ChangePlaces): string => `messages.realm = ${key.realm} AND messages.id = ${key.id}`
const applyFrom = (places: ChangePlaces): string => `UPDATE messages SET
  status = ${places.at.status}, failure = ${places.at.failure}, updated_at = ?2, timeline = timeline || ',' || ${places.at.entry}
FROM json_each(?1) j WHERE ${ofChange(places)} AND ${places.at.status} / 10 > status / 10`

/**
 * Applies changes of one connection. A `submitted` report does not change a row whose attempt is not recorded yet (outcome IS
 * NULL), because recording writes `submitted` itself.
 */
const REPORT = bulk(
  CHANGE,
  (places) => `${applyFrom(places)} AND connection_id = ?3
AND (${places.at.status} <> ${STATUS_CODES.submitted} OR outcome IS NOT NULL) RETURNING ${CHANGED_COLUMNS}`,
)

/** Applies those reports of one connection that advance a status, at most one a message. Returns the changed rows. */
export function reportStatement(
  db: D1Database,
  changes: readonly StatusChange[],
  connection: ConnectionId,
  now: EpochMs,
): D1PreparedStatement {
  return REPORT(db, changes, now, [now, connection])
}

const OVERDUE = bulk(
  CHANGE,
  (places) => `${applyFrom(places)} AND status < ${FIRST_ENDED_CODE} RETURNING ${CHANGED_COLUMNS}`,
)

/** Ends messages, except those that have ended already. Returns the changed rows. */
export function overdueStatement(db: D1Database, changes: readonly StatusChange[], now: EpochMs): D1PreparedStatement {
  return OVERDUE(db, changes, now, [now])
}

/** Characters of a timeline from which on reports that change nothing are not appended to it. */
const TIMELINE_LIMIT = 16_000

/** Compares what an entry says behind its time, which stands first: a carrier that repeats a report says the same later. */
const APPEND = bulk(
  CHANGE,
  (places) => `UPDATE messages SET updated_at = ?2, timeline = timeline || ',' || ${places.at.entry}
FROM json_each(?1) j WHERE ${ofChange(places)} AND connection_id = ?3 AND length(timeline) < ${TIMELINE_LIMIT}
AND instr(timeline, substr(${places.at.entry}, instr(${places.at.entry}, ','))) = 0 RETURNING messages.id`,
)

/** Appends reports that advance nothing to the timelines, each once. Returns the ids of the messages that it wrote to. */
export function appendStatement(
  db: D1Database,
  changes: readonly StatusChange[],
  connection: ConnectionId,
  now: EpochMs,
): D1PreparedStatement {
  return APPEND(db, changes, now, [now, connection])
}

/** Reported end of one attempt that does not end its message. `entry`: JSON of the timeline entry. */
export interface AttemptEnd extends Pick<MessageRow, 'realm' | 'id' | 'attempt'> {
  readonly entry: string
}
const END = tupleOf<AttemptEnd>()(['realm', 'id', 'attempt', 'entry'], {})
const OPEN_AGAIN = bulk(
  END,
  ({ at, key }) => `UPDATE messages SET outcome = 'again', updated_at = ?2, timeline = timeline || ',' || ${at.entry}
FROM json_each(?1) j
WHERE messages.realm = ${key.realm} AND messages.id = ${key.id} AND attempt = ${at.attempt}
  AND outcome = 'accepted' AND status = ${STATUS_CODES.submitted} AND connection_id = ?3`,
)

/** Opens messages for a next attempt: those whose attempt a carrier took, and of which nothing later is known. */
export function againStatement(
  db: D1Database,
  ends: readonly AttemptEnd[],
  connection: ConnectionId,
  now: EpochMs,
): D1PreparedStatement {
  return OPEN_AGAIN(db, ends, now, [now, connection])
}

const INSERT = bulk(MESSAGE, (places) => `${insertFrom(messages, places)} WHERE true ON CONFLICT DO NOTHING`)

/** Inserts messages that need no claim; one whose id is there already stays as it is. */
export const insertStatement = (db: D1Database, rows: readonly NewMessage[], now: EpochMs): D1PreparedStatement =>
  INSERT(db, rows, now)

/** Condition: no attempt is under way or with a carrier, and a next one would be made. */
export const OPEN = `((messages.outcome = 'deferred' AND messages.status < ${STATUS_CODES.submitted}) OR (${AGAIN}))`

const CANCEL = bulk(
  MESSAGE,
  (places) => `${insertFrom(messages, places)} WHERE true
ON CONFLICT (realm, id) DO UPDATE SET status = ${STATUS_CODES.canceled}, updated_at = excluded.updated_at,
  timeline = messages.timeline || ',' || excluded.timeline
WHERE ${OPEN}
RETURNING ${CHANGED_COLUMNS}`,
)

/** Cancels a message: writes a tombstone, or ends a message that no claim holds. Returns its row if that worked, else nothing. */
export const cancelStatement = (db: D1Database, tombstone: NewMessage, now: EpochMs): D1PreparedStatement =>
  CANCEL(db, [tombstone], now)

const CANCEL_OPEN = bulk(CHANGE, (places) => `${applyFrom(places)} AND ${OPEN} RETURNING ${CHANGED_COLUMNS}`)

/** Cancels messages that have rows and that no claim holds. Returns the changed rows. */
export function cancelOpenStatement(
  db: D1Database,
  changes: readonly StatusChange[],
  now: EpochMs,
): D1PreparedStatement {
  return CANCEL_OPEN(db, changes, now, [now])
}

type ContentRow = Readonly<typeof contents.$inferSelect>
const CONTENT = tupleOf<ContentRow>()(columnNames(contents), { content: ({ content }) => encodeText(content) })
const INSERT_CONTENTS = `${insertFrom(contents, CONTENT)} WHERE true ON CONFLICT DO NOTHING`

/** Writes contents that the messages of a request share. */
export const contentStatement = (db: D1Database, rows: readonly ContentRow[]): D1PreparedStatement =>
  db.prepare(INSERT_CONTENTS).bind(CONTENT.json(rows))

export type BatchRow = Readonly<typeof batches.$inferSelect>
const BATCH = tupleOf<BatchRow>()(columnNames(batches), {})
const INSERT_BATCHES = `${insertFrom(batches, BATCH)} WHERE true ON CONFLICT DO UPDATE SET
  accepted = excluded.accepted, client_ref = excluded.client_ref, accepted_at = excluded.accepted_at WHERE batches.accepted IS NULL`

/** Writes batches; of one that was canceled before, what was not known then. */
export const batchStatement = (db: D1Database, rows: readonly BatchRow[]): D1PreparedStatement =>
  db.prepare(INSERT_BATCHES).bind(BATCH.json(rows))

type RefRow = Readonly<typeof refs.$inferSelect>

/** Carrier's own ref of the message `id`. */
export interface RefWrite extends Omit<RefRow, 'messageId'> {
  readonly id: RefRow['messageId']
}
const REF = tupleOf<RefWrite>()(columnNames(refs), { messageId: ({ id }) => id })
const INSERT_REFS = bulk(REF, (places) => `${insertFrom(refs, places)} WHERE true ON CONFLICT DO NOTHING`)

/** Writes the refs of carriers that do not echo ours. */
export const refsStatement = (db: D1Database, rows: readonly RefWrite[]): D1PreparedStatement => INSERT_REFS(db, rows)
