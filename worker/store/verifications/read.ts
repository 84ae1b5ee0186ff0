import type { VerificationId } from '#worker/domain/ids.ts'
import { type Realm, tenantOf } from '#worker/domain/realm.ts'
import type { Order } from '#worker/domain/verifications/order.ts'
import type { VerificationFacts } from '#worker/domain/verifications/verification.ts'
import type { Keyring } from '#worker/store/keys/keyring.ts'
import { openTexts } from '#worker/store/keys/sealed.ts'
import { columnsOf, type Row } from '#worker/store/sql/columns.ts'
import { verifications } from './schema.ts'

/** Verifications of a shard, and the keys that their records are sealed under. */
export interface VerificationLedger {
  readonly db: D1Database
  readonly keys: Keyring
}

/** Verification as the ledger has it. */
export interface VerificationRecord {
  readonly facts: VerificationFacts
  readonly order: Order
}

/** Place of the sealed record. */
export const placeOf = (realm: Realm, id: string) => ['verifications', realm, id, 'record'] as const

const NAMES = ['id', 'record'] as const
const COLUMNS = columnsOf(verifications, NAMES)
type VerificationRow = Row<typeof verifications, (typeof NAMES)[number]>

/** Opens verifications of a realm. One whose keys were forgotten is gone, and so is one that was altered: all of it is sealed. */
async function opened(
  keys: Keyring,
  realm: Realm,
  rows: readonly VerificationRow[],
): Promise<readonly VerificationRecord[]> {
  const sealed = rows.map(({ id, record }) => [record, placeOf(realm, id)] as const)
  const texts = await openTexts(keys, tenantOf(realm), sealed)
  return texts.flatMap((text) => (typeof text === 'string' ? [JSON.parse(text) as VerificationRecord] : []))
}

export async function verificationById(
  { db, keys }: VerificationLedger,
  realm: Realm,
  id: string,
): Promise<VerificationRecord | null> {
  const sql = `SELECT ${COLUMNS} FROM verifications WHERE realm = ?1 AND id = ?2`
  const { results } = await db.prepare(sql).bind(realm, id).all<VerificationRow>()
  return (await opened(keys, realm, results))[0] ?? null
}

interface VerificationPage {
  /** Recipient whose verifications are listed; null: everybody's. */
  readonly partyKey: string | null
  /** Cursor: the page holds ids below it; null: the newest. */
  readonly before: string | null
  readonly limit: number
}

const PAGE = 'realm = ?1 AND id < ?2'
const ORDER = 'ORDER BY id DESC LIMIT ?3'
/** Cursor above every id of a verification. */
const END = 'ver_~'

/** A page of verifications, newest first: within a tenant their ids sort by time. */
export async function listVerifications(
  { db, keys }: VerificationLedger,
  realm: Realm,
  { partyKey, before, limit }: VerificationPage,
): Promise<readonly VerificationRecord[]> {
  const values = [realm, before ?? END, limit]
  const statement =
    partyKey === null
      ? db.prepare(`SELECT ${COLUMNS} FROM verifications WHERE ${PAGE} ${ORDER}`).bind(...values)
      : db
          .prepare(
            `SELECT ${COLUMNS} FROM verifications INDEXED BY verifications_by_party WHERE ${PAGE} AND party_key = ?4 ${ORDER}`,
          )
          .bind(...values, partyKey)
  return opened(keys, realm, (await statement.all<VerificationRow>()).results)
}

/** How the ledger has a verification before a change; facts null: they were altered, or their keys are gone. */
export interface VerificationBefore {
  readonly status: VerificationFacts['status']
  readonly facts: VerificationFacts | null
}

/** Answers how those verifications stand that the ledger has, by their ids. */
export async function verificationsBefore(
  { db, keys }: VerificationLedger,
  some: readonly (readonly [Realm, VerificationId])[],
): Promise<ReadonlyMap<string, VerificationBefore>> {
  const sql = `SELECT v.realm, v.id, v.status, v.record FROM json_each(?1) j
CROSS JOIN verifications v ON v.realm = (j.value->>0) AND v.id = (j.value->>1)`
  type Found = Row<typeof verifications, 'realm' | 'id' | 'status' | 'record'>
  const { results } = await db.prepare(sql).bind(JSON.stringify(some)).all<Found>()
  const readable = await Promise.all(
    [...Map.groupBy(results, ({ realm }) => realm)].map(([realm, rows]) => opened(keys, realm, rows)),
  )
  const facts = new Map(readable.flat().map((one) => [one.facts.id, one.facts]))
  return new Map(results.map(({ id, status }) => [id, { status, facts: facts.get(id) ?? null }]))
}
