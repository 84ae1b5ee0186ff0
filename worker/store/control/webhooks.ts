import type { EndpointId, TenantId } from '#worker/domain/ids.ts'
import type { EventType } from '#worker/domain/messages/events.ts'
import { type Mode, modeOf, type Realm, realmOf, tenantOf } from '#worker/domain/realm.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { bumpVersion } from './version.ts'

type WebhookStatus = 'pending' | 'active' | 'disabled'

/** An endpoint as the control database holds it. */
export interface Webhook {
  readonly id: EndpointId
  readonly realm: Realm
  readonly url: string
  readonly description: string
  /** Null: every type. */
  readonly events: readonly EventType[] | null
  /** One POST may carry up to 100 events. */
  readonly batch: boolean
  readonly status: WebhookStatus
  /** Why it is pending or disabled: a public sentence. */
  readonly disabledReason: string | null
  /** Sealed JSON of `WebhookSecret[]`; the endpoint id is the context. */
  readonly secrets: string
  readonly failingSince: EpochMs | null
  readonly createdAt: EpochMs
  readonly updatedAt: EpochMs
}

/** The newest first; null: it does not end. */
export interface WebhookSecret {
  readonly secret: string
  readonly expiresAt: EpochMs | null
}

interface Row {
  readonly id: EndpointId
  readonly tenant_id: TenantId
  readonly mode: Mode
  readonly url: string
  readonly description: string
  readonly events: string | null
  readonly batch: number
  readonly status: WebhookStatus
  readonly disabled_reason: string | null
  readonly secrets: string
  readonly failing_since: number | null
  readonly created_at: number
  readonly updated_at: number
}

