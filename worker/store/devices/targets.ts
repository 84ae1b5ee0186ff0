import type { DeviceTarget } from '#worker/domain/device.ts'
import { tenantOf } from '#worker/domain/realm.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { openTexts } from '#worker/store/keys/sealed.ts'
import { devices } from '#worker/store/ledger-schema.ts'
import { addToCounts, tenantSql } from '#worker/store/quotas/counts.ts'
import { columnsOf, type Row } from '#worker/store/sql/columns.ts'
import { tupleOf } from '#worker/store/sql/tuple.ts'
import { COLUMNS_OF_D, type Device, type DeviceRegistry, type DeviceRow, opened, placeOf } from './rows.ts'

/** Target of a device, with the time of its last change: a later removal applies only if it has not changed since. */
type FoundTarget = DeviceTarget & { readonly app: string; readonly updatedAt: EpochMs }

const TARGET_NAMES = ['realm', 'id', 'updatedAt', 'app', 'targetKey', 'target'] as const
type TargetRow = Row<typeof devices, (typeof TARGET_NAMES)[number]>

/** Targets of those devices that are active, by id, but for altered ones. Costs one look-up an id, and opens each target. */
export async function targetsOfDevices(
  { db, keys, realm }: DeviceRegistry,
  ids: readonly string[],
): Promise<ReadonlyMap<string, FoundTarget>> {
  const sql = `SELECT ${columnsOf(devices, TARGET_NAMES, 'd')} FROM json_each(?2) j
CROSS JOIN devices d ON d.realm = ?1 AND d.id = j.value WHERE d.status = 'active'`
  const { results } = await db.prepare(sql).bind(realm, JSON.stringify(ids)).all<TargetRow>()
  const sealed = results.map((row) => [row.target, placeOf(row, 'target')] as const)
  const texts = await openTexts(keys, tenantOf(realm), sealed)
  const found = new Map<string, FoundTarget>()
  for (const [i, { id, app, updatedAt }] of results.entries()) {
    const text = texts[i]
    if (typeof text === 'string') found.set(id, { ...(JSON.parse(text) as DeviceTarget), app, updatedAt })
  }
  return found
}

/** Finds which of some devices are active. */
export async function activeDevices(registry: DeviceRegistry, ids: readonly string[]): Promise<readonly Device[]> {
  const sql = `SELECT ${COLUMNS_OF_D} FROM json_each(?2) j
CROSS JOIN devices d ON d.realm = ?1 AND d.id = j.value WHERE d.status = 'active'`
  const { results } = await registry.db.prepare(sql).bind(registry.realm, JSON.stringify(ids)).all<DeviceRow>()
  return opened(registry, results)
}

type Seen = Pick<Device, 'realm' | 'id' | 'updatedAt'>
const SEEN = tupleOf<Seen>()(['realm', 'id', 'updatedAt'], {})
/** Devices `d` as they were read. Both key columns come from the JSON: with a bound realm SQLite would read all of its rows. */
const UNCHANGED = `FROM json_each(?1) j CROSS JOIN devices d ON d.realm = ${SEEN.at.realm} AND d.id = ${SEEN.at.id}
AND d.updated_at = ${SEEN.at.updatedAt} AND d.status = 'active'`
const REMOVE = `UPDATE devices SET status = 'removed', target = NULL, updated_at = max(?2, devices.updated_at + 1) FROM json_each(?1) j
WHERE devices.realm = ${SEEN.at.realm} AND devices.id = ${SEEN.at.id} AND devices.updated_at = ${SEEN.at.updatedAt}
AND devices.status = 'active'`

const COUNT_REMOVED = addToCounts(
  `SELECT ${tenantSql('d.realm')}, 'devices', -count(*), 0 ${UNCHANGED} WHERE true GROUP BY 1`,
)

/** Takes devices off the count. Stands before `removeDevices` of the same in its batch. */
export const countRemovedDevices = (db: D1Database, gone: readonly Seen[]): D1PreparedStatement =>
  db.prepare(COUNT_REMOVED).bind(SEEN.json(gone))

const DROP_REMOVED = `DELETE FROM device_labels WHERE (realm, label, device_id) IN (
SELECT d.realm, l.value, d.id ${UNCHANGED} CROSS JOIN json_each(d.labels) l)`

/**
 * Statements that delete the labels and targets of devices and mark them removed, for one batch in this order. A device that has
 * changed since it was read is left alone: it may have registered anew.
 */
export const removeDevices = (db: D1Database, gone: readonly Seen[], at: EpochMs): readonly D1PreparedStatement[] => [
  db.prepare(DROP_REMOVED).bind(SEEN.json(gone)),
  db.prepare(REMOVE).bind(SEEN.json(gone), at),
]
