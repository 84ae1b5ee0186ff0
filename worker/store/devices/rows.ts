import { type Realm, tenantOf } from '#worker/domain/realm.ts'
import { alteredMark, type MaybeAltered, textOrNull } from '#worker/store/keys/altered.ts'
import type { Keyring } from '#worker/store/keys/keyring.ts'
import { openTexts } from '#worker/store/keys/sealed.ts'
import { devices } from '#worker/store/ledger-schema.ts'
import { columnsOf, type Row } from '#worker/store/sql/columns.ts'

/**
 * Registry of a realm's devices, in the tenant's home shard. How a device is reached, its user and its tags are sealed under the
 * standing keys of the tenant, and what it is found by is a keyed hash.
 */
export interface DeviceRegistry {
  readonly db: D1Database
  readonly keys: Keyring
  readonly realm: Realm
}

const NAMES = [
  'realm', 'id', 'network', 'app', 'targetKey', 'status', 'userAndTags', 'createdAt', 'updatedAt',
] as const // biome-ignore format: a column list reads better in rows
export const COLUMNS = columnsOf(devices, NAMES)
/** `COLUMNS` with the table's alias: beside `json_each`, which also has a column `id`, the bare names are ambiguous. */
export const COLUMNS_OF_D = columnsOf(devices, NAMES, 'd')
export type DeviceRow = Row<typeof devices, (typeof NAMES)[number]>

/** Names by which a tenant finds a device again. */
export interface UserAndTags {
  /** Null: none. */
  readonly user: string | null
  readonly tags: readonly string[]
}

/** A device or push subscription of a tenant, without its target (endpoint or token), which nobody may be shown. */
export interface Device extends Omit<DeviceRow, 'userAndTags'>, UserAndTags, MaybeAltered {}

/** A page in the order of ids: behind `after`, at most `limit`. */
export interface IdPage {
  readonly after: string
  readonly limit: number
}

/** Place of a sealed field. It names the target, because a device that registers again keeps its row, and the id of then. */
export const placeOf = (
  { realm, targetKey }: Pick<Device, 'realm' | 'targetKey'>,
  column: 'target' | 'user_and_tags',
) => ['devices', realm, targetKey, column] as const

/** Opens the users and tags of devices. A device whose keys are gone, or of which they were altered, reads as one without. */
export async function opened(
  { keys, realm }: Pick<DeviceRegistry, 'keys' | 'realm'>,
  rows: readonly DeviceRow[],
): Promise<readonly Device[]> {
  const sealed = rows.map((row) => [row.userAndTags, placeOf(row, 'user_and_tags')] as const)
  const texts = await openTexts(keys, tenantOf(realm), sealed)
  return rows.map(({ userAndTags: _, ...row }, i) => {
    const [user, tags] = JSON.parse(textOrNull(texts[i]) ?? '[null,[]]') as [string | null, readonly string[]]
    return { ...row, user, tags, ...alteredMark(texts[i]) }
  })
}

/** Opens a row, if there is one. */
export const openedOne = async (registry: DeviceRegistry, row: DeviceRow | null | undefined): Promise<Device | null> =>
  row ? ((await opened(registry, [row]))[0] ?? null) : null
