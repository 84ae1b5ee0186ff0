import { type SessionId, timeOfSession } from '#worker/domain/ids.ts'
import { type Realm, tenantOf } from '#worker/domain/realm.ts'
import type { SessionRecord } from '#worker/domain/sessions/session.ts'
import { sealersOf, sealText } from '#worker/store/keys/sealed.ts'
import { sessions } from '#worker/store/ledger-schema.ts'
import { columnNames, insertOne } from '#worker/store/sql/columns.ts'
import { placeOf, type SealedMembers, type SessionLedger } from './read.ts'

type SessionRow = Readonly<typeof sessions.$inferSelect>

/** A session to be written down. */
interface OwnedSession {
  readonly realm: Realm
  readonly partyKey: string
  readonly session: SessionRecord
}

// The condition keeps out an older copy, which has fewer turns, or as many and no end.
const UPSERT = `${insertOne(sessions)} ON CONFLICT (realm, id) DO UPDATE SET status = excluded.status, reason = excluded.reason,
  updated_at = excluded.updated_at, turn_count = excluded.turn_count, record = excluded.record
WHERE excluded.turn_count > turn_count OR (excluded.turn_count = turn_count AND status = 'open' AND excluded.status = 'ended')`

/**
 * Writes sessions down, a statement each, sealed under keys of the month in which they began; a copy that is no newer than the
 * row changes nothing.
 */
export async function upsertSessions(
  { db, keys }: SessionLedger,
  some: readonly OwnedSession[],
): Promise<readonly D1PreparedStatement[]> {
  const owners = some.map(({ realm, session: { id } }) => ({ owner: tenantOf(realm), at: timeOfSession(id) }))
  const own = await sealersOf(keys, owners)
  return Promise.all(
    own.map(async (sealer, i): Promise<D1PreparedStatement> => {
      const one = some[i]
      if (!one) throw new Error('keys without a session')
      const { realm, partyKey, session } = one
      const { sessionRef, party, line, turns, ...open } = session
      const members: SealedMembers = { sessionRef, party, line, turns }
      const row: SessionRow = {
        ...open,
        realm,
        partyKey,
        status: session.reason === null ? 'open' : 'ended',
        turnCount: turns.length,
        record: await sealText(sealer, JSON.stringify(members), placeOf(realm, session.id)),
      }
      return db.prepare(UPSERT).bind(...columnNames(sessions).map((name) => row[name]))
    }),
  )
}

/** Key of a session: realm and id. */
type SessionKey = readonly [Realm, SessionId]

/** Answers of those sessions that the ledger has whether they have ended, by their ids. */
export async function endedOf(db: D1Database, keys: readonly SessionKey[]): Promise<ReadonlyMap<string, boolean>> {
  const sql = `SELECT s.id, s.status = 'ended' AS ended FROM json_each(?1) j
CROSS JOIN sessions s ON s.realm = (j.value->>0) AND s.id = (j.value->>1)`
  const { results } = await db.prepare(sql).bind(JSON.stringify(keys)).all<{ id: string; ended: number }>()
  return new Map(results.map(({ id, ended }) => [id, ended === 1]))
}
