import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import type { AddressKind } from '#worker/domain/addresses/address.ts'
import type { ChannelName } from '#worker/domain/carriers/channel.ts'
import type { Need } from '#worker/domain/carriers/features.ts'
import type { ClientId, ConnectionId, EndpointId, GuardAlertId, PersonId, TenantId } from '#worker/domain/ids.ts'
import type { EventType } from '#worker/domain/messages/events.ts'
import type { Scope } from '#worker/domain/people/scopes.ts'
import type { Mode } from '#worker/domain/realm.ts'
import type { WebhookFormat } from '#worker/domain/sessions/session-form.ts'
import type { EndpointBreaker } from '#worker/domain/tenants/endpoint-breaker.ts'
import type { TenantSettings } from '#worker/domain/tenants/settings.ts'
import type { CredentialProof, LineClass, TenantStatus } from '#worker/domain/tenants/tenant.ts'

/**
 * Control database: who may do what, and through which accounts. It is small, is read into policies, and no message waits for it.
 */

export const tenants = sqliteTable('tenants', {
  id: text('id').$type<TenantId>().primaryKey().notNull(),
  name: text('name').notNull(),
  status: text('status').$type<TenantStatus>().notNull(),
  /** Version of the policy: grows with every change of anything that it is made of. */
  version: integer('version').notNull(),
  /** Settings, without those that are younger than the row: settingsOf() adds their defaults. */
  settings: text('settings', { mode: 'json' }).$type<Partial<TenantSettings>>().notNull(),
  /** Shard numbers: the first holds suppressions, the last takes the writes. */
  shards: text('shards', { mode: 'json' }).$type<readonly number[]>().notNull(),
  createdAt: integer('created_at').notNull(),
  updatedAt: integer('updated_at').notNull(),
  closedAt: integer('closed_at'),
  /** Sealed: why it is suspended, or was when it was closed, and what its people read (people/suspensions.ts); null: neither. */
  suspension: text('suspension'),
})

export const credentials = sqliteTable(
  'credentials',
  {
    id: text('id').$type<ClientId>().primaryKey().notNull(),
    tenantId: text('tenant_id').$type<TenantId>().notNull(),
    name: text('name').notNull(),
    mode: text('mode').$type<Mode>().notNull(),
    /** Hashes, public keys or sealed keys, never a secret in clear. */
    proof: text('proof', { mode: 'json' }).$type<CredentialProof>().notNull(),
    scopes: text('scopes', { mode: 'json' }).$type<readonly Scope[]>().notNull(),
    allowedIps: text('allowed_ips', { mode: 'json' }).$type<readonly string[]>(),
    createdAt: integer('created_at').notNull(),
    expiresAt: integer('expires_at'),
    revokedAt: integer('revoked_at'),
    lastUsedAt: integer('last_used_at'),
    /** Member who made it; null: an operator did. */
    madeBy: text('made_by').$type<PersonId>(),
  },
  (table) => [index('credentials_by_tenant').on(table.tenantId)],
)

/** Senders (lines). The key holds no tenant, so that a line has one tenant at a time. */
export const senders = sqliteTable(
  'senders',
  {
    channel: text('channel').$type<ChannelName>().notNull(),
    /** Address in canonical form. */
    value: text('value').notNull(),
    kind: text('kind').$type<AddressKind>().notNull(),
    tenantId: text('tenant_id').$type<TenantId>().notNull(),
    lineClass: text('line_class').$type<LineClass>().notNull(),
    isDefault: integer('is_default', { mode: 'boolean' }).notNull(),
    connectionId: text('connection_id').$type<ConnectionId>(),
    createdAt: integer('created_at').notNull(),
    /** The one mode that it is of; null: both. */
    mode: text('mode').$type<Mode>(),
  },
  (table) => [primaryKey({ columns: [table.channel, table.value] }), index('senders_by_tenant').on(table.tenantId)],
)

export const connections = sqliteTable('connections', {
  id: text('id').$type<ConnectionId>().primaryKey().notNull(),
  channel: text('channel').$type<ChannelName>().notNull(),
  provider: text('provider').notNull(),
  name: text('name').notNull(),
  status: text('status').$type<'active' | 'disabled'>().notNull(),
  /** Settings that operators are shown: sealed JSON, bound to the connection id and the column. */
  settings: text('settings').notNull(),
  /** Secret settings: sealed JSON; the connection id is the associated data. */
  secrets: text('secrets').notNull(),
  /** Current and previous callback secret: a sealed JSON array, the current one first. */
  callbackSecrets: text('callback_secrets').notNull(),
  rate: integer('rate'),
  concurrency: integer('concurrency').notNull(),
  /** Features of the provider when the row was last written; null: the row is older than the column. */
  features: text('features', { mode: 'json' }).$type<readonly Need[]>(),
  createdAt: integer('created_at').notNull(),
  updatedAt: integer('updated_at').notNull(),
})