const fromRow = (row: Row): Webhook => ({
  id: row.id,
  realm: realmOf(row.tenant_id, row.mode),
  url: row.url,
  description: row.description,
  events: row.events === null ? null : (JSON.parse(row.events) as EventType[]),
  batch: row.batch === 1,
  status: row.status,
  disabledReason: row.disabled_reason,
  secrets: row.secrets,
  failingSince: row.failing_since,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

const OF_REALM = 'SELECT * FROM webhooks WHERE tenant_id = ?1 AND mode = ?2 ORDER BY created_at, id'

/** All of a realm's endpoints, oldest first. */
export async function webhooksOf(db: D1Database, realm: Realm): Promise<Webhook[]> {
  const { results } = await db.prepare(OF_REALM).bind(tenantOf(realm), modeOf(realm)).all<Row>()
  return results.map(fromRow)
}

export async function webhookOf(db: D1Database, realm: Realm, id: string): Promise<Webhook | null> {
  const row = await db
    .prepare('SELECT * FROM webhooks WHERE id = ?1 AND tenant_id = ?2 AND mode = ?3')
    .bind(id, tenantOf(realm), modeOf(realm))
    .first<Row>()
  return row && fromRow(row)
}

/** A realm's endpoints and its tenant's ledger shards, in one call: what `notify` needs. */
export async function notifyPlanOf(
  db: D1Database,
  realm: Realm,
): Promise<{ readonly shards: readonly number[]; readonly webhooks: Webhook[] }> {
  const [tenant, webhooks] = await db.batch([
    db.prepare('SELECT shards FROM tenants WHERE id = ?1').bind(tenantOf(realm)),
    db.prepare(OF_REALM).bind(tenantOf(realm), modeOf(realm)),
  ])
  const found = tenant?.results[0] as { shards: string } | undefined
  return {
    shards: found ? (JSON.parse(found.shards) as number[]) : [],
    webhooks: ((webhooks?.results ?? []) as Row[]).map(fromRow),
  }
}

/** What a change did, and the version of the tenant's policy from then on (null: there is no such tenant). */
export interface WebhookChange {
  readonly changed: boolean
  readonly version: number | null
}

async function change(
  db: D1Database,
  realm: Realm,
  now: EpochMs,
  statement: D1PreparedStatement,
): Promise<WebhookChange> {
  const [result, bumped] = await db.batch([statement, bumpVersion(db, tenantOf(realm), now)])
  const version = (bumped?.results[0] as { version: number } | undefined)?.version ?? null
  return { changed: result?.meta.changes === 1, version }
}

/**
 * Writes the endpoint unless the realm has `most` others already: then nothing is changed. A retry of the same request
 * (the same id) replaces what the first try wrote: nobody has seen its secret.
 */
export async function insertWebhook(db: D1Database, webhook: Webhook, most: number): Promise<WebhookChange> {
  return change(
    db,
    webhook.realm,
    webhook.createdAt,
    db
      .prepare(
        `INSERT INTO webhooks (id, tenant_id, url, description, events, batch, status, disabled_reason, secrets,
           failing_since, created_at, updated_at, mode)
         SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?14
         WHERE (SELECT count(*) FROM webhooks WHERE tenant_id = ?2 AND mode = ?14 AND id <> ?1) < ?13
         ON CONFLICT (id) DO UPDATE SET url = excluded.url, description = excluded.description,
           events = excluded.events, batch = excluded.batch, status = excluded.status,
           disabled_reason = excluded.disabled_reason, secrets = excluded.secrets, updated_at = excluded.updated_at
         WHERE tenant_id = excluded.tenant_id AND mode = excluded.mode`,
      )
      .bind(
        webhook.id,
        tenantOf(webhook.realm),
        webhook.url,
        webhook.description,
        webhook.events && JSON.stringify(webhook.events),
        webhook.batch ? 1 : 0,
        webhook.status,
        webhook.disabledReason,
        webhook.secrets,
        webhook.failingSince,
        webhook.createdAt,
        webhook.updatedAt,
        most,
        modeOf(webhook.realm),
      ),
  )
}

/** Writes what a tenant may change, if the row is still the one that was read (`was.updatedAt`). */
export async function updateWebhook(db: D1Database, was: Webhook, next: Webhook): Promise<WebhookChange> {
  return change(
    db,
    was.realm,
    next.updatedAt,
    db
      .prepare(
        `UPDATE webhooks SET url = ?4, description = ?5, events = ?6, batch = ?7, status = ?8, disabled_reason = ?9,
           secrets = ?10, failing_since = ?11, updated_at = ?12
         WHERE id = ?1 AND tenant_id = ?2 AND updated_at = ?3`,
      )
      .bind(
        was.id,
        tenantOf(was.realm),
        was.updatedAt,
        next.url,
        next.description,
        next.events && JSON.stringify(next.events),
        next.batch ? 1 : 0,
        next.status,
        next.disabledReason,
        next.secrets,
        next.failingSince,
        next.updatedAt,
      ),
  )
}

export async function deleteWebhook(
  db: D1Database,
  realm: Realm,
  id: EndpointId,
  now: EpochMs,
): Promise<WebhookChange> {
  const statement = db
    .prepare('DELETE FROM webhooks WHERE id = ?1 AND tenant_id = ?2 AND mode = ?3')
    .bind(id, tenantOf(realm), modeOf(realm))
  return change(db, realm, now, statement)
}

/** Switches an endpoint off if it is still active as it was read. */
export async function disableWebhook(
  db: D1Database,
  was: Webhook,
  reason: string,
  now: EpochMs,
): Promise<WebhookChange> {
  return change(
    db,
    was.realm,
    now,
    db
      .prepare(
        `UPDATE webhooks SET status = 'disabled', disabled_reason = ?3, updated_at = ?4
         WHERE id = ?1 AND status = 'active' AND updated_at = ?2`,
      )
      .bind(was.id, was.updatedAt, reason, now),
  )
}

/** Endpoints that began to fail (`since`: when) and endpoints that work again (null), in one batch. */
export async function markFailing(
  db: D1Database,
  marks: readonly { readonly id: EndpointId; readonly since: EpochMs | null }[],
): Promise<void> {
  await db.batch(
    marks.map(({ id, since }) =>
      since === null
        ? db.prepare('UPDATE webhooks SET failing_since = NULL WHERE id = ?1').bind(id)
        : db.prepare('UPDATE webhooks SET failing_since = ?2 WHERE id = ?1 AND failing_since IS NULL').bind(id, since),
    ),
  )
}
