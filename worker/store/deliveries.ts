import type { EndpointId, EventId, MessageId } from '#worker/domain/ids.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { errorLabel, type Log } from '#worker/lib/log.ts'
import { ALTERED, type MaybeAltered } from '#worker/store/keys/altered.ts'
import type { Keyring } from '#worker/store/keys/keyring.ts'
import { type IdRow, keysToSeal } from '#worker/store/keys/keys-of-ids.ts'
import { keyOwnerOf } from '#worker/store/keys/rows.ts'
import { openText, sealText } from '#worker/store/keys/sealed.ts'
import { bulk } from '#worker/store/sql/bulk.ts'
import { columnNames, columnsOf, insertFrom, parsedRow, type RawRow } from '#worker/store/sql/columns.ts'
import { tupleOf } from '#worker/store/sql/tuple.ts'
import { deliveries } from './ledger-schema.ts'

/**
 * Row of the log: one POST to an endpoint, or the decision to make none. Ids are `dlv_` and begin with the time. What was
 * answered is read of one row alone.
 */
export type Delivery = Readonly<Omit<typeof deliveries.$inferSelect, 'answer'>>
type DeliveryOutcome = Delivery['outcome']
type DeliveryRow = RawRow<typeof deliveries, keyof Delivery>

/** First bytes of what a receiver answered, as text. It may say again what was posted, and is kept as that is: sealed. */
export interface Answered {
  readonly text: string
  /** True: there was more, or it broke off. */
  readonly isCut: boolean
}

/** Row with what was answered; null: no body came. */
export interface AnsweredDelivery extends Delivery {
  readonly answer: Answered | null
}

/** Row as it is written. */
type SealedDelivery = Delivery & { readonly answer?: string | null }

export const DELIVERY_OUTCOMES = [
  'succeeded',
  'failed',
  'exhausted',
  'skipped',
] as const satisfies readonly DeliveryOutcome[]

const DELIVERY = tupleOf<SealedDelivery>()(columnNames(deliveries), {
  eventIds: ({ eventIds }) => JSON.stringify(eventIds),
  answer: ({ answer }) => answer ?? null,
})
const INSERT = bulk(DELIVERY, (places) => `${insertFrom(deliveries, places)} WHERE true ON CONFLICT DO NOTHING`)

/** Writes rows of the log in one statement; a row that is there already stays as it is. */
export const insertDeliveries = (db: D1Database, rows: readonly SealedDelivery[]): D1PreparedStatement =>
  INSERT(db, rows)

const answerPlace = ({ realm, id }: IdRow) => ['deliveries', realm, id, 'answer'] as const

/**
 * Seals what was answered, for writing, under keys of the tenant and of the month of the POST. Without keys the rows are written
 * without it: the POSTs were made, and must not be made again for that.
 */
export async function sealAnswers(
  { keys, log }: { readonly keys: Keyring; readonly log: Log },
  rows: readonly AnsweredDelivery[],
): Promise<readonly SealedDelivery[]> {
  const answered = rows.filter(({ answer }) => answer !== null)
  if (answered.length === 0) return rows.map((row) => ({ ...row, answer: null }))
  try {
    const keysOf = await keysToSeal(keys, answered)
    return await Promise.all(
      rows.map(async (row) => ({
        ...row,
        answer: row.answer && (await sealText(keysOf(row), JSON.stringify(row.answer), answerPlace(row))),
      })),
    )
  } catch (error) {
    log('webhook.answers-unsealed', { posts: answered.length, reason: errorLabel(error) })
    return rows.map((row) => ({ ...row, answer: null }))
  }
}

const NAMES = columnNames(deliveries).filter((name) => name !== 'answer')
const COLUMNS = columnsOf(deliveries, NAMES)

/**
 * Most rows that one page looks at: the log has no index by endpoint or event, which would cost a written row a POST. A page that
 * is not filled by them reads so many again, to know how far it looked.
 */
const SCAN = 240

interface DeliveryPage {
  readonly deliveries: readonly Delivery[]
  /** Cursor of the next page; null: this is the last. A short or empty page need not be the last. */
  readonly next: string | null
}

/** Rows that a page is of; null asks for nothing. */
interface DeliveryQuery {
  /** Ids from `from` up to, not including, `before`. */
  readonly from: string
  readonly before: string
  readonly outcome: DeliveryOutcome | null
  readonly eventId: EventId | null
  /** Message of which some event is in the POST. */
  readonly messageId: MessageId | null
  readonly limit: number
}

/** Text in a row's event ids that an event, or any of a message, leaves there. */
const textOf = ({ eventId, messageId }: Pick<DeliveryQuery, 'eventId' | 'messageId'>): readonly (string | null)[] => [
  eventId && JSON.stringify(eventId),
  messageId && `"evt_${messageId.slice('msg_'.length)}_`,
]

