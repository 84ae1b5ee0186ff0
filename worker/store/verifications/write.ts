import { timeOfSession } from '#worker/domain/ids.ts'
import { type Realm, tenantOf } from '#worker/domain/realm.ts'
import { sealersOf, sealText } from '#worker/store/keys/sealed.ts'
import { columnNames, insertOne } from '#worker/store/sql/columns.ts'
import { placeOf, type VerificationLedger, type VerificationRecord } from './read.ts'
import { verifications } from './schema.ts'
import { noteChanges } from './statistics.ts'

type VerificationRow = Readonly<typeof verifications.$inferSelect>

/** A verification to be written down. */
interface OwnedVerification extends VerificationRecord {
  readonly realm: Realm
  readonly partyKey: string
}

const UPSERT = `${insertOne(verifications)} ON CONFLICT (realm, id) DO UPDATE SET status = excluded.status, version = excluded.version,
  updated_at = excluded.updated_at, record = excluded.record, counted = excluded.counted
WHERE excluded.version > version`

/**
 * Writes verifications down, a statement each, sealed under keys of the month in which they began; a copy that is no newer than
 * the row changes nothing. A first statement notes for the counts how they stood.
 */
export async function upsertVerifications(
  { db, keys }: VerificationLedger,
  some: readonly OwnedVerification[],
): Promise<readonly D1PreparedStatement[]> {
  const owners = some.map(({ realm, facts: { id } }) => ({ owner: tenantOf(realm), at: timeOfSession(id) }))
  const own = await sealersOf(keys, owners)
  const writes = await Promise.all(
    own.map(async (sealer, i): Promise<D1PreparedStatement> => {
      const one = some[i]
      if (!one) throw new Error('keys without a verification')
      const { realm, partyKey, facts, order } = one
      const { id, status, version, updatedAt } = facts
      const record = await sealText(sealer, JSON.stringify({ facts, order }), placeOf(realm, id))
      const row: VerificationRow = { realm, id, partyKey, status, version, updatedAt, record, counted: 1 }
      return db.prepare(UPSERT).bind(...columnNames(verifications).map((name) => row[name]))
    }),
  )
  return [noteChanges(db, some), ...writes]
}
