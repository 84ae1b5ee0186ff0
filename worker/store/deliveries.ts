import type { EndpointId, EventId } from '#worker/domain/ids.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { bulk } from '#worker/store/sql/bulk.ts'
import { columnNames, columnsOf, insertFrom, parsedRow, type RawRow } from '#worker/store/sql/columns.ts'
import { tupleOf } from '#worker/store/sql/tuple.ts'
import { deliveries } from './ledger-schema.ts'

/** Row of the log: one POST to an endpoint, or the decision to make none. Ids are `dlv_` and begin with the time. */
export type Delivery = Readonly<typeof deliveries.$inferSelect>
type DeliveryOutcome = Delivery['outcome']
type DeliveryRow = RawRow<typeof deliveries>

export const DELIVERY_OUTCOMES = [
  'succeeded',
  'failed',
  'exhausted',
  'skipped',
] as const satisfies readonly DeliveryOutcome[]

const DELIVERY = tupleOf<Delivery>()(columnNames(deliveries), { eventIds: ({ eventIds }) => JSON.stringify(eventIds) })
const INSERT = bulk(DELIVERY, (places) => `${insertFrom(deliveries, places)} WHERE true ON CONFLICT DO NOTHING`)

/** Writes rows of the log in one statement; a row that is there already stays as it is. */
export const insertDeliveries = (db: D1Database, rows: readonly Delivery[]): D1PreparedStatement => INSERT(db, rows)

const COLUMNS = columnsOf(deliveries)

/** Most rows that one page looks at: the log has no index by endpoint, which would cost a written row a POST. */
const SCAN = 2_000

interface DeliveryPage {
  readonly deliveries: readonly Delivery[]
  /** Cursor of the next page; null: this is the last. A short or empty page need not be the last. */
  readonly next: string | null
}

/** A page of an endpoint's log, newest first. `before`: the cursor; the page holds rows with smaller ids. */
export async function deliveriesOf(
  db: D1Database,
  realm: Realm,
  endpointId: EndpointId,
  page: { readonly before: string | null; readonly outcome: DeliveryOutcome | null; readonly limit: number },
): Promise<DeliveryPage> {
  const [found, last] = await db.batch([
    db
      .prepare(
        `SELECT ${COLUMNS} FROM (SELECT * FROM deliveries WHERE realm = ?1 AND id < ?2 ORDER BY id DESC LIMIT ${SCAN})
         WHERE endpoint_id = ?3 AND (?4 IS NULL OR outcome = ?4) ORDER BY id DESC LIMIT ?5`,
      )
      .bind(realm, page.before ?? 'dlv_~', endpointId, page.outcome, page.limit + 1),
    db
      .prepare(`SELECT id FROM deliveries WHERE realm = ?1 AND id < ?2 ORDER BY id DESC LIMIT 1 OFFSET ${SCAN - 1}`)
      .bind(realm, page.before ?? 'dlv_~'),
  ])
  const rows = (found?.results ?? []) as DeliveryRow[]
  const log = rows.slice(0, page.limit).map((row) => parsedRow(deliveries, row))
  const scanEnd = (last?.results[0] as { id: string } | undefined)?.id ?? null
  return { deliveries: log, next: rows.length > page.limit ? (log.at(-1)?.id ?? null) : scanEnd }
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
