import type { DeviceTarget } from '#worker/domain/device.ts'
import type { DeviceId } from '#worker/domain/ids.ts'
import { type Realm, tenantOf } from '#worker/domain/realm.ts'
import { quotaFull } from '#worker/domain/tenants/quotas.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { addToCounts, countSql, countsOf, NO_QUOTA, tenantSql } from '#worker/store/quotas/counts.ts'
import { columnNames, columnsOf, parsedRow, type RawRow, type Row } from '#worker/store/sql/columns.ts'
import { tupleOf } from '#worker/store/sql/tuple.ts'
import { decodeText, encodeText } from './codec.ts'
import { deviceLabels, devices } from './ledger-schema.ts'

const NAMES = ['realm', 'id', 'network', 'app', 'status', 'user', 'tags', 'createdAt', 'updatedAt'] as const
const COLUMNS = columnsOf(devices, NAMES)
/** `COLUMNS` with the table's alias: beside `json_each`, which also has a column `id`, the bare names are ambiguous. */
const COLUMNS_OF_D = columnsOf(devices, NAMES, 'd')

/** A device or push subscription of a tenant, without its target (endpoint or token), which nobody may be shown. */
export type Device = Row<typeof devices, (typeof NAMES)[number]>
type DeviceRow = RawRow<typeof devices, (typeof NAMES)[number]>

/** A device as it registers. `targetKey` is a keyed hash of the target, which finds the same device without showing it. */
interface Registration extends Omit<Device, 'status' | 'createdAt' | 'updatedAt'> {
  readonly targetKey: string
  readonly target: DeviceTarget
  readonly at: EpochMs
}

const deviceOfRow = (row: DeviceRow): Device => parsedRow(devices, row)

/** Query for the labels of one device, by which audiences are found. `which`: condition that finds the device as `d`. */
const labelsOfRow = (which: string): string =>
  `SELECT 'tag:' || j.value AS label FROM devices d CROSS JOIN json_each(d.tags) j WHERE ${which}
UNION ALL SELECT 'user:' || d.user FROM devices d WHERE ${which} AND d.user IS NOT NULL`

// Columns are compared one by one: for a row value SQLite would scan the labels of all tenants.
const dropLabels = (which: string): string => `DELETE FROM device_labels WHERE realm = ?1
AND label IN (${labelsOfRow(which)}) AND device_id = (SELECT d.id FROM devices d WHERE ${which})`
const addLabels = (which: string): string => `INSERT INTO device_labels (realm, label, device_id)
SELECT ?1, l.label, d.id FROM (${labelsOfRow(which)}) l CROSS JOIN devices d WHERE ${which} AND d.status = 'active'
ON CONFLICT DO NOTHING`

const BY_TARGET = 'd.realm = ?1 AND d.target_key = ?2'
const BY_ID = 'd.realm = ?1 AND d.id = ?2'

const IS_ACTIVE = "EXISTS (SELECT 1 FROM devices WHERE realm = ?1 AND target_key = ?2 AND status = 'active')"
const countOne = (delta: 1 | -1): string =>
  addToCounts(`SELECT ${tenantSql('?1')}, 'devices', ${delta}, 0 WHERE NOT ${IS_ACTIVE}`)
const COUNT_ONE = countOne(1)
const UNCOUNT_REFUSED = countOne(-1)

const REGISTER = `INSERT INTO devices (realm, target_key, id, network, app, target, status, user, tags, created_at, updated_at)
SELECT ?1, ?2, ?3, ?4, ?5, ?6, 'active', ?7, ?8, ?9, ?9 WHERE ${countSql(tenantSql('?1'), 'devices')} <= ?10 OR ${IS_ACTIVE}
ON CONFLICT (realm, target_key) DO UPDATE SET app = excluded.app, target = excluded.target, status = 'active',
user = excluded.user, tags = excluded.tags, updated_at = max(excluded.updated_at, updated_at + 1)
RETURNING ${COLUMNS}`

/**
 * Registers a device; throws if the tenant has `most` active ones. A target that is registered already keeps its device and id,
 * with user and tags replaced.
 */
