import type { DeviceTarget } from '#worker/domain/device.ts'
import { type Realm, tenantOf } from '#worker/domain/realm.ts'
import { quotaFull } from '#worker/domain/tenants/quotas.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import type { Keys } from '#worker/store/keys/keyring.ts'
import { keyedHash, sealText } from '#worker/store/keys/sealed.ts'
import { addToCounts, countSql, countsOf, NO_QUOTA, tenantSql } from '#worker/store/quotas/counts.ts'
import { labelsOf } from './labels.ts'
import {
  COLUMNS,
  type Device,
  type DeviceRegistry,
  type DeviceRow,
  type IdPage,
  opened,
  openedOne,
  placeOf,
  type UserAndTags,
} from './rows.ts'

/** A device as it registers. */
interface Registration extends Pick<Device, 'id' | 'network' | 'app' | 'user' | 'tags'> {
  readonly target: DeviceTarget
  readonly at: EpochMs
}

/** Hash by which the same device is found when it registers again. */
const targetKeyOf = (keys: Keys, realm: Realm, target: DeviceTarget): Promise<string> =>
  keyedHash(keys, ['devices', realm, target.network, target.network === 'webpush' ? target.endpoint : target.token])

/** Seals user and tags; null: the device has neither. */
const sealUserAndTags = async (
  keys: Keys,
  { user, tags }: UserAndTags,
  key: Pick<Device, 'realm' | 'targetKey'>,
): Promise<string | null> =>
  user === null && tags.length === 0
    ? null
    : sealText(keys, JSON.stringify([user, tags]), placeOf(key, 'user_and_tags'))

// Columns are compared one by one: for a row value SQLite would scan the labels of all tenants.
const dropLabels = (which: string): string => `DELETE FROM device_labels WHERE realm = ?1
AND label IN (SELECT l.value FROM devices d CROSS JOIN json_each(d.labels) l WHERE ${which})
AND device_id = (SELECT d.id FROM devices d WHERE ${which})`
const addLabels = (which: string): string => `INSERT INTO device_labels (realm, label, device_id)
SELECT ?1, l.value, d.id FROM devices d CROSS JOIN json_each(d.labels) l WHERE ${which} AND d.status = 'active'
ON CONFLICT DO NOTHING`

const BY_TARGET = 'd.realm = ?1 AND d.target_key = ?2'
const BY_ID = 'd.realm = ?1 AND d.id = ?2'

const IS_ACTIVE = "EXISTS (SELECT 1 FROM devices WHERE realm = ?1 AND target_key = ?2 AND status = 'active')"
const countOne = (delta: 1 | -1): string =>
  addToCounts(`SELECT ${tenantSql('?1')}, 'devices', ${delta}, 0 WHERE NOT ${IS_ACTIVE}`)
const COUNT_ONE = countOne(1)
const UNCOUNT_REFUSED = countOne(-1)

const REGISTER = `INSERT INTO devices (realm, target_key, id, network, app, target, status, user_and_tags, labels, created_at, updated_at)
SELECT ?1, ?2, ?3, ?4, ?5, ?6, 'active', ?7, ?8, ?9, ?9 WHERE ${countSql(tenantSql('?1'), 'devices')} <= ?10 OR ${IS_ACTIVE}
ON CONFLICT (realm, target_key) DO UPDATE SET app = excluded.app, target = excluded.target, status = 'active',
user_and_tags = excluded.user_and_tags, labels = excluded.labels, updated_at = max(excluded.updated_at, updated_at + 1)
RETURNING ${COLUMNS}`

/**
 * Registers a device; throws if the tenant has `most` active ones. A target that is registered already keeps its device and id,
 * with user and tags replaced.
 */
export async function registerDevice(registry: DeviceRegistry, device: Registration, most = NO_QUOTA): Promise<Device> {
  const { db, realm } = registry
  const { id, network, app, at } = device
  const keys = await registry.keys.standing(tenantOf(realm))
  const targetKey = await targetKeyOf(keys, realm, device.target)
  const key = { realm, targetKey }
  const [target, userAndTags, labels] = await Promise.all([
    sealText(keys, JSON.stringify(device.target), placeOf(key, 'target')),
    sealUserAndTags(keys, device, key),
    labelsOf(keys, realm, device),
  ])
  const [, , registered] = await db.batch<DeviceRow>([
    db.prepare(dropLabels(BY_TARGET)).bind(realm, targetKey),
    db.prepare(COUNT_ONE).bind(realm, targetKey),
    db.prepare(REGISTER).bind(realm, targetKey, id, network, app, target, userAndTags, labels, at, most),
    db.prepare(addLabels(BY_TARGET)).bind(realm, targetKey),
    db.prepare(UNCOUNT_REFUSED).bind(realm, targetKey),
  ])
  const made = await openedOne(registry, registered?.results[0])
  if (made) return made
  throw quotaFull('devices', most, (await countsOf(db, tenantOf(realm))).devices)
}

export async function deviceById(registry: DeviceRegistry, id: string): Promise<Device | null> {
  const sql = `SELECT ${COLUMNS} FROM devices WHERE realm = ?1 AND id = ?2`
  return openedOne(registry, await registry.db.prepare(sql).bind(registry.realm, id).first<DeviceRow>())
}

/** Changes user and tags of a device that was read; null if it is no more. */
export async function changeDevice(
  registry: DeviceRegistry,
  device: Pick<Device, 'realm' | 'id' | 'targetKey'>,
  change: UserAndTags,
  at: EpochMs,
): Promise<Device | null> {
  const { db, realm } = registry
  const keys = await registry.keys.standing(tenantOf(realm))
  const [userAndTags, labels] = await Promise.all([
    sealUserAndTags(keys, change, device),
    labelsOf(keys, realm, change),
  ])
  const sql = `UPDATE devices SET user_and_tags = ?3, labels = ?4, updated_at = max(?5, updated_at + 1)
WHERE realm = ?1 AND id = ?2 RETURNING ${COLUMNS}`
  const [, changed] = await db.batch<DeviceRow>([
    db.prepare(dropLabels(BY_ID)).bind(realm, device.id),
    db.prepare(sql).bind(realm, device.id, userAndTags, labels, at),
    db.prepare(addLabels(BY_ID)).bind(realm, device.id),
  ])
  return openedOne(registry, changed?.results[0])
}

const COUNT_DELETED = addToCounts(
  `SELECT ${tenantSql('d.realm')}, 'devices', -1, 0 FROM devices d WHERE ${BY_ID} AND d.status = 'active'`,
)

/** Deletes a device and its labels; false if there is no such device. */
export async function deleteDevice({ db, realm }: Omit<DeviceRegistry, 'keys'>, id: string): Promise<boolean> {
  const [, , deleted] = await db.batch([
    db.prepare(dropLabels(BY_ID)).bind(realm, id),
    db.prepare(COUNT_DELETED).bind(realm, id),
    db.prepare('DELETE FROM devices WHERE realm = ?1 AND id = ?2').bind(realm, id),
  ])
  return (deleted?.meta.changes ?? 0) > 0
}

/** A page of devices; those of every status if `status` is null. */
export async function listDevices(
  registry: DeviceRegistry,
  status: Device['status'] | null,
  { after, limit }: IdPage,
): Promise<readonly Device[]> {
  const { results } = await registry.db
    .prepare(
      `SELECT ${COLUMNS} FROM devices WHERE realm = ?1 AND id > ?2 AND (?3 IS NULL OR status = ?3) ORDER BY id LIMIT ?4`,
    )
    .bind(registry.realm, after, status, limit)
    .all<DeviceRow>()
  return opened(registry, results)
}
