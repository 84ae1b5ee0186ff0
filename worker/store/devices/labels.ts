import type { DeviceId } from '#worker/domain/ids.ts'
import { type Realm, tenantOf } from '#worker/domain/realm.ts'
import type { Keys } from '#worker/store/keys/keyring.ts'
import { keyedHash } from '#worker/store/keys/sealed.ts'
import {
  COLUMNS_OF_D,
  type Device,
  type DeviceRegistry,
  type DeviceRow,
  type IdPage,
  opened,
  type UserAndTags,
} from './rows.ts'

/** Label by which an audience is found: a tag, or a user. */
export interface DeviceLabel {
  readonly kind: 'tag' | 'user'
  readonly name: string
}

const hashOf = (keys: Keys, realm: Realm, { kind, name }: DeviceLabel): Promise<string> =>
  keyedHash(keys, ['device_labels', realm, kind, name])

/** Makes the hashes of a device's labels, as JSON. */
export async function labelsOf(keys: Keys, realm: Realm, { user, tags }: UserAndTags): Promise<string> {
  const labels: DeviceLabel[] = tags.map((name) => ({ kind: 'tag', name }))
  if (user !== null) labels.push({ kind: 'user', name: user })
  return JSON.stringify(await Promise.all(labels.map((label) => hashOf(keys, realm, label))))
}

/** A page of active devices with a label. */
export async function labelledDevices(
  registry: DeviceRegistry,
  label: DeviceLabel,
  { after, limit }: IdPage,
): Promise<readonly Device[]> {
  const { db, keys, realm } = registry
  const hash = await hashOf(await keys.standing(tenantOf(realm)), realm, label)
  const { results } = await db
    .prepare(
      `SELECT ${COLUMNS_OF_D} FROM device_labels l
CROSS JOIN devices d ON d.realm = l.realm AND d.id = l.device_id
WHERE l.realm = ?1 AND l.label = ?2 AND l.device_id > ?3 ORDER BY l.device_id LIMIT ?4`,
    )
    .bind(realm, hash, after, limit)
    .all<DeviceRow>()
  return opened(registry, results)
}

/** Devices of one application that have a label. */
interface DeviceFilter {
  readonly label: DeviceLabel
  readonly app: string
}

/** Ids of an audience in order, at most `limit`. Nothing is opened for them. */
export async function labelledIds(
  { db, keys, realm }: DeviceRegistry,
  { label, app }: DeviceFilter,
  limit: number,
): Promise<readonly DeviceId[]> {
  const hash = await hashOf(await keys.standing(tenantOf(realm)), realm, label)
  const { results } = await db
    .prepare(
      `SELECT d.id FROM device_labels l CROSS JOIN devices d ON d.realm = l.realm AND d.id = l.device_id
WHERE l.realm = ?1 AND l.label = ?2 AND d.app = ?3 ORDER BY l.device_id LIMIT ?4`,
    )
    .bind(realm, hash, app, limit)
    .all<{ id: DeviceId }>()
  return results.map(({ id }) => id)
}