/** A page of an endpoint's log, newest first. */
export async function deliveriesOf(
  db: D1Database,
  realm: Realm,
  endpointId: EndpointId,
  query: DeliveryQuery,
): Promise<DeliveryPage> {
  const { from, before, outcome, limit } = query
  const range = 'FROM deliveries WHERE realm = ?1 AND id < ?2 AND id >= ?3 ORDER BY id DESC LIMIT'
  const { results } = await db
    .prepare(
      `SELECT ${COLUMNS} FROM (SELECT * ${range} ${SCAN}) WHERE endpoint_id = ?4 AND (?5 IS NULL OR outcome = ?5)
         AND (?7 IS NULL OR instr(event_ids, ?7) > 0) AND (?8 IS NULL OR instr(event_ids, ?8) > 0) LIMIT ?6`,
    )
    .bind(realm, before, from, endpointId, outcome, limit + 1, ...textOf(query))
    .all<DeliveryRow>()
  const found = results.slice(0, limit).map((row) => parsedRow(deliveries, row))
  if (results.length > limit) return { deliveries: found, next: found.at(-1)?.id ?? null }
  const last = await db
    .prepare(`SELECT id ${range} 1 OFFSET ${SCAN - 1}`)
    .bind(realm, before, from)
    .first<{ id: string }>()
  return { deliveries: found, next: last?.id ?? null }
}

/** Columns without the ids of events, which may be a hundred a row. */
const FEW_COLUMNS = columnsOf(
  deliveries,
  NAMES.filter((name) => name !== 'eventIds'),
)

/** Rows of the log that were looked at in the order of time, and those of them in which some event of a message is. */
interface Probed {
  readonly found: readonly Delivery[]
  /** Id of the last that was looked at; null: there are no more. */
  readonly until: string | null
}

/** Looks at so many rows from an id on. */
export async function probeDeliveries(
  db: D1Database,
  realm: Realm,
  messageId: MessageId,
  { from, rows }: { readonly from: string; readonly rows: number },
): Promise<Probed> {
  const [, text] = textOf({ eventId: null, messageId })
  const { results } = await db
    .prepare(
      `SELECT ${FEW_COLUMNS}, CASE WHEN instr(event_ids, ?3) > 0 THEN event_ids END AS eventIds
       FROM deliveries WHERE realm = ?1 AND id >= ?2 ORDER BY id LIMIT ?4`,
    )
    .bind(realm, from, text, rows)
    .all<DeliveryRow>()
  return {
    found: results.filter(({ eventIds }) => eventIds !== null).map((row) => parsedRow(deliveries, row)),
    until: results.length === rows ? (results.at(-1)?.id ?? null) : null,
  }
}

export async function deliveryOf(
  db: D1Database,
  realm: Realm,
  endpointId: EndpointId,
  id: string,
): Promise<Delivery | null> {
  const row = await db
    .prepare(`SELECT ${COLUMNS} FROM deliveries WHERE realm = ?1 AND id = ?2 AND endpoint_id = ?3`)
    .bind(realm, id, endpointId)
    .first<DeliveryRow>()
  return row && parsedRow(deliveries, row)
}

/** What was answered to a POST; null: no body came, or the keys of its month are gone. */
export async function answerTo(
  db: D1Database,
  keys: Keyring,
  { realm, id }: Delivery,
): Promise<{ readonly answer: Answered | null } & MaybeAltered> {
  const sql = 'SELECT answer FROM deliveries WHERE realm = ?1 AND id = ?2'
  const sealed = await db.prepare(sql).bind(realm, id).first<string | null>('answer')
  const text = sealed ? await openText(keys, keyOwnerOf(realm), sealed, answerPlace({ realm, id })) : null
  if (text === ALTERED) return { answer: null, isAltered: true }
  return { answer: text === null ? null : (JSON.parse(text) as Answered) }
}

/** Event that no POST brought through, and the row of the log in which it first failed. */
interface Undelivered {
  readonly eventId: EventId
  readonly deliveryId: string
}

/**
 * Events of an endpoint's log that no POST brought through, of rows with ids in [`from`, `until`), in the order in which they
 * first failed, at most `limit`. `after`: leaves out events that first failed in this row or an earlier one.
 */
export async function undeliveredEvents(
  db: D1Database,
  realm: Realm,
  endpointId: EndpointId,
  range: { readonly from: string; readonly until: string; readonly after: string; readonly limit: number },
): Promise<Undelivered[]> {
  const { results } = await db
    .prepare(
      `SELECT e.value AS eventId, min(d.id) AS deliveryId FROM deliveries d, json_each(d.event_ids) e
       WHERE d.realm = ?1 AND d.id >= ?3 AND d.id < ?4 AND d.endpoint_id = ?2 AND d.outcome <> 'succeeded'
         AND e.value NOT IN (
           SELECT s.value FROM deliveries k, json_each(k.event_ids) s
           WHERE k.realm = ?1 AND k.id >= ?3 AND k.endpoint_id = ?2 AND k.outcome = 'succeeded')
       GROUP BY e.value HAVING min(d.id) > ?5 ORDER BY deliveryId, eventId LIMIT ?6`,
    )
    .bind(realm, endpointId, range.from, range.until, range.after, range.limit)
    .all<Undelivered>()
  return results
}
