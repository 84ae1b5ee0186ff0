import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import type { AddressKind } from '#worker/domain/addresses/address.ts'
import type { ChannelName } from '#worker/domain/carriers/channel.ts'
import type { Need } from '#worker/domain/carriers/features.ts'
import type { Settings } from '#worker/domain/carriers/provider.ts'
import type { ClientId, ConnectionId, EndpointId, TenantId } from '#worker/domain/ids.ts'
import type { EventType } from '#worker/domain/messages/events.ts'
import type { Mode } from '#worker/domain/realm.ts'
import type { TenantSettings } from '#worker/domain/tenants/settings.ts'
import type { CredentialProof, LineClass, Scope, TenantStatus } from '#worker/domain/tenants/tenant.ts'

/** The control database: who may do what, through which accounts. Small, read into policies, never on the hot path. */

export const tenants = sqliteTable('tenants', {
  id: text('id').$type<TenantId>().primaryKey().notNull(),
  name: text('name').notNull(),
  status: text('status').$type<TenantStatus>().notNull(),
  /** Grows with every change of anything the policy is made of. */
  version: integer('version').notNull(),
  /** Without those settings that are younger than the row: read it through `settingsOf`. */
  settings: text('settings', { mode: 'json' }).$type<Partial<TenantSettings>>().notNull(),
  /** Shard numbers: the first holds suppressions, the last takes the writes. */
  shards: text('shards', { mode: 'json' }).$type<readonly number[]>().notNull(),
  createdAt: integer('created_at').notNull(),
  updatedAt: integer('updated_at').notNull(),
  closedAt: integer('closed_at'),
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
  },
  (table) => [index('credentials_by_tenant').on(table.tenantId)],
)

/** A sender (line) has one tenant at a time: the key says so. */
export const senders = sqliteTable(
  'senders',
  {
    channel: text('channel').$type<ChannelName>().notNull(),
    /** Canonical form; `kind` tells what it is. */
    value: text('value').notNull(),
    kind: text('kind').$type<AddressKind>().notNull(),
    tenantId: text('tenant_id').$type<TenantId>().notNull(),
    lineClass: text('line_class').$type<LineClass>().notNull(),
    isDefault: integer('is_default', { mode: 'boolean' }).notNull(),
    connectionId: text('connection_id').$type<ConnectionId>(),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.channel, table.value] }), index('senders_by_tenant').on(table.tenantId)],
)

export const connections = sqliteTable('connections', {
  id: text('id').$type<ConnectionId>().primaryKey().notNull(),
  channel: text('channel').$type<ChannelName>().notNull(),
  provider: text('provider').notNull(),
  name: text('name').notNull(),
  status: text('status').$type<'active' | 'disabled'>().notNull(),
  /** Those that are no secrets. */
  settings: text('settings', { mode: 'json' }).$type<Settings>().notNull(),
  /** Sealed JSON of the secret settings; the connection id is the associated data. */
  secrets: text('secrets').notNull(),
  /** Sealed JSON array: current and previous callback secret. */
  callbackSecrets: text('callback_secrets').notNull(),
  rate: integer('rate'),
  concurrency: integer('concurrency').notNull(),
  /** What its provider had when it was last written; null: written before that was kept. */
  features: text('features', { mode: 'json' }).$type<readonly Need[]>(),
  createdAt: integer('created_at').notNull(),
  updatedAt: integer('updated_at').notNull(),
})

/** An empty tenant id is the route of every tenant that has none of its own. */
export const routes = sqliteTable(
  'routes',
  {
    tenantId: text('tenant_id').$type<TenantId | ''>().notNull(),
    channel: text('channel').$type<ChannelName>().notNull(),
    mode: text('mode').$type<Mode>().notNull(),
    /** Tried in this order. */
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
    url: text('url').notNull(),
    description: text('description').notNull(),
    /** Null: every type. */
    events: text('events', { mode: 'json' }).$type<readonly EventType[]>(),
    /** One POST may carry up to 100 events. */
    batch: integer('batch', { mode: 'boolean' }).notNull(),
    /** `pending`: its challenge is unanswered. */
    status: text('status').$type<'pending' | 'active' | 'disabled'>().notNull(),
    /** Why it is pending or disabled: a public sentence. */
    disabledReason: text('disabled_reason'),
    /** Sealed JSON of `WebhookSecret[]`; the endpoint id is the associated data. Those that have not ended all sign. */
    secrets: text('secrets').notNull(),
    /** When the present run of failures began; null while it works. */
    failingSince: integer('failing_since'),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
  },
  (table) => [index('webhooks_by_tenant').on(table.tenantId)],
)

/** The VAPID key pair of a tenant (RFC 8292), by which push services know who sends. */
export const pushKeys = sqliteTable('push_keys', {
  tenantId: text('tenant_id').$type<TenantId>().primaryKey().notNull(),
  /** base64url of the uncompressed point: what a page subscribes with. */
  publicKey: text('public_key').notNull(),
  /** Sealed JWK; the tenant id is the associated data. */
  privateKey: text('private_key').notNull(),
  createdAt: integer('created_at').notNull(),
})
