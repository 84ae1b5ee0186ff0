import { idFloor, mediaIdFloor, sessionIdFloor, verificationIdFloor } from '#worker/domain/ids.ts'
import { MODES, realmOf, type TenantId } from '#worker/domain/realm.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { boundHex, REALM } from '#worker/store/codes/codes.ts'
import type { KeyOwner, KeyRow } from './rows.ts'

/** A pair by its key in the table. */
export type KeyName = Pick<KeyRow, 'owner' | 'number'>

/** Reads the pairs of months before `number`, behind `after` in their order. */
export async function keysBefore(
  control: D1Database,
  number: number,
  after: KeyName,
  limit: number,
): Promise<readonly KeyName[]> {
  const sql = `SELECT owner, number FROM keys WHERE (owner, number) > (?1, ?2) AND number > 0 AND number < ?3
ORDER BY owner, number LIMIT ?4`
  const { results } = await control.prepare(sql).bind(after.owner, after.number, number, limit).all<KeyName>()
  return results
}

/**
 * Rows of an owner that are, or may come to be, sealed under keys of their month, of all months up to one that has ended.
 * Sub-selects, because D1 takes only five terms in a compound SELECT.
 */
const SEALED = [
  'messages WHERE realm IN (unhex(?6), unhex(?7)) AND id < unhex(?3)',
  'sessions WHERE realm IN (?1, ?2) AND id < ?8',
  'media WHERE realm IN (?1, ?2) AND id < ?10',
  'verifications WHERE realm IN (?1, ?2) AND id < ?11',
  "inbound_parts WHERE ?4 = '' AND received_at < ?5",
  'contents WHERE realm IN (unhex(?6), unhex(?7)) AND base < unhex(?9)',
  'batches WHERE realm IN (unhex(?6), unhex(?7)) AND id < unhex(?9)',
  'dead_letters WHERE realm IN (?1, ?2, ?4) AND at < ?5',
  'work WHERE due_at < ?5 AND realm IN (?1, ?2, ?4)',
]

/** Rows of the platform's log, of all tenants: its key begins with the tenant, so that each one costs a seek. */
const SEALED_CALLS = `WITH RECURSIVE owners(id) AS (SELECT min(tenant_id) FROM requests
  UNION ALL SELECT (SELECT min(tenant_id) FROM requests WHERE tenant_id > owners.id) FROM owners WHERE owners.id IS NOT NULL)
SELECT 1 FROM owners CROSS JOIN requests r ON r.tenant_id = owners.id AND r.id < ?1 LIMIT 1`

const hasCallsBefore = async (db: D1Database, end: EpochMs): Promise<boolean> =>
  (await db.prepare(SEALED_CALLS).bind(idFloor('req', end)).first()) !== null

/** True if the shard still has a row of the owner that may be sealed under keys of a month that ended at `end`. */
export async function hasRowsBefore(db: D1Database, owner: KeyOwner, end: EpochMs): Promise<boolean> {
  // What is nobody's is in no realm, or came to lines that no tenant has.
  const realms = MODES.map((mode) => realmOf(owner === '' ? ('operator' as TenantId) : owner, mode))
  const none = owner === '' ? '' : realms[0]
  const stored = realms.map(REALM.encode)
  const row = await db
    .prepare(`SELECT 1 WHERE ${SEALED.map((rows) => `EXISTS (SELECT 1 FROM ${rows})`).join(' OR ')}`)
    .bind(
      ...realms,
      boundHex(idFloor('msg', end), 'id'),
      none,
      end,
      ...stored,
      owner === '' ? '' : sessionIdFloor(owner, end),
      boundHex(idFloor('bat', end), 'base'),
      owner === '' ? '' : mediaIdFloor(owner, end),
      owner === '' ? '' : verificationIdFloor(owner, end),
    )
    .first()
  return row !== null || (owner === '' && (await hasCallsBefore(db, end)))
}
