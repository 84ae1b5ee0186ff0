import { and, asc, count, eq, lt, ne, sql } from 'drizzle-orm'
import type { EndpointId, TenantId } from '#worker/domain/ids.ts'
import { modeOf, type Realm, realmOf, tenantOf } from '#worker/domain/realm.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { BoundedMap } from '#worker/lib/bounded-map.ts'
import { type SealKey, seal } from '#worker/lib/seal.ts'
import { columnsOf, parsedRow, type RawRow } from '#worker/store/sql/columns.ts'
import { ask, askTogether, type Build, type Query, rowValues } from './ask.ts'
import { tenants, webhooks } from './schema.ts'
import { changePolicy } from './version.ts'

type WebhookRow = typeof webhooks.$inferSelect

/**
 * Endpoint out of its row. Its secrets are still sealed (flows/core/endpoints.ts); URL and description are opened, and empty if
 * they cannot be.
 */
export type Webhook = Readonly<Omit<WebhookRow, 'tenantId' | 'mode'>> & { readonly realm: Realm }

/** Secret of an endpoint, of which the list has the newest first. `expiresAt` null: it does not end. */
export interface WebhookSecret {
  readonly secret: string
  readonly expiresAt: EpochMs | null
}

type SealedText = 'url' | 'description'

/** What a text is bound to: its endpoint and column, so that it opens in no other. store/keys/rotate.ts seals it anew. */
const contextOf = (id: EndpointId, column: SealedText): string => `${id} ${column}`

const sealText = (sealKeys: readonly SealKey[], { id, ...row }: Pick<Webhook, 'id' | SealedText>, column: SealedText) =>
  seal(sealKeys, row[column], contextOf(id, column))

/** Opened texts by context and sealed text: every notify job reads rows that have hardly ever changed. */
const opened = new BoundedMap<string, string>(2_000)

/** What opens the texts of endpoints: the keyring (store/keys/keyring.ts), which reads this database itself. */
interface Opening {
  openSecret(sealed: string, context: string, record: { readonly table: string; readonly id: string }): Promise<string>
}

/** Opens a text of a row. One that cannot be opened is empty, so that the other endpoints are heard and listed. */
async function openText(keys: Opening, row: WebhookRow, column: SealedText): Promise<string> {
  const context = contextOf(row.id, column)
  const name = `${context} ${row[column]}`
  const known = opened.get(name)
  if (known !== undefined) return known
  try {
    const text = await keys.openSecret(row[column], context, { table: 'webhooks', id: row.id })
    opened.set(name, text)
    return text
  } catch {
    return ''
  }
}

async function webhookOfRow(keys: Opening, row: WebhookRow): Promise<Webhook> {
  const [url, description] = await Promise.all([openText(keys, row, 'url'), openText(keys, row, 'description')])
  const { tenantId, mode, ...rest } = row
  return { ...rest, url, description, realm: realmOf(tenantId, mode) }
}

async function rowOfWebhook(sealKeys: readonly SealKey[], { realm, ...webhook }: Webhook): Promise<WebhookRow> {
  const [url, description] = await Promise.all([
    sealText(sealKeys, webhook, 'url'),
    sealText(sealKeys, webhook, 'description'),
  ])
  return { ...webhook, url, description, tenantId: tenantOf(realm) as TenantId, mode: modeOf(realm) }
}

const ofRealm = (realm: Realm) =>
  sql`${eq(webhooks.tenantId, tenantOf(realm) as TenantId)} AND ${eq(webhooks.mode, modeOf(realm))}`

/** Lists all endpoints of a realm, oldest first. */
export async function webhooksOf(db: D1Database, keys: Opening, realm: Realm): Promise<Webhook[]> {
  const rows = await ask(db, (control) =>
    control.select().from(webhooks).where(ofRealm(realm)).orderBy(asc(webhooks.createdAt), asc(webhooks.id)),
  )
  return Promise.all(rows.map((row) => webhookOfRow(keys, row)))
}

/** Counts the endpoints of a realm's tenant, in both modes. */
export async function countWebhooks(db: D1Database, realm: Realm): Promise<number> {
  return ask(db, (control) => control.$count(webhooks, eq(webhooks.tenantId, tenantOf(realm))))
}

export async function webhookOf(db: D1Database, keys: Opening, realm: Realm, id: string): Promise<Webhook | null> {
  const [row] = await ask(db, (control) =>
    control
      .select()
      .from(webhooks)
      .where(and(eq(webhooks.id, id as EndpointId), ofRealm(realm))),
  )
  return row ? webhookOfRow(keys, row) : null
}

const SHARDS = `SELECT ${columnsOf(tenants, ['shards'])} FROM tenants WHERE id = ?1`
const OF_REALM = `SELECT ${columnsOf(webhooks)} FROM webhooks WHERE tenant_id = ?1 AND mode = ?2 ORDER BY created_at, id`

/**
 * Reads a realm's endpoints and its tenant's ledger shards in one call. Every notify job asks for them, so it is SQL by hand
 * (ask.ts).
 */
