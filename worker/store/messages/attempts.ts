import type { BatchId, ConnectionId, MessageId } from '#worker/domain/ids.ts'
import { type MessageStatus, STATUS_CODES } from '#worker/domain/messages/status.ts'
import type { Realm } from '#worker/domain/realm.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { BATCH, CONNECTION, MESSAGE_ID, OUTCOMES, REALM, type StoredOutcome } from '#worker/store/codes/codes.ts'
import type { Keyring } from '#worker/store/keys/keyring.ts'
import { messages } from '#worker/store/ledger-schema.ts'
import { type BulkPlaces, bulk } from '#worker/store/sql/bulk.ts'
import { insertFrom } from '#worker/store/sql/columns.ts'
import { tupleFrom } from '#worker/store/sql/tuple.ts'
import { type HashedRef, hashRefs, type RefWrite } from './refs.ts'
import { MESSAGE, type MessageRow, type SealedMessage } from './rows.ts'
import { type SealedEntry, sealEntries } from './sealed.ts'
import { appended, CONNECTION_BEFORE_SQL, endedWithBatch } from './timeline.ts'
import { AGAIN, deliveredAt, ENTERED, ENTERED_BYTES, type Entered, ofChange } from './writes.ts'

/**
 * Writes of attempts, which only Workers behind the queues make: the claim, what came of it, what carriers tell beside a status,
 * and the end of an attempt that a next one follows. One statement a slice, as in writes.ts.
 */

type MessagePlaces = BulkPlaces<(typeof MESSAGE.names)[number]>

/** Key of a batch. */
export type BatchKey = readonly [realm: Realm, id: BatchId]

/** Claims a row for attempt n + 1 if no carrier took attempt n or if that is over. A tombstone is filled and stays canceled. */
const claimFrom = (insert: string): string => `${insert} WHERE true
ON CONFLICT (realm, id) DO UPDATE SET
  attempt = excluded.attempt, outcome = NULL, connection_id = excluded.connection_id, updated_at = excluded.updated_at,
  status = CASE WHEN excluded.status / 10 > messages.status / 10 THEN excluded.status ELSE messages.status END,
  kind = excluded.kind, encoding = excluded.encoding, sealed = excluded.sealed, line = excluded.line,
  content = excluded.content, units = excluded.units, client_key = excluded.client_key,
  in_reply_to = excluded.in_reply_to, valid_until = excluded.valid_until, timeline = ${appended(`${CONNECTION_BEFORE_SQL} || excluded.timeline`)}
WHERE messages.attempt = excluded.attempt - 1
  AND (messages.attempt = 0 OR (messages.outcome IN (${OUTCOMES.deferred}, ${OUTCOMES.repeat}) AND messages.status < ${STATUS_CODES.submitted})
    OR (${AGAIN}))
RETURNING hex(id) AS id, status`
const CLAIM = bulk(MESSAGE, (places) => claimFrom(insertFrom(messages, places)))

/** Values of a row whose batch may have been canceled, in `s`. */
function stoppableValues({ names, at }: MessagePlaces): string {
  const isStopped = `s.at IS NOT NULL AND ${at.status} = ${STATUS_CODES.accepted}`
  const stopped: Readonly<Record<string, string>> = {
    status: `CASE WHEN ${isStopped} THEN ${STATUS_CODES.canceled} ELSE ${at.status} END`,
    timeline: `CASE WHEN ${isStopped} THEN CAST(iif(${at.attempt} = 1, ${at.timeline}, x'') || ${endedWithBatch('s.at')} AS BLOB)
    ELSE ${at.timeline} END`,
  }
  return names.map((name) => stopped[name] ?? at[name]).join(', ')
}

/** As CLAIM, but what would be submitted of the batches in `?2` that were canceled is written as canceled. */
const CLAIM_OF_BATCHES = bulk(MESSAGE, (places) =>
  claimFrom(`WITH stopped(base, at) AS MATERIALIZED (
  SELECT b.id, b.canceled_at FROM json_each(?2) k
  CROSS JOIN batches b ON b.realm = unhex(k.value->>0) AND b.id = unhex(k.value->>1) WHERE b.canceled_at IS NOT NULL)
${insertFrom(messages, { names: places.names, values: stoppableValues(places) })}
LEFT JOIN stopped s ON s.base = substr(${places.at.id}, 1, 20)`),
)

/**
 * Claims one attempt for each row. Returned rows with the status `accepted` (10) may be submitted by the caller, and by nobody
 * else. `stoppable`: batches of the rows which, if they were canceled, end their messages here.
 */
export function claimStatement(
  db: D1Database,
  rows: readonly SealedMessage[],
  now: EpochMs,
  stoppable: readonly BatchKey[] = [],
): D1PreparedStatement {
  return stoppable.length === 0
    ? CLAIM(db, rows, now)
    : CLAIM_OF_BATCHES(db, rows, now, [
        JSON.stringify(stoppable.map(([realm, id]) => [REALM.encode(realm), BATCH.encode(id)])),
      ])
}

