import type { ChannelName } from '#worker/domain/carriers/channel.ts'
import type { Need } from '#worker/domain/carriers/features.ts'
import type { Settings } from '#worker/domain/carriers/provider.ts'
import type { ConnectionId } from '#worker/domain/ids.ts'
import type { EpochMs } from '#worker/domain/time.ts'

/** A provider account as stored: what is secret stays sealed here (opened by flows/carriers/connections.ts). */
export interface StoredConnection {
  readonly id: ConnectionId
  readonly channel: ChannelName
  readonly provider: string
  readonly name: string
  readonly status: 'active' | 'disabled'
  /** Those that are no secrets. */
  readonly settings: Settings
  /** Sealed JSON of the secret settings. */
  readonly secrets: string
  /** Sealed JSON array of callback secrets, the current one first. */
  readonly callbackSecrets: string
  readonly rate: number | null
  readonly concurrency: number
  /** What its provider had when it was last written; null: written before that was kept. */
  readonly features: readonly Need[] | null
  readonly createdAt: EpochMs
  readonly updatedAt: EpochMs
}

interface ConnectionRow {
  readonly id: ConnectionId
  readonly channel: ChannelName
  readonly provider: string
  readonly name: string
  readonly status: 'active' | 'disabled'
  readonly settings: string
  readonly secrets: string
  readonly callback_secrets: string
  readonly rate: number | null
  readonly concurrency: number
  readonly features: string | null
  readonly created_at: number
  readonly updated_at: number
}

const fromRow = (row: ConnectionRow): StoredConnection => ({
  id: row.id,
  channel: row.channel,
  provider: row.provider,
  name: row.name,
  status: row.status,
  settings: JSON.parse(row.settings) as Settings,
  secrets: row.secrets,
  callbackSecrets: row.callback_secrets,
  rate: row.rate,
  concurrency: row.concurrency,
  features: row.features === null ? null : (JSON.parse(row.features) as Need[]),
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

const values = (connection: StoredConnection) => [
  connection.id,
  connection.name,
  connection.status,
  JSON.stringify(connection.settings),
  connection.secrets,
  connection.callbackSecrets,
  connection.rate,
  connection.concurrency,
  connection.features === null ? null : JSON.stringify(connection.features),
  connection.updatedAt,
]

const INSERT = `INSERT INTO connections (id, name, status, settings, secrets, callback_secrets, rate, concurrency, features, updated_at,
channel, provider, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
ON CONFLICT (id) DO UPDATE SET callback_secrets = excluded.callback_secrets`

/** Adds a connection; a repeated request (same id) gets its fresh callback secret, as nobody has seen the first. */
export async function insertConnection(db: D1Database, connection: StoredConnection): Promise<void> {
  await db
    .prepare(INSERT)
    .bind(...values(connection), connection.channel, connection.provider, connection.createdAt)
    .run()
}

const UPDATE = `UPDATE connections SET name = ?2, status = ?3, settings = ?4, secrets = ?5, callback_secrets = ?6, rate = ?7,
concurrency = ?8, features = ?9, updated_at = max(?10, updated_at + 1) WHERE id = ?1 AND updated_at = ?11 RETURNING *`

/** Writes a connection that was read with `readAt` as its `updatedAt`; null if it changed since, and then nothing is written. */
export async function updateConnection(
  db: D1Database,
  connection: StoredConnection,
  readAt: EpochMs,
): Promise<StoredConnection | null> {
  const row = await db
    .prepare(UPDATE)
    .bind(...values(connection), readAt)
    .first<ConnectionRow>()
  return row && fromRow(row)
}

export async function connectionById(db: D1Database, id: string): Promise<StoredConnection | null> {
  const row = await db.prepare('SELECT * FROM connections WHERE id = ?1').bind(id).first<ConnectionRow>()
  return row && fromRow(row)
}

/** Those of the connections that exist. */
export async function connectionsById(db: D1Database, ids: readonly string[]): Promise<readonly StoredConnection[]> {
  const { results } = await db
    .prepare('SELECT * FROM connections WHERE id IN (SELECT value FROM json_each(?1))')
    .bind(JSON.stringify(ids))
    .all<ConnectionRow>()
  return results.map(fromRow)
}

/** At most `limit` connections behind the id `after`, by id. */
export async function listConnections(
  db: D1Database,
  after: string,
  limit: number,
): Promise<readonly StoredConnection[]> {
  const { results } = await db
    .prepare('SELECT * FROM connections WHERE id > ?1 ORDER BY id LIMIT ?2')
    .bind(after, limit)
    .all<ConnectionRow>()
  return results.map(fromRow)
}
