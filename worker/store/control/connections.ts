import { and, asc, eq, gt, sql } from 'drizzle-orm'
import type { ConnectionId } from '#worker/domain/ids.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { ask } from './ask.ts'
import { connections } from './schema.ts'

/** Provider account as stored. Its settings and secrets are sealed; flows/carriers/connections.ts opens them. */
export type StoredConnection = Readonly<typeof connections.$inferSelect>

/**
 * Adds a connection. A request that runs again makes the same id and replaces the callback secret, because its first run gave no
 * answer: nobody has that secret.
 */
export async function insertConnection(db: D1Database, connection: StoredConnection): Promise<void> {
  const { callbackSecrets } = connection
  await ask(db, (control) =>
    control
      .insert(connections)
      .values(connection)
      .onConflictDoUpdate({ target: connections.id, set: { callbackSecrets } }),
  )
}

/** Adds a connection; one that is there already stays as it is. */
export async function addConnection(db: D1Database, connection: StoredConnection): Promise<void> {
  await ask(db, (control) => control.insert(connections).values(connection).onConflictDoNothing())
}

/** Writes a connection that was read with `readAt` as its `updatedAt`; null if it changed since, and then nothing is written. */
export async function updateConnection(
  db: D1Database,
  connection: StoredConnection,
  readAt: EpochMs,
): Promise<StoredConnection | null> {
  const { id, channel: _channel, provider: _provider, createdAt: _createdAt, ...rest } = connection
  const [row] = await ask(db, (control) =>
    control
      .update(connections)
      .set({ ...rest, updatedAt: sql`max(${rest.updatedAt}, ${connections.updatedAt} + 1)` })
      .where(and(eq(connections.id, id), eq(connections.updatedAt, readAt)))
      .returning(),
  )
  return row ?? null
}

export async function connectionById(db: D1Database, id: string): Promise<StoredConnection | null> {
  const [row] = await ask(db, (control) =>
    control
      .select()
      .from(connections)
      .where(eq(connections.id, id as ConnectionId)),
  )
  return row ?? null
}

/** Reads connections by their ids; ids of none are left out. */
export async function connectionsById(db: D1Database, ids: readonly string[]): Promise<readonly StoredConnection[]> {
  return ask(db, (control) =>
    control
      .select()
      .from(connections)
      .where(sql`${connections.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`),
  )
}

/** Lists at most `limit` connections behind the id `after`, by id. */
export async function listConnections(
  db: D1Database,
  after: string,
  limit: number,
): Promise<readonly StoredConnection[]> {
  return ask(db, (control) =>
    control
      .select()
      .from(connections)
      .where(gt(connections.id, after as ConnectionId))
      .orderBy(asc(connections.id))
      .limit(limit),
  )
}