/** Row that a claim gives back, as D1 answers it. */
export interface RawClaimed {
  readonly id: string
  readonly status: number
}

/** Statuses of claimed messages. */
export const claimedStates = (results: readonly RawClaimed[]): ReadonlyMap<MessageId, number> =>
  new Map(results.map(({ id, status }) => [MESSAGE_ID.decode(id), status]))

/** Outcome of one attempt, with its entry of the timeline. */
export interface AttemptRecord extends Entered, Pick<MessageRow, 'attempt'> {
  readonly outcome: StoredOutcome
  readonly status: MessageStatus
}

/** Outcome as it is written, with the hash of the ref by which its carrier knows the attempt. */
type SealedRecord = SealedEntry<AttemptRecord> & { readonly refKey?: string | undefined }

/** Outcomes and refs of attempts, as they are written. */
export interface SealedOutcomes {
  readonly records: readonly SealedRecord[]
  readonly refs: readonly HashedRef[]
}

/** Seals outcomes, and hashes the refs of those whose carriers do not echo ours, for writing. */
export async function sealOutcomes(
  keyring: Keyring,
  records: readonly AttemptRecord[],
  refs: readonly RefWrite[],
): Promise<SealedOutcomes> {
  const [sealed, hashed] = await Promise.all([sealEntries(keyring, records), hashRefs(keyring, refs)])
  const byId = new Map(hashed.map(({ id, refKey }) => [id, refKey]))
  return { records: sealed.map((record) => ({ ...record, refKey: byId.get(record.id) })), refs: hashed }
}

const ATTEMPT = tupleFrom(
  {
    ...ENTERED,
    attempt: (r: SealedRecord) => r.attempt,
    outcome: (r: SealedRecord) => OUTCOMES[r.outcome],
    status: (r: SealedRecord) => STATUS_CODES[r.status],
    refKey: (r: SealedRecord) => r.refKey ?? null,
  },
  [...ENTERED_BYTES, 'refKey'],
)
const RECORD = bulk(
  ATTEMPT,
  ({ at, key }) => `UPDATE messages SET
  outcome = ${at.outcome}, ref_key = coalesce(${at.refKey}, ref_key), updated_at = ?2,
  status = CASE WHEN ${at.status} / 10 > status / 10 THEN ${at.status} ELSE status END,
  ${deliveredAt(at.status)}, timeline = ${appended(at.entry)}
FROM json_each(?1) j
WHERE messages.realm = ${key.realm} AND messages.id = ${key.id} AND attempt = ${at.attempt} AND outcome IS NULL`,
)

/** Records attempts that are under way; one that is recorded already (by a redelivered job or the sweep) stays as it is. */
export function recordStatement(db: D1Database, records: readonly SealedRecord[], now: EpochMs): D1PreparedStatement {
  return RECORD(db, records, now, [now])
}

/** Entry for a timeline that had so many bytes when it was read. */
export interface Append extends Entered {
  readonly bytes: number
}
const APPENDED = tupleFrom({ ...ENTERED, bytes: (a: SealedEntry<Append>) => a.bytes }, ENTERED_BYTES)
const APPEND = bulk(
  APPENDED,
  (places) => `UPDATE messages SET updated_at = ?2, timeline = ${appended(places.at.entry)}
FROM json_each(?1) j WHERE ${ofChange(places)} AND length(timeline) = ${places.at.bytes}`,
)

/** Appends reports that advance nothing to timelines, each at most once and only if nothing was written since that was read. */
export const appendStatement = (
  db: D1Database,
  entries: readonly SealedEntry<Append>[],
  now: EpochMs,
): D1PreparedStatement => APPEND(db, entries, now, [now])

/** Reported end of one attempt that does not end its message. */
export interface AttemptEnd extends Entered {
  readonly attempt: number
}
const END = tupleFrom({ ...ENTERED, attempt: (e: SealedEntry<AttemptEnd>) => e.attempt }, ENTERED_BYTES)
const OPEN_AGAIN = bulk(
  END,
  ({ at, key }) => `UPDATE messages SET outcome = ${OUTCOMES.again}, updated_at = ?2, timeline = ${appended(at.entry)}
FROM json_each(?1) j
WHERE messages.realm = ${key.realm} AND messages.id = ${key.id} AND attempt = ${at.attempt}
  AND outcome = ${OUTCOMES.accepted} AND status = ${STATUS_CODES.submitted} AND connection_id = unhex(?3)`,
)

/** Opens messages for a next attempt: those whose attempt a carrier took, and of which nothing later is known. */
export function againStatement(
  db: D1Database,
  ends: readonly SealedEntry<AttemptEnd>[],
  connection: ConnectionId,
  now: EpochMs,
): D1PreparedStatement {
  return OPEN_AGAIN(db, ends, now, [now, CONNECTION.encode(connection)])
}