/** Routes. One with an empty tenant id is that of all tenants without one of their own. */
export const routes = sqliteTable(
  'routes',
  {
    tenantId: text('tenant_id').$type<TenantId | ''>().notNull(),
    channel: text('channel').$type<ChannelName>().notNull(),
    mode: text('mode').$type<Mode>().notNull(),
    /** Connections in the order in which they are tried. */
    connections: text('connections', { mode: 'json' }).$type<readonly ConnectionId[]>().notNull(),
    updatedAt: integer('updated_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.channel, table.mode] })],
)

export const webhooks = sqliteTable(
  'webhooks',
  {
    id: text('id').$type<EndpointId>().primaryKey().notNull(),
    tenantId: text('tenant_id').$type<TenantId>().notNull(),
    mode: text('mode').$type<Mode>().notNull(),
    /** Sealed, as the description is: bound to the endpoint id and the column. */
    url: text('url').notNull(),
    description: text('description').notNull(),
    /** Types of events that the endpoint hears of; null: every type. */
    events: text('events', { mode: 'json' }).$type<readonly EventType[]>(),
    /** True: one POST may carry up to 100 events. */
    batch: integer('batch', { mode: 'boolean' }).notNull(),
    /** Form of what is posted; null: JSON. */
    format: text('format').$type<Exclude<WebhookFormat, 'json'>>(),
    /** `pending`: the endpoint's challenge is unanswered. */
    status: text('status').$type<'pending' | 'active' | 'disabled'>().notNull(),
    /** Reason why the endpoint is pending or disabled: a public sentence. */
    disabledReason: text('disabled_reason'),
    /** Sealed JSON of `WebhookSecret[]`; the endpoint id is the associated data. All that have not ended sign. */
    secrets: text('secrets').notNull(),
    /** Time since which every POST has failed; null while the endpoint works. */
    failingSince: integer('failing_since'),
    /** Breaker of an endpoint that does not answer in time; null: it is closed. */
    breaker: text('breaker', { mode: 'json' }).$type<EndpointBreaker>(),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
  },
  (table) => [index('webhooks_by_tenant').on(table.tenantId)],
)

/** Paces of POSTs that nobody has asked for yet, by tenant and by host (challenge-pace.ts). */
export const challengePace = sqliteTable(
  'challenge_pace',
  {
    key: text('key').primaryKey().notNull(),
    /** Time at which all POSTs have come back. */
    idleAt: integer('idle_at').notNull(),
  },
  (table) => [index('challenge_pace_by_idle').on(table.idleAt)],
)

/** Parts of tenants' ceilings of the guard that were used on a day: what the licensee's people look at. */
export const guardAlerts = sqliteTable('guard_alerts', {
  /** Begins with the time, so that its order is that of the list. */
  id: text('id').$type<GuardAlertId>().primaryKey().notNull(),
  tenantId: text('tenant_id').$type<TenantId>().notNull(),
  mode: text('mode').$type<Mode>().notNull(),
  /** `home`, a country, or `abroad`. */
  scope: text('scope').notNull(),
  percent: integer('percent').notNull(),
  used: integer('used').notNull(),
  ceiling: integer('ceiling').notNull(),
  at: integer('at').notNull(),
})

/** VAPID key pairs of tenants (RFC 8292), by which push services know who sends. */
export const pushKeys = sqliteTable('push_keys', {
  tenantId: text('tenant_id').$type<TenantId>().primaryKey().notNull(),
  /** Key that pages subscribe with: base64url of the uncompressed point. */
  publicKey: text('public_key').notNull(),
  /** JWK, sealed under the tenant's standing keys. */
  privateKey: text('private_key').notNull(),
  createdAt: integer('created_at').notNull(),
})

/**
 * Keys that seal rows and make their blind indexes: a pair an owner and number (store/keys/keyring.ts). Without a row, nothing
 * that was sealed under it can ever be read.
 */
export const keys = sqliteTable(
  'keys',
  {
    /** Tenant; empty: the platform's own. */
    owner: text('owner').$type<TenantId | ''>().notNull(),
    /** Month (store/keys/month.ts); 0: the standing pair, of rows that outlive months. */
    number: integer('number').notNull(),
    /** Both keys, encrypted by the key-encryption key that `kek` names: base64. */
    wrapped: text('wrapped').notNull(),
    /** `kid` in the secret SEAL_KEYS. */
    kek: text('kek').notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.owner, table.number] })],
)
