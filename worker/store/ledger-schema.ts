import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { ChannelName } from '#worker/domain/carriers/channel.ts'
import type { PushNetwork } from '#worker/domain/device.ts'
import type {
  BatchId,
  ConnectionId,
  DeviceId,
  EndpointId,
  EventId,
  MediaId,
  MessageId,
  RequestId,
  SessionId,
  TenantId,
} from '#worker/domain/ids.ts'
import type { MediaSource } from '#worker/domain/media.ts'
import type { Purpose } from '#worker/domain/messages/message.ts'
import type { Realm } from '#worker/domain/realm.ts'
import type { SessionEnd } from '#worker/domain/sessions/session.ts'

/**
 * The ledger: one D1 a shard. Every table is clustered on its key (WITHOUT ROWID, added by hand to the migration because
 * drizzle cannot say it) and keyed by realm first (domain/realm.ts), so that a row costs one written row plus one an index.
 */

/** Messages, both directions. `party` is the person at the far end, `line` our end. */
export const messages = sqliteTable(
  'messages',
  {
    realm: text('realm').$type<Realm>().notNull(),
    id: text('id').$type<MessageId>().notNull(),
    /** 1 outbound, 2 inbound. */
    direction: integer('direction').$type<1 | 2>().notNull(),
    channel: text('channel').$type<ChannelName>().notNull(),
    /** domain/messages/status.ts; the rank is the tens. */
    status: integer('status').notNull(),
    /** The latest claimed attempt; 0 in a tombstone. */
    attempt: integer('attempt').notNull(),
    /**
     * accepted, rejected, deferred, repeat, unknown; again: over, and open for a next one although an earlier was submitted
     * (flows/dispatch/next-attempt-after-report.ts); null while the attempt is under way.
     */
    outcome: text('outcome'),
    connectionId: text('connection_id').$type<ConnectionId>(),
    providerRef: text('provider_ref'),
    partyKey: text('party_key').notNull(),
    party: text('party').notNull(),
    line: text('line').notNull(),
    /** Null: the request's shared content, in `contents`. */
    content: text('content'),
    units: integer('units').notNull(),
    encoding: text('encoding').notNull(),
    purpose: text('purpose').$type<Purpose>().notNull(),
    clientRef: text('client_ref'),
    /** JSON. */
    metadata: text('metadata'),
    /** 1 if the id's base names a batch. */
    batched: integer('batched').$type<0 | 1>().notNull(),
    inReplyTo: text('in_reply_to').$type<MessageId>(),
    validUntil: integer('valid_until'),
    /** JSON of the failure that the status rests on. */
    failure: text('failure'),
    acceptedAt: integer('accepted_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
    /** Canonical JSON entries joined by commas; only ever appended to. */
    timeline: text('timeline').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.realm, table.id] }),
    index('messages_by_party').on(table.realm, table.partyKey, table.id),
    index('messages_by_client_ref').on(table.realm, table.clientRef, table.id).where(sql`client_ref IS NOT NULL`),
  ],
)

/** Content shared by the messages of one request; the id is the request's base. */
export const contents = sqliteTable(
  'contents',
  { realm: text('realm').$type<Realm>().notNull(), base: text('base').notNull(), content: text('content').notNull() },
  (table) => [primaryKey({ columns: [table.realm, table.base] })],
)

export const batches = sqliteTable(
  'batches',
  {
    realm: text('realm').$type<Realm>().notNull(),
    id: text('id').$type<BatchId>().notNull(),
    total: integer('total').notNull(),
    accepted: integer('accepted').notNull(),
    clientRef: text('client_ref'),
    acceptedAt: integer('accepted_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.realm, table.id] })],
)

/** The IP log (requirements S6-15). `tenant_id` is empty for calls that no tenant made. */
export const requests = sqliteTable(
  'requests',
  {
    tenantId: text('tenant_id').$type<TenantId | ''>().notNull(),
    id: text('id').$type<RequestId>().notNull(),
    at: integer('at').notNull(),
    ip: text('ip').notNull(),
    country: text('country'),
    asn: integer('asn'),
    ray: text('ray'),
    /** Client id, operator, or the client id that was refused. */
    actor: text('actor'),
    method: text('method').notNull(),
    route: text('route').notNull(),
    status: integer('status').notNull(),
    /** How many like this one the row stands for (refused sign-ins are gathered). */
    count: integer('count').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.id] })],
)

