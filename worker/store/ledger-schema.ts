import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { ChannelName } from '#worker/domain/carriers/channel.ts'
import type { PushNetwork } from '#worker/domain/device.ts'
// biome-ignore format: names of ids need no line each
import type {
  ConnectionId, DeviceId, EndpointId, EventId, MediaId, MessageId, RequestId, SessionId, TenantId,
} from '#worker/domain/ids.ts'
import type { MediaSource } from '#worker/domain/media.ts'
import type { Realm } from '#worker/domain/realm.ts'
import type { SessionEnd } from '#worker/domain/sessions/session.ts'
import type { Quota } from '#worker/domain/tenants/quotas.ts'

export * from '#worker/store/parties/schema.ts'
export * from '#worker/store/schema/messages.ts'
export * from '#worker/store/statistics/schema.ts'
export * from '#worker/store/verifications/schema.ts'
export * from '#worker/store/verifications/statistics-schema.ts'

/**
 * Ledger: one D1 a shard. Tables are clustered on their keys (WITHOUT ROWID, which drizzle cannot say and is added to the
 * migration by hand), so that a row costs one written row and one an index. What belongs to a tenant is keyed by realm first
 * (domain/realm.ts).
 */

/** Access log (requirements S6-15). `tenant_id` is empty for calls that no tenant made. */
export const requests = sqliteTable(
  'requests',
  {
    tenantId: text('tenant_id').$type<TenantId | ''>().notNull(),
    id: text('id').$type<RequestId>().notNull(),
    at: integer('at').notNull(),
    country: text('country'),
    asn: integer('asn'),
    ray: text('ray'),
    /** Client id, also one that was refused, or person; null for others, whose name is sealed. */
    actor: text('actor'),
    method: text('method').notNull(),
    route: text('route').notNull(),
    status: integer('status').notNull(),
    /** Calls that the row stands for: refused sign-ins that are alike are gathered in one row. */
    count: integer('count').notNull(),
    /** Keyed key of the address (keys/ip-index.ts), so that a CIDR block is a range; null where there is no address. */
    ipKey: text('ip_key'),
    /** Id of what was touched or looked for; of what has only a name, such as `sender/sms/10004346`, its keyed hash. */
    object: text('object'),
    /** Id of what the object belongs to, where the call names both. */
    parent: text('parent'),
    /** What may tell of a person (`Told` of requests.ts), sealed under the platform's keys of the month of `at`. */
    sealed: text('sealed').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    index('requests_by_ip').on(table.ipKey, table.id).where(sql`ip_key IS NOT NULL`),
    index('requests_by_object').on(table.object, table.id).where(sql`object IS NOT NULL`),
    index('requests_by_parent').on(table.parent, table.id).where(sql`parent IS NOT NULL`),
    index('requests_by_person').on(table.actor, table.id).where(sql`substr(actor, 1, 4) = 'per_'`),
  ],
)

/** Work due by `due_at`, written with the change that it follows from and deleted when done; the sweep does what is left. */
export const work = sqliteTable(
  'work',
  {
    dueAt: integer('due_at').notNull(),
    id: text('id').notNull(),
    kind: text('kind').notNull(),
    realm: text('realm').$type<Realm>().notNull(),
    body: text('body').notNull(),
  },
  (table) => [primaryKey({ columns: [table.dueAt, table.id] })],
)

/** Delivery log: a row a webhook POST. */
export const deliveries = sqliteTable(
  'deliveries',
  {
    realm: text('realm').$type<Realm>().notNull(),
    id: text('id').notNull(),
    endpointId: text('endpoint_id').$type<EndpointId>().notNull(),
    at: integer('at').notNull(),
    attempt: integer('attempt').notNull(),
    /** `failed`: there will be a retry · `exhausted`: that was the last · `skipped`: no POST was made. */
    outcome: text('outcome').$type<'succeeded' | 'failed' | 'exhausted' | 'skipped'>().notNull(),
    httpStatus: integer('http_status'),
    durationMs: integer('duration_ms').notNull(),
    /** A public sentence; null where the status says it all. */
    reason: text('reason'),
    /** Ids of the events in the POST. */
    eventIds: text('event_ids', { mode: 'json' }).$type<readonly EventId[]>().notNull(),
    nextAt: integer('next_at'),
    /** Sealed JSON of the first bytes of what the receiver answered (`Answered` of deliveries.ts); null: no body came. */
    answer: text('answer'),
  },
  (table) => [primaryKey({ columns: [table.realm, table.id] })],
)

