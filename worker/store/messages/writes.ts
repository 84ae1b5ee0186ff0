import type { ConnectionId, MessageId } from '#worker/domain/ids.ts'
import { FIRST_ENDED_CODE, type MessageStatus, STATUS_CODES } from '#worker/domain/messages/status.ts'
import type { Realm } from '#worker/domain/realm.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { encodeText } from '#worker/store/codec.ts'
import { COLUMNS, type MessageRow, type NewMessage, toRow } from './rows.ts'

/**
 * The hot writes: one statement a slice, one bound JSON parameter, both key columns from the JSON
 * (a constant tenant in the WHERE makes SQLite scan the tenant).
 */

const FIELDS = COLUMNS.map((_, i) => `value->>${i}`).join(', ')

/** Open for another attempt although an earlier one was submitted: that one was heard of and is over (flows/dispatch/next-attempt-after-report.ts). */
const AGAIN = `messages.outcome = 'again' AND messages.status < ${FIRST_ENDED_CODE}`

/** A row may be claimed for attempt n + 1 if attempt n was certainly not taken or is over; a tombstone is filled but stays canceled. */
const CLAIM = `INSERT INTO messages (${COLUMNS.join(', ')}) SELECT ${FIELDS} FROM json_each(?1) WHERE true
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

/** Claims one attempt for each row; the rows returned with status `accepted` (10) are ours to submit. */
export function claimStatement(db: D1Database, rows: readonly NewMessage[], now: EpochMs): D1PreparedStatement {
  return db.prepare(CLAIM).bind(JSON.stringify(rows.map((row) => toRow(row, now))))
}
export interface Claimed {
  readonly id: MessageId
  readonly status: number
}

/** What came of one attempt. */
export interface AttemptRecord {
  readonly realm: Realm
  readonly id: MessageId
  readonly attempt: number
  readonly outcome: string
  readonly status: MessageStatus
  readonly providerRef: string | null
  readonly failure: string | null
  /** JSON of the timeline entry. */
  readonly entry: string
}

const RECORD = `UPDATE messages SET
  outcome = j.value->>3, provider_ref = coalesce(j.value->>5, provider_ref), updated_at = ?2,
  failure = CASE WHEN (j.value->>4) / 10 > status / 10 THEN j.value->>6 ELSE failure END,
  status = CASE WHEN (j.value->>4) / 10 > status / 10 THEN j.value->>4 ELSE status END,
  timeline = timeline || ',' || (j.value->>7)
FROM json_each(?1) j
WHERE messages.realm = j.value->>0 AND messages.id = j.value->>1 AND attempt = j.value->>2 AND outcome IS NULL`

/** Records attempts that are under way; an attempt recorded before (by a twin or the sweep) is left as it is. */
export function recordStatement(db: D1Database, records: readonly AttemptRecord[], now: EpochMs): D1PreparedStatement {
  const rows = records.map((r) => [
    r.realm, r.id, r.attempt, r.outcome, STATUS_CODES[r.status], r.providerRef, r.failure, r.entry,
  ]) // biome-ignore format: positional row
  return db.prepare(RECORD).bind(JSON.stringify(rows), now)
}

/** A change of state after submission. */
export interface StatusChange {
  readonly realm: Realm
  readonly id: MessageId
  readonly status: MessageStatus
  readonly failure: string | null
  readonly entry: string
}

/** The columns that an event is made of. */
export type ChangedRow = Pick<
  MessageRow,
  | 'realm'
  | 'id'
  | 'direction'
  | 'channel'
  | 'status'
  | 'party'
  | 'line'
  | 'client_ref'
  | 'metadata'
  | 'batched'
  | 'purpose'
  | 'units'
>
export const CHANGED_COLUMNS =
  'messages.realm, messages.id, direction, channel, status, party, line, client_ref, metadata, batched, purpose, units'

const APPLY = `UPDATE messages SET
  status = j.value->>2, failure = j.value->>3, updated_at = ?2, timeline = timeline || ',' || (j.value->>4)
FROM json_each(?1) j
WHERE messages.realm = j.value->>0 AND messages.id = j.value->>1 AND (j.value->>2) / 10 > status / 10`

const changeRows = (changes: readonly StatusChange[]) =>
  JSON.stringify(changes.map((c) => [c.realm, c.id, STATUS_CODES[c.status], c.failure, c.entry]))

/** That an attempt was taken is told when it is recorded: a report of no more than that advances nothing before. */
const NOT_AHEAD = `((j.value->>2) <> ${STATUS_CODES.submitted} OR outcome IS NOT NULL)`

/** Applies the reports of one connection that advance a state; returns the changed rows. At most one change a message. */
export function reportStatement(
  db: D1Database,
  changes: readonly StatusChange[],
  connection: ConnectionId,
  now: EpochMs,
): D1PreparedStatement {
  return db
    .prepare(`${APPLY} AND connection_id = ?3 AND ${NOT_AHEAD} RETURNING ${CHANGED_COLUMNS}`)
    .bind(changeRows(changes), now, connection)
}

/** Ends messages that are still `submitted` (report overdue) or unrecorded: the sweep's statement. */
export function overdueStatement(db: D1Database, changes: readonly StatusChange[], now: EpochMs): D1PreparedStatement {
  return db
    .prepare(`${APPLY} AND status < ${FIRST_ENDED_CODE} RETURNING ${CHANGED_COLUMNS}`)
    .bind(changeRows(changes), now)
}

/** Characters of timeline after which reports that change nothing are no longer written down. */
const TIMELINE_LIMIT = 16_000

/** Appends reports that advance nothing, once each; returns the ids it wrote to. */
export function appendStatement(
  db: D1Database,
  changes: readonly StatusChange[],
  connection: ConnectionId,
  now: EpochMs,
): D1PreparedStatement {
  return db
    .prepare(
      `UPDATE messages SET updated_at = ?2, timeline = timeline || ',' || (j.value->>4) FROM json_each(?1) j
