import type { TenantId } from '#worker/domain/ids.ts'
import { type Realm, tenantOf } from '#worker/domain/realm.ts'
import { keys } from '#worker/store/control/schema.ts'
import { columnNames, columnsOf, insertOne } from '#worker/store/sql/columns.ts'

/** Whom keys belong to: a tenant, or the platform itself (''). */
export type KeyOwner = TenantId | ''

/**
 * Whom the keys of what is in a realm belong to: of messages to lines that no tenant has (`live.operator`), and of what is in
 * none, the platform.
 */
export const keyOwnerOf = (realm: Realm | ''): KeyOwner => {
  const tenant = realm === '' ? '' : tenantOf(realm)
  return tenant.startsWith('ten_') ? tenant : ''
}

/** Pair of keys as the control database holds it. */
export type KeyRow = Readonly<typeof keys.$inferSelect>

const COLUMNS = columnsOf(keys)
const ONE = `SELECT ${COLUMNS} FROM keys WHERE owner = ?1 AND number = ?2`
const INSERT = `${insertOne(keys)} ON CONFLICT DO NOTHING`

export const keyRow = async (control: D1Database, owner: KeyOwner, number: number): Promise<KeyRow | null> =>
  control.prepare(ONE).bind(owner, number).first<KeyRow>()

/** Writes a pair unless there is one, and gives the pair that there then is: the same to all who come at once. */
export async function keepKeyRow(control: D1Database, row: KeyRow): Promise<KeyRow> {
  const [, found] = await control.batch<KeyRow>([
    control.prepare(INSERT).bind(...columnNames(keys).map((name) => row[name])),
    control.prepare(ONE).bind(row.owner, row.number),
  ])
  const kept = found?.results[0]
  if (!kept) throw new Error('a kept pair of keys has no row')
  return kept
}

/** Reads an owner's pairs of months from `first` on, oldest first. */
export async function keyRowsSince(control: D1Database, owner: KeyOwner, first: number): Promise<readonly KeyRow[]> {
  const sql = `SELECT ${COLUMNS} FROM keys WHERE owner = ?1 AND number >= ?2 ORDER BY number`
  const { results } = await control.prepare(sql).bind(owner, first).all<KeyRow>()
  return results
}

export async function deleteKeyRow(control: D1Database, owner: KeyOwner, number: number): Promise<void> {
  await control.prepare('DELETE FROM keys WHERE owner = ?1 AND number = ?2').bind(owner, number).run()
}