/** Where carriers do not echo our ref: theirs, beside the message. For inbound messages (`in:` before the ref) it is the dedupe key. */
export const refs = sqliteTable(
  'refs',
  {
    connectionId: text('connection_id').$type<ConnectionId>().notNull(),
    ref: text('ref').notNull(),
    realm: text('realm').$type<Realm>().notNull(),
    messageId: text('message_id').$type<MessageId>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.connectionId, table.ref] })],
)

/** What must happen by `due_at`; written with the state change it follows from, deleted when done, else swept. */
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

/** The delivery log: a row a webhook POST. */
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
    /** Of the events in the POST. */
    eventIds: text('event_ids', { mode: 'json' }).$type<readonly EventId[]>().notNull(),
    nextAt: integer('next_at'),
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
    /** `keyword`: the person wrote so · `recipient`: the person pressed unsubscribe · `api`: the tenant · `carrier`: the network refuses (a hard block). */
    source: text('source').$type<'keyword' | 'recipient' | 'api' | 'carrier'>().notNull(),
    messageId: text('message_id').$type<MessageId>(),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.realm, table.channel, table.partyKey, table.line] })],
)

/** Two addresses of one person, as carriers told us, in the tenant's first shard: a row for each way. */
export const aliases = sqliteTable(
  'aliases',
  {
    realm: text('realm').$type<Realm>().notNull(),
    channel: text('channel').$type<ChannelName>().notNull(),
    partyKey: text('party_key').notNull(),
    otherKey: text('other_key').notNull(),
    /** The address behind `otherKey`. */
    otherParty: text('other_party').notNull(),
    /**
     * `sent`: what was written, then what the network knows for it · `heard`: the number that a message came from, then the id
     * beside it · `back`: one of these from its other end.
     */
    told: text('told').$type<'sent' | 'heard' | 'back'>().notNull(),
    /** The purge takes those that nobody has told for the retention; one that an opt-out rests on gets another. */
    seenAt: integer('seen_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.realm, table.channel, table.partyKey, table.otherKey] }),
    index('aliases_by_seen').on(table.seenAt),
  ],
)

/** Parts of inbound messages that wait for the others. */
export const inboundParts = sqliteTable(
  'inbound_parts',
  {
    connectionId: text('connection_id').$type<ConnectionId>().notNull(),
    /** Far end, our end and the carrier's reference, keyed: no address in clear. */
    groupKey: text('group_key').notNull(),
    number: integer('number').notNull(),
    total: integer('total').notNull(),
    /** JSON of the part. */
    part: text('part').notNull(),
    receivedAt: integer('received_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.connectionId, table.groupKey, table.number] })],
)

/** Jobs that no retry could work; kept whole for the operator, who may replay them. */
export const deadLetters = sqliteTable('dead_letters', {
  id: text('id').primaryKey().notNull(),
  queue: text('queue').notNull(),
  kind: text('kind').notNull(),
  /** Empty where the job names none. */
  realm: text('realm').$type<Realm | ''>().notNull(),
  /** JSON. */
  job: text('job').notNull(),
  reason: text('reason'),
  at: integer('at').notNull(),
  replayedAt: integer('replayed_at'),
})

/** Where a chunked job (purge) goes on at its next run. */
export const cursors = sqliteTable('cursors', {
  name: text('name').primaryKey().notNull(),
  value: text('value').notNull(),
  updatedAt: integer('updated_at').notNull(),
})

/** Counters for the operators' health: outcomes per connection and hour, lost messages. */
export const tallies = sqliteTable(
  'tallies',
  { name: text('name').notNull(), hour: integer('hour').notNull(), count: integer('count').notNull() },
  (table) => [primaryKey({ columns: [table.name, table.hour] })],
)

/** Files: uploaded, received, recorded, or taken out of a message too large for the queue. The bytes lie in R2 under tenant and id. In the tenant's first shard. */
export const media = sqliteTable(
  'media',
  {
    realm: text('realm').$type<Realm>().notNull(),
    id: text('id').$type<MediaId>().notNull(),
    source: text('source').$type<MediaSource>().notNull(),
    type: text('type').notNull(),
    name: text('name'),
    bytes: integer('bytes').notNull(),
    sha256: text('sha256').notNull(),
    createdAt: integer('created_at').notNull(),
    /** When a message last named it, to the day; it is purged when it is old by this and no message uses it. */
    usedAt: integer('used_at').notNull(),
    /** When it was given up: nobody finds it any more, its bytes go next, then this row. */
    goneAt: integer('gone_at'),
  },
  (table) => [
    primaryKey({ columns: [table.realm, table.id] }),
    index('media_gone').on(table.realm, table.id).where(sql`gone_at IS NOT NULL`),
  ],
)

/** Which requests' messages use which files: a file goes with the last of them. In the tenant's first shard. */
export const mediaUses = sqliteTable(
  'media_uses',
  {
    realm: text('realm').$type<Realm>().notNull(),
    mediaId: text('media_id').$type<MediaId>().notNull(),
    /** Of the messages' ids: one row for a whole batch that shares a file. */
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
    /** The sender (application) that it subscribed to. */
    app: text('app').notNull(),
    /** HMAC of endpoint or token: registering the same one again finds it. */
    targetKey: text('target_key').notNull(),
    /** JSON of the subscription or token, through the codec of personal data. */
    target: text('target').notNull(),
    /** `removed`: its push service knows it no more, and how it was reached is forgotten. */
    status: text('status').$type<'active' | 'removed'>().notNull(),
    /** The tenant's own name of the person. */
    user: text('user'),
    tags: text('tags', { mode: 'json' }).$type<readonly string[]>().notNull(),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.realm, table.id] }),
    uniqueIndex('devices_by_target').on(table.realm, table.targetKey),
  ],
)

