import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** The control database: who may do what, through which accounts. Small, read into policies, never on the hot path. */

export const tenants = sqliteTable('tenants', {
  id: text('id').primaryKey().notNull(),
  name: text('name').notNull(),
  /** active, suspended, closed. */
  status: text('status').notNull(),
  /** Grows with every change of anything the policy is made of. */
  version: integer('version').notNull(),
  timeZone: text('time_zone').notNull(),
  pack: text('pack').notNull(),
  /** Whose national forms of numbers are read; null: the pack's. */
  region: text('region'),
  /** JSON of domain/tenants/tenant.ts Limits. */
  limits: text('limits').notNull(),
  /** JSON array of shard numbers. */
  shards: text('shards').notNull(),
  onUnknown: text('on_unknown').notNull(),
  defaultPurpose: text('default_purpose').notNull(),
  createdAt: integer('created_at').notNull(),
  updatedAt: integer('updated_at').notNull(),
  closedAt: integer('closed_at'),
})

export const credentials = sqliteTable(
  'credentials',
  {
    id: text('id').primaryKey().notNull(),
    tenantId: text('tenant_id').notNull(),
    name: text('name').notNull(),
    mode: text('mode').notNull(),
    /** JSON of domain/tenants/tenant.ts CredentialProof: hashes, public keys or sealed keys, never a secret in clear. */
    proof: text('proof').notNull(),
    scopes: text('scopes').notNull(),
    allowedIps: text('allowed_ips'),
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
    channel: text('channel').notNull(),
    /** Canonical form; `kind` tells what it is. */
    value: text('value').notNull(),
    kind: text('kind').notNull(),
    tenantId: text('tenant_id').notNull(),
    lineClass: text('line_class').notNull(),
    isDefault: integer('is_default').notNull(),
    connectionId: text('connection_id'),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.channel, table.value] }), index('senders_by_tenant').on(table.tenantId)],
)

export const connections = sqliteTable('connections', {
  id: text('id').primaryKey().notNull(),
  channel: text('channel').notNull(),
  provider: text('provider').notNull(),
  name: text('name').notNull(),
  /** active, disabled. */
  status: text('status').notNull(),
  /** JSON of the settings that are no secrets. */
  settings: text('settings').notNull(),
  /** Sealed JSON of the secret settings; the connection id is the associated data. */
  secrets: text('secrets').notNull(),
  /** Sealed JSON array: current and previous callback secret. */
  callbackSecrets: text('callback_secrets').notNull(),
  rate: integer('rate'),
  concurrency: integer('concurrency').notNull(),
  /** JSON array of what its provider has (domain/carriers/features.ts), as of the last write; null: made before that was kept. */
  features: text('features'),
  createdAt: integer('created_at').notNull(),
  updatedAt: integer('updated_at').notNull(),
})

/** An empty tenant id is the route of every tenant that has none of its own. */
export const routes = sqliteTable(
  'routes',
  {
    tenantId: text('tenant_id').notNull(),
    channel: text('channel').notNull(),
    mode: text('mode').notNull(),
    /** JSON array of connection ids, in order. */
    connections: text('connections').notNull(),
    updatedAt: integer('updated_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.channel, table.mode] })],
)

export const webhooks = sqliteTable(
  'webhooks',
  {
    id: text('id').primaryKey().notNull(),
    tenantId: text('tenant_id').notNull(),
    mode: text('mode').notNull(),
    url: text('url').notNull(),
    description: text('description').notNull(),
    /** JSON array of event types; null: all. */
    events: text('events'),
    /** 1: one POST may carry up to 100 events. */
    batch: integer('batch').notNull(),
    /** pending (challenge unanswered), active, disabled. */
    status: text('status').notNull(),
    disabledReason: text('disabled_reason'),
    /** Sealed JSON array of { secret, expiresAt }: the first signs, live ones all sign. */
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
  tenantId: text('tenant_id').primaryKey().notNull(),
  /** base64url of the uncompressed point: what a page subscribes with. */
  publicKey: text('public_key').notNull(),
  /** Sealed JWK; the tenant id is the associated data. */
  privateKey: text('private_key').notNull(),
  createdAt: integer('created_at').notNull(),
})