/** Opt-outs, in the tenant's first shard. An empty line means all of the tenant's lines. */
export const suppressions = sqliteTable(
  'suppressions',
  {
    realm: text('realm').$type<Realm>().notNull(),
    channel: text('channel').$type<ChannelName>().notNull(),
    partyKey: text('party_key').notNull(),
    line: text('line').notNull(),
    party: text('party').notNull(),
    /**
     * `keyword`: the person wrote it · `recipient`: the person pressed unsubscribe · `api`: the tenant did · `carrier`: the
     * network takes nothing for them (a hard block).
     */
    source: text('source').$type<'keyword' | 'recipient' | 'api' | 'carrier'>().notNull(),
    messageId: text('message_id').$type<MessageId>(),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.realm, table.channel, table.partyKey, table.line] })],
)

/** Numbers of what tenants keep, in their first shard, by kind (quotas/counts.ts). */
export const quotaCounts = sqliteTable(
  'quota_counts',
  {
    tenantId: text('tenant_id').$type<TenantId>().notNull(),
    kind: text('kind').$type<Quota>().notNull(),
    count: integer('count').notNull(),
    /** Bytes of what is counted; 0 of what has none. */
    bytes: integer('bytes').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.kind] })],
)

/** Links between two addresses of one person, as carriers told, in the tenant's first shard; a row for either direction. */
export const aliases = sqliteTable(
  'aliases',
  {
    realm: text('realm').$type<Realm>().notNull(),
    channel: text('channel').$type<ChannelName>().notNull(),
    partyKey: text('party_key').notNull(),
    otherKey: text('other_key').notNull(),
    /** Address behind `otherKey`. */
    otherParty: text('other_party').notNull(),
    /**
     * `sent`: from the address that was written to the one that the network knows it by · `heard`: from the number that a message
     * came from to the id beside it · `back`: the opposite direction of either.
     */
    told: text('told').$type<'sent' | 'heard' | 'back'>().notNull(),
    /** Time when a carrier last told of it. The purge deletes it a retention later, or later still if an opt-out rests on it. */
    seenAt: integer('seen_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.realm, table.channel, table.partyKey, table.otherKey] }),
    index('aliases_by_seen').on(table.seenAt),
  ],
)

/** Parts of inbound messages that wait for the other parts. */
export const inboundParts = sqliteTable(
  'inbound_parts',
  {
    connectionId: text('connection_id').$type<ConnectionId>().notNull(),
    /** Keyed hash of both addresses and the carrier's reference. */
    groupKey: text('group_key').notNull(),
    /** Keyed hash of what tells the part's repeats. Two texts may bring the same number, because references come back. */
    ref: text('ref').notNull(),
    number: integer('number').notNull(),
    total: integer('total').notNull(),
    /** Sealed JSON of the part. */
    part: text('part').notNull(),
    receivedAt: integer('received_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.connectionId, table.groupKey, table.ref] })],
)

/** Jobs that no retry of the queue could work. They are kept whole, because an operator may replay them. */
export const deadLetters = sqliteTable('dead_letters', {
  id: text('id').primaryKey().notNull(),
  queue: text('queue').notNull(),
  kind: text('kind').notNull(),
  /** Realm of the job; empty where it names none. */
  realm: text('realm').$type<Realm | ''>().notNull(),
  /** Messages, receipts, events … that the job holds. */
  items: integer('items').notNull(),
  /** Job, sealed under keys of its tenant and month; of one that nobody could open, the body as it came. */
  job: text('job').notNull(),
  reason: text('reason'),
  at: integer('at').notNull(),
  replayedAt: integer('replayed_at'),
})

/** Positions from which jobs that are done in chunks (the purge) go on at their next run. */
export const cursors = sqliteTable('cursors', {
  name: text('name').primaryKey().notNull(),
  value: text('value').notNull(),
  updatedAt: integer('updated_at').notNull(),
})

/** Hourly counters for the operators' health: outcomes of each connection, lost messages. */
export const tallies = sqliteTable(
  'tallies',
  { name: text('name').notNull(), hour: integer('hour').notNull(), count: integer('count').notNull() },
  (table) => [primaryKey({ columns: [table.name, table.hour] })],
)

/**
 * Files that were uploaded, received, recorded, or taken out of a message too large for the queue; in the tenant's first shard.
 * The bytes lie in R2 under realm and id.
 */
export const media = sqliteTable(
  'media',
  {
    realm: text('realm').$type<Realm>().notNull(),
    id: text('id').$type<MediaId>().notNull(),
    source: text('source').$type<MediaSource>().notNull(),
    type: text('type').notNull(),
    bytes: integer('bytes').notNull(),
    /** JSON of name and SHA-256, sealed under the tenant's keys of the month in the id, as the bytes are. */
    sealed: text('sealed').notNull(),
    createdAt: integer('created_at').notNull(),
    /** Time when a message last named it, to the day. The purge takes it when this is old and no message uses it. */
    usedAt: integer('used_at').notNull(),
    /** Time when it was given up: no look-up finds it from then on. Its bytes are deleted next, then this row. */
    goneAt: integer('gone_at'),
  },
  (table) => [
    primaryKey({ columns: [table.realm, table.id] }),
    index('media_gone').on(table.realm, table.id).where(sql`gone_at IS NOT NULL`),
  ],
)

/** Uses of files by the messages of requests, in the tenant's first shard. A file is purged after its last use. */
export const mediaUses = sqliteTable(
  'media_uses',
  {
    realm: text('realm').$type<Realm>().notNull(),
    mediaId: text('media_id').$type<MediaId>().notNull(),
    /** Part that the ids of a request's messages have in common, so that a batch that shares a file costs one row. */
    base: text('base').notNull(),
  },
  (table) => [primaryKey({ columns: [table.realm, table.mediaId, table.base] })],
)

/** Devices and push subscriptions, in the tenant's first shard. */
export const devices = sqliteTable(
  'devices',
  {
    realm: text('realm').$type<Realm>().notNull(),
    id: text('id').$type<DeviceId>().notNull(),
    network: text('network').$type<PushNetwork>().notNull(),
    /** Sender (application) that the device subscribed to. */
    app: text('app').notNull(),
    /** Keyed hash of endpoint or token, by which a second registration finds the device. */
    targetKey: text('target_key').notNull(),
    /** Sealed JSON of the subscription or token; null: the device was removed. */
    target: text('target'),
    /** `removed`: its push service knows it no more, and how it was reached is forgotten. */
    status: text('status').$type<'active' | 'removed'>().notNull(),
    /** Sealed JSON of the tenant's own name of the person, and tags; null: neither. */
    userAndTags: text('user_and_tags'),
    /** JSON of the keyed hashes of both, as they stand in `device_labels` while the device is active. */
    labels: text('labels').notNull(),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.realm, table.id] }),
    uniqueIndex('devices_by_target').on(table.realm, table.targetKey),
  ],
)