/** Tags and users of active devices (`tag:news`, `user:42`), so that an audience is a key range. */
export const deviceLabels = sqliteTable(
  'device_labels',
  {
    realm: text('realm').$type<Realm>().notNull(),
    label: text('label').notNull(),
    deviceId: text('device_id').$type<DeviceId>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.realm, table.label, table.deviceId] })],
)

/** Sessions that people opened (USSD), with their turns. `party` is the person, `line` the code that was called. */
export const sessions = sqliteTable(
  'sessions',
  {
    realm: text('realm').$type<Realm>().notNull(),
    id: text('id').$type<SessionId>().notNull(),
    channel: text('channel').$type<ChannelName>().notNull(),
    connectionId: text('connection_id').$type<ConnectionId>().notNull(),
    /** The carrier's id of the session. */
    sessionRef: text('session_ref').notNull(),
    partyKey: text('party_key').notNull(),
    party: text('party').notNull(),
    line: text('line').notNull(),
    status: text('status').$type<'open' | 'ended'>().notNull(),
    /** Null while it is open. */
    reason: text('reason').$type<SessionEnd>(),
    startedAt: integer('started_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
    /** How many turns `turns` holds: a write with fewer changes nothing. */
    turnCount: integer('turn_count').notNull(),
    /** Canonical JSON of the turns joined by commas: what was typed, what was shown, when, how it came about. */
    turns: text('turns').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.realm, table.id] }),
    index('sessions_by_party').on(table.realm, table.partyKey, table.id),
  ],
)

/**
 * Tables of what hangs on messages or stands beside them, with the column by which the purge finds old rows: an id that holds
 * its time behind `prefix`.
 */
export const PURGED = {
  contents: { key: 'base', prefix: '' },
  batches: { key: 'id', prefix: 'bat_' },
  requests: { key: 'id', prefix: 'req_' },
  deliveries: { key: 'id', prefix: 'dlv_' },
  sessions: { key: 'id', prefix: 'ses_' },
  devices: { key: 'id', prefix: 'dev_' },
} as const
