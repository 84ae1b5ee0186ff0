import type { EndpointId, EventId } from '#worker/domain/ids.ts'
import type { Realm } from '#worker/domain/realm.ts'
import type { EpochMs } from '#worker/domain/time.ts'

export const DELIVERY_OUTCOMES = ['succeeded', 'failed', 'exhausted', 'skipped'] as const
/** failed: will be tried again · exhausted: that was the last try · skipped: no POST was made. */
type DeliveryOutcome = (typeof DELIVERY_OUTCOMES)[number]

/** One POST to an endpoint (or the decision to make none). Ids are `dlv_` and begin with the time. */
export interface Delivery {
  readonly realm: Realm
  readonly id: string
  readonly endpointId: EndpointId
  readonly at: EpochMs
  readonly attempt: number
  readonly outcome: DeliveryOutcome
  readonly httpStatus: number | null
  readonly durationMs: number
  /** A public sentence; null where the status says it all. */
  readonly reason: string | null
  readonly eventIds: readonly EventId[]
  readonly nextAt: EpochMs | null
}

/** One statement for all rows; a row that is there already stays. */
export function insertDeliveries(db: D1Database, deliveries: readonly Delivery[]): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO deliveries (realm, id, endpoint_id, at, attempt, outcome, http_status, duration_ms, reason,
         event_ids, next_at)
       SELECT value->>'realm', value->>'id', value->>'endpointId', value->>'at', value->>'attempt',
         value->>'outcome', value->>'httpStatus', value->>'durationMs', value->>'reason', value->'eventIds',
         value->>'nextAt'
       FROM json_each(?1) WHERE true ON CONFLICT DO NOTHING`,
    )
    .bind(JSON.stringify(deliveries))
}

interface Row {
  readonly id: string
  readonly endpoint_id: EndpointId
  readonly at: number
  readonly attempt: number
  readonly outcome: DeliveryOutcome
  readonly http_status: number | null
  readonly duration_ms: number
  readonly reason: string | null
  readonly event_ids: string
  readonly next_at: number | null
}

const fromRow = (realm: Realm, row: Row): Delivery => ({
  realm,
  id: row.id,
  endpointId: row.endpoint_id,
  at: row.at,
  attempt: row.attempt,
  outcome: row.outcome,
  httpStatus: row.http_status,
  durationMs: row.duration_ms,
  reason: row.reason,
  eventIds: JSON.parse(row.event_ids) as EventId[],
  nextAt: row.next_at,
})

/** The log has no index by endpoint (each would be a written row a POST), so one page looks at so many rows at most. */
const SCAN = 2_000

interface DeliveryPage {
  readonly deliveries: readonly Delivery[]
  /** Where the next page begins; null: this was the last. A page may be short, even empty, and not the last. */
  readonly next: string | null
}

/** An endpoint's log, newest first. `before` is the cursor: rows with a smaller id. */
export async function deliveriesOf(
  db: D1Database,
  realm: Realm,
  endpointId: EndpointId,
  page: { readonly before: string | null; readonly outcome: DeliveryOutcome | null; readonly limit: number },
): Promise<DeliveryPage> {
  const [found, last] = await db.batch([
    db
      .prepare(
        `SELECT * FROM (SELECT * FROM deliveries WHERE realm = ?1 AND id < ?2 ORDER BY id DESC LIMIT ${SCAN})
         WHERE endpoint_id = ?3 AND (?4 IS NULL OR outcome = ?4) ORDER BY id DESC LIMIT ?5`,
      )
      .bind(realm, page.before ?? 'dlv_~', endpointId, page.outcome, page.limit + 1),
    db
      .prepare(`SELECT id FROM deliveries WHERE realm = ?1 AND id < ?2 ORDER BY id DESC LIMIT 1 OFFSET ${SCAN - 1}`)
      .bind(realm, page.before ?? 'dlv_~'),
  ])
  const rows = (found?.results ?? []) as Row[]
  const deliveries = rows.slice(0, page.limit).map((row) => fromRow(realm, row))
  const scanEnd = (last?.results[0] as { id: string } | undefined)?.id ?? null
  return { deliveries, next: rows.length > page.limit ? (deliveries.at(-1)?.id ?? null) : scanEnd }
}

export async function deliveryOf(
  db: D1Database,
  realm: Realm,
  endpointId: EndpointId,
  id: string,
): Promise<Delivery | null> {
  const row = await db
    .prepare('SELECT * FROM deliveries WHERE realm = ?1 AND id = ?2 AND endpoint_id = ?3')
    .bind(realm, id, endpointId)
    .first<Row>()
  return row && fromRow(realm, row)
}

/** An event that never arrived, and the row of the log where it first failed. */
interface Undelivered {
  readonly eventId: EventId
  readonly deliveryId: string
}

/**
 * Events in the endpoint's log with delivery ids in [`from`, `until`) that no POST brought through, in the order they first
 * failed, at most `limit`. `after`: only those that first failed in a later row than this.
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