WHERE messages.realm = j.value->>0 AND messages.id = j.value->>1 AND connection_id = ?3
  AND length(timeline) < ${TIMELINE_LIMIT} AND instr(timeline, j.value->>4) = 0 RETURNING messages.id`,
    )
    .bind(changeRows(changes), now, connection)
}

/** A reported end of one attempt that does not end the message. */
export interface AttemptEnd {
  readonly realm: Realm
  readonly id: MessageId
  readonly attempt: number
  readonly entry: string
}

/** Opens messages for a next attempt: only those whose attempt a carrier took, and of which nothing later is known. */
export function againStatement(
  db: D1Database,
  ends: readonly AttemptEnd[],
  connection: ConnectionId,
  now: EpochMs,
): D1PreparedStatement {
  return db
    .prepare(
      `UPDATE messages SET outcome = 'again', updated_at = ?2, timeline = timeline || ',' || (j.value->>3)
FROM json_each(?1) j
WHERE messages.realm = j.value->>0 AND messages.id = j.value->>1 AND attempt = j.value->>2
  AND outcome = 'accepted' AND status = ${STATUS_CODES.submitted} AND connection_id = ?3`,
    )
    .bind(JSON.stringify(ends.map(({ realm, id, attempt, entry }) => [realm, id, attempt, entry])), now, connection)
}

/** Inserts messages that nothing claims (inbound ones); a repeated id changes nothing. */
export function insertStatement(db: D1Database, rows: readonly NewMessage[], now: EpochMs): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO messages (${COLUMNS.join(', ')}) SELECT ${FIELDS} FROM json_each(?1) WHERE true ON CONFLICT DO NOTHING`,
    )
    .bind(JSON.stringify(rows.map((row) => toRow(row, now))))
}

/** Cancels by tombstone or by ending an unclaimed message; the returned row says whether it worked. */
export function cancelStatement(db: D1Database, tombstone: NewMessage, now: EpochMs): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO messages (${COLUMNS.join(', ')}) SELECT ${FIELDS} FROM json_each(?1) WHERE true
ON CONFLICT (realm, id) DO UPDATE SET status = ${STATUS_CODES.canceled}, updated_at = excluded.updated_at,
  timeline = messages.timeline || ',' || excluded.timeline
WHERE (messages.outcome = 'deferred' AND messages.status < ${STATUS_CODES.submitted}) OR (${AGAIN})
RETURNING ${CHANGED_COLUMNS}`,
    )
    .bind(JSON.stringify([toRow(tombstone, now)]))
}

/** The request's shared content, once. */
export function contentStatement(
  db: D1Database,
  rows: readonly { readonly realm: Realm; readonly base: string; readonly content: string }[],
): D1PreparedStatement {
  return db
    .prepare(
      'INSERT INTO contents (realm, base, content) SELECT value->>0, value->>1, value->>2 FROM json_each(?1) WHERE true ON CONFLICT DO NOTHING',
    )
    .bind(JSON.stringify(rows.map(({ realm, base, content }) => [realm, base, encodeText(content)])))
}

export interface BatchRow {
  readonly realm: Realm
  readonly id: string
  readonly total: number
  readonly accepted: number
  readonly clientRef: string | null
  readonly acceptedAt: EpochMs
}

export function batchStatement(db: D1Database, rows: readonly BatchRow[]): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO batches (realm, id, total, accepted, client_ref, accepted_at)
SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5 FROM json_each(?1) WHERE true ON CONFLICT DO NOTHING`,
    )
    .bind(JSON.stringify(rows.map((r) => [r.realm, r.id, r.total, r.accepted, r.clientRef, r.acceptedAt])))
}

/** A carrier's own ref of a message. */
export interface RefWrite {
  readonly connectionId: ConnectionId
  readonly ref: string
  readonly realm: Realm
  readonly id: MessageId
}

/** Provider refs beside the messages, where carriers do not echo ours. */
export function refsStatement(db: D1Database, rows: readonly RefWrite[]): D1PreparedStatement {
  return db
    .prepare(
      'INSERT INTO refs (connection_id, ref, realm, message_id) SELECT value->>0, value->>1, value->>2, value->>3 FROM json_each(?1) WHERE true ON CONFLICT DO NOTHING',
    )
    .bind(JSON.stringify(rows.map((r) => [r.connectionId, r.ref, r.realm, r.id])))
}