export async function notifyPlanOf(
  db: D1Database,
  keys: Opening,
  realm: Realm,
): Promise<{ readonly shards: readonly number[]; readonly webhooks: Webhook[] }> {
  const [tenant, found] = await db.batch([
    db.prepare(SHARDS).bind(tenantOf(realm)),
    db.prepare(OF_REALM).bind(tenantOf(realm), modeOf(realm)),
  ])
  const [placed] = (tenant?.results ?? []) as RawRow<typeof tenants, 'shards'>[]
  return {
    shards: placed ? parsedRow(tenants, placed).shards : [],
    webhooks: await Promise.all(
      ((found?.results ?? []) as RawRow<typeof webhooks>[]).map((row) => webhookOfRow(keys, parsedRow(webhooks, row))),
    ),
  }
}

/** Result of a change. `version`: of the tenant's policy from now on; null: there is no such tenant. */
export interface WebhookChange {
  readonly changed: boolean
  readonly version: number | null
}

type OneQuery = readonly [Query & { readonly _: { readonly result: D1Result } }]

async function writeWebhook(
  db: D1Database,
  realm: Realm,
  now: EpochMs,
  change: Build<OneQuery>,
): Promise<WebhookChange> {
  const { version, answers } = await changePolicy(db, tenantOf(realm) as TenantId, now, change)
  return { changed: answers[0].meta.changes === 1, version }
}

/**
 * Writes an endpoint, or nothing if the tenant has `most` others. A request that is made a second time (same id) replaces what
 * the first one wrote, because nobody has seen its secret.
 */
export async function insertWebhook(
  db: D1Database,
  sealKeys: readonly SealKey[],
  webhook: Webhook,
  most: number,
): Promise<WebhookChange> {
  const row = await rowOfWebhook(sealKeys, webhook)
  const { url, description, events, batch, format, status, disabledReason, secrets, updatedAt } = row
  return writeWebhook(db, webhook.realm, webhook.createdAt, (control) => {
    const others = control
      .select({ count: count() })
      .from(webhooks)
      .where(and(eq(webhooks.tenantId, row.tenantId), ne(webhooks.id, row.id)))
    return [
      control
        .insert(webhooks)
        .select(sql`SELECT ${rowValues(webhooks, row)} WHERE ${lt(sql`${others}`, most)}`)
        .onConflictDoUpdate({
          target: webhooks.id,
          set: { url, description, events, batch, format, status, disabledReason, secrets, updatedAt },
          setWhere: ofRealm(webhook.realm),
        }),
    ]
  })
}

/**
 * Writes what a tenant may change, if the row is still the one that was read (`was.updatedAt`). Texts that are as they were stay
 * as they lie there: one that could not be opened is not lost by a change of something else.
 */
export async function updateWebhook(
  db: D1Database,
  sealKeys: readonly SealKey[],
  was: Webhook,
  next: Webhook,
): Promise<WebhookChange> {
  const { id: _id, realm: _realm, createdAt: _createdAt, url, description, ...rest } = next
  const fields = {
    ...rest,
    ...(url !== was.url && { url: await sealText(sealKeys, next, 'url') }),
    ...(description !== was.description && { description: await sealText(sealKeys, next, 'description') }),
  }
  return writeWebhook(db, was.realm, next.updatedAt, (control) => [
    control
      .update(webhooks)
      .set(fields)
      .where(and(eq(webhooks.id, was.id), ofRealm(was.realm), eq(webhooks.updatedAt, was.updatedAt))),
  ])
}

export async function deleteWebhook(
  db: D1Database,
  realm: Realm,
  id: EndpointId,
  now: EpochMs,
): Promise<WebhookChange> {
  return writeWebhook(db, realm, now, (control) => [
    control.delete(webhooks).where(and(eq(webhooks.id, id), ofRealm(realm))),
  ])
}

/** Switches an endpoint off if it is still active as it was read. */
export async function disableWebhook(
  db: D1Database,
  was: Webhook,
  reason: string,
  now: EpochMs,
): Promise<WebhookChange> {
  return writeWebhook(db, was.realm, now, (control) => [
    control
      .update(webhooks)
      .set({ status: 'disabled', disabledReason: reason, updatedAt: now })
      .where(and(eq(webhooks.id, was.id), eq(webhooks.status, 'active'), eq(webhooks.updatedAt, was.updatedAt))),
  ])
}

/** How an endpoint answers: since when its POSTs fail (null: they do not), and its breaker. */
export type EndpointMark = Pick<Webhook, 'id' | 'failingSince' | 'breaker'>

/** Writes how endpoints answer, in one batch. One that fails already keeps its time. */
export async function markEndpoints(db: D1Database, marks: readonly EndpointMark[]): Promise<void> {
  await askTogether(db, (control) =>
    marks.map(({ id, failingSince, breaker }) =>
      control
        .update(webhooks)
        .set({
          failingSince: failingSince === null ? null : sql`coalesce(${webhooks.failingSince}, ${failingSince})`,
          breaker,
        })
        .where(eq(webhooks.id, id)),
    ),
  )
}