export async function registerDevice(db: D1Database, device: Registration, most = NO_QUOTA): Promise<Device> {
  const { realm, id, network, app, targetKey, user, tags, at } = device
  const target = encodeText(JSON.stringify(device.target))
  const [, , registered] = await db.batch<DeviceRow>([
    db.prepare(dropLabels(BY_TARGET)).bind(realm, targetKey),
    db.prepare(COUNT_ONE).bind(realm, targetKey),
    db.prepare(REGISTER).bind(realm, targetKey, id, network, app, target, user, JSON.stringify(tags), at, most),
    db.prepare(addLabels(BY_TARGET)).bind(realm, targetKey),
    db.prepare(UNCOUNT_REFUSED).bind(realm, targetKey),
  ])
  const row = registered?.results[0]
  if (row) return deviceOfRow(row)
  throw quotaFull('devices', most, (await countsOf(db, tenantOf(realm))).devices)
}

export async function deviceById(db: D1Database, realm: Realm, id: string): Promise<Device | null> {
  const row = await db
    .prepare(`SELECT ${COLUMNS} FROM devices WHERE realm = ?1 AND id = ?2`)
    .bind(realm, id)
    .first<DeviceRow>()
  return row && deviceOfRow(row)
}

/** Fields of a device that may change; null takes the user away. */
export interface DeviceChange {
  readonly user: string | null
  readonly tags: readonly string[]
}

/** Changes user and tags; null if there is no such device. */
export async function changeDevice(
  db: D1Database,
  { realm, id }: Pick<Device, 'realm' | 'id'>,
  { user, tags }: DeviceChange,
  at: EpochMs,
): Promise<Device | null> {
  const sql = `UPDATE devices SET user = ?3, tags = ?4, updated_at = max(?5, updated_at + 1) WHERE realm = ?1 AND id = ?2 RETURNING ${COLUMNS}`
  const [, changed] = await db.batch<DeviceRow>([
    db.prepare(dropLabels(BY_ID)).bind(realm, id),
    db.prepare(sql).bind(realm, id, user, JSON.stringify(tags), at),
    db.prepare(addLabels(BY_ID)).bind(realm, id),
  ])
  const row = changed?.results[0]
  return row ? deviceOfRow(row) : null
}

const COUNT_DELETED = addToCounts(
  `SELECT ${tenantSql('d.realm')}, 'devices', -1, 0 FROM devices d WHERE ${BY_ID} AND d.status = 'active'`,
)

/** Deletes a device and its labels; false if there is no such device. */
export async function deleteDevice(db: D1Database, realm: Realm, id: string): Promise<boolean> {
  const [, , deleted] = await db.batch([
    db.prepare(dropLabels(BY_ID)).bind(realm, id),
    db.prepare(COUNT_DELETED).bind(realm, id),
    db.prepare('DELETE FROM devices WHERE realm = ?1 AND id = ?2').bind(realm, id),
  ])
  return (deleted?.meta.changes ?? 0) > 0
}

/** A page in the order of ids: behind `after`, at most `limit`. */
interface IdPage {
  readonly after: string
  readonly limit: number
}

/** A page of devices; those of every status if `status` is null. */
export async function listDevices(
  db: D1Database,
  realm: Realm,
  status: Device['status'] | null,
  { after, limit }: IdPage,
): Promise<readonly Device[]> {
  const { results } = await db
    .prepare(
      `SELECT ${COLUMNS} FROM devices WHERE realm = ?1 AND id > ?2 AND (?3 IS NULL OR status = ?3) ORDER BY id LIMIT ?4`,
    )
    .bind(realm, after, status, limit)
    .all<DeviceRow>()
  return results.map(deviceOfRow)
}

/** A page of active devices with a label (`tag:news`, `user:42`). */
export async function labelledDevices(
  db: D1Database,
  realm: Realm,
  label: string,
  { after, limit }: IdPage,
): Promise<readonly Device[]> {
  const { results } = await db
    .prepare(
      `SELECT ${COLUMNS_OF_D} FROM device_labels l
CROSS JOIN devices d ON d.realm = l.realm AND d.id = l.device_id
WHERE l.realm = ?1 AND l.label = ?2 AND l.device_id > ?3 ORDER BY l.device_id LIMIT ?4`,
    )
    .bind(realm, label, after, limit)
    .all<DeviceRow>()
  return results.map(deviceOfRow)
}

/** Devices of one application that have a label. */
interface DeviceFilter {
  readonly label: string
  readonly app: string
}

/** Ids of an audience in order, at most `limit`. */
export async function labelledIds(
  db: D1Database,
  realm: Realm,
  { label, app }: DeviceFilter,
  limit: number,
): Promise<readonly DeviceId[]> {
  const { results } = await db
    .prepare(
      `SELECT d.id FROM device_labels l CROSS JOIN devices d ON d.realm = l.realm AND d.id = l.device_id
WHERE l.realm = ?1 AND l.label = ?2 AND d.app = ?3 ORDER BY l.device_id LIMIT ?4`,
    )
    .bind(realm, label, app, limit)
    .all<{ id: DeviceId }>()
  return results.map(({ id }) => id)
}