/** Keyed hashes of tags and users of active devices, so that an audience is a key range. */
export const deviceLabels = sqliteTable(
  'device_labels',
  {
    realm: text('realm').$type<Realm>().notNull(),
    label: text('label').notNull(),
    deviceId: text('device_id').$type<DeviceId>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.realm, table.label, table.deviceId] })],
)

/** Sessions that people opened (USSD). */
export const sessions = sqliteTable(
  'sessions',
  {
    realm: text('realm').$type<Realm>().notNull(),
    id: text('id').$type<SessionId>().notNull(),
    channel: text('channel').$type<ChannelName>().notNull(),
    connectionId: text('connection_id').$type<ConnectionId>().notNull(),
    partyKey: text('party_key').notNull(),
    status: text('status').$type<'open' | 'ended'>().notNull(),
    /** End of the session; null while it is open. */
    reason: text('reason').$type<SessionEnd>(),
    startedAt: integer('started_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
    /** Number of turns in `record`. A write with fewer is of an older copy and changes nothing. */
    turnCount: integer('turn_count').notNull(),
    /** Sealed JSON: the person's number, what they dialled, the carrier's id of the session, what was typed and shown. */
    record: text('record').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.realm, table.id] }),
    index('sessions_by_party').on(table.realm, table.partyKey, table.id),
  ],
)