/** Target of a device, with the time of its last change: a later removal applies only if it has not changed since. */
type FoundTarget = DeviceTarget & { readonly app: string; readonly updatedAt: EpochMs }

const TARGET_NAMES = ['id', 'updatedAt', 'app', 'target'] as const

/** Targets of those devices that are active, by id. Costs one look-up an id. */
export async function targetsOfDevices(
  db: D1Database,
  realm: Realm,
  ids: readonly string[],
): Promise<ReadonlyMap<string, FoundTarget>> {
  const sql = `SELECT ${columnsOf(devices, TARGET_NAMES, 'd')} FROM json_each(?2) j
CROSS JOIN devices d ON d.realm = ?1 AND d.id = j.value WHERE d.status = 'active'`
  const { results } = await db
    .prepare(sql)
    .bind(realm, JSON.stringify(ids))
    .all<Row<typeof devices, (typeof TARGET_NAMES)[number]>>()
  return new Map(
    results.map(({ id, target, ...of }) => [id, { ...(JSON.parse(decodeText(target)) as DeviceTarget), ...of }]),
  )
}

/** Finds which of some devices are active. */
export async function activeDevices(db: D1Database, realm: Realm, ids: readonly string[]): Promise<readonly Device[]> {
  const sql = `SELECT ${COLUMNS_OF_D} FROM json_each(?2) j
CROSS JOIN devices d ON d.realm = ?1 AND d.id = j.value WHERE d.status = 'active'`
  const { results } = await db.prepare(sql).bind(realm, JSON.stringify(ids)).all<DeviceRow>()
  return results.map(deviceOfRow)
}

const labelsOf = ({ user, tags }: Pick<Device, 'user' | 'tags'>): readonly string[] => [
  ...tags.map((tag) => `tag:${tag}`),
  ...(user === null ? [] : [`user:${user}`]),
]

const SEEN = tupleOf<Device>()(['realm', 'id', 'updatedAt'], {})
// Both key columns come from the JSON: with a bound realm SQLite would read all of its rows.
const REMOVE = `UPDATE devices SET status = 'removed', target = '', updated_at = max(?2, devices.updated_at + 1) FROM json_each(?1) j
WHERE devices.realm = ${SEEN.at.realm} AND devices.id = ${SEEN.at.id} AND devices.updated_at = ${SEEN.at.updatedAt}
AND devices.status = 'active'`

const COUNT_REMOVED = addToCounts(`SELECT ${tenantSql('d.realm')}, 'devices', -count(*), 0 FROM json_each(?1) j
CROSS JOIN devices d ON d.realm = ${SEEN.at.realm} AND d.id = ${SEEN.at.id} AND d.updated_at = ${SEEN.at.updatedAt}
WHERE d.status = 'active' GROUP BY 1`)

/** Takes devices off the count. Stands before `removeDevices` of the same in its batch. */
export const countRemovedDevices = (db: D1Database, gone: readonly Device[]): D1PreparedStatement =>
  db.prepare(COUNT_REMOVED).bind(SEEN.json(gone))

const LABEL = tupleOf<typeof deviceLabels.$inferSelect>()(columnNames(deviceLabels), {})
const DROP_REMOVED = `DELETE FROM device_labels WHERE (realm, label, device_id) IN (
SELECT d.realm, ${LABEL.at.label}, d.id FROM json_each(?1) j
CROSS JOIN devices d ON d.realm = ${LABEL.at.realm} AND d.id = ${LABEL.at.deviceId} WHERE d.status = 'removed')`

/**
 * Statements that mark devices removed and delete their targets and labels, for one batch in this order. A device that has
 * changed since it was read is left alone: it may have registered anew.
 */
export function removeDevices(db: D1Database, gone: readonly Device[], at: EpochMs): readonly D1PreparedStatement[] {
  const labels = gone.flatMap((device) =>
    labelsOf(device).map((label) => ({ realm: device.realm, label, deviceId: device.id })),
  )
  return [
    db.prepare(REMOVE).bind(SEEN.json(gone), at),
    ...(labels.length > 0 ? [db.prepare(DROP_REMOVED).bind(LABEL.json(labels))] : []),
  ]
}
