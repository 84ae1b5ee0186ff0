import { idFloor, timeOfId } from '#worker/domain/ids.ts'
import type { Realm } from '#worker/domain/realm.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import type { Keyring, Keys } from './keyring.ts'
import { endOfMonth, monthOf, startOfMonth } from './month.ts'
import { type KeyOwner, keyOwnerOf } from './rows.ts'

/** Row whose keys are those of the month that its id names. */
export interface IdRow {
  readonly realm: Realm
  readonly id: string
}

/** Bounds between which lie the ids of this one's kind and month. */
function monthOfIds(id: string): readonly [from: string, until: string] {
  const kind = id.slice(0, id.indexOf('_'))
  const month = monthOf(timeOfId(id))
  return [idFloor(kind, startOfMonth(month)), idFloor(kind, endOfMonth(month))]
}

/**
 * Finds the keys of rows by their ids. Each pair is asked for once, so that thousands of rows cost one look-up and forgotten keys
 * no query a row.
 */
async function keysOfIds<Found>(
  rows: readonly IdRow[],
  find: (owner: KeyOwner, at: EpochMs) => Promise<Found>,
): Promise<(row: IdRow) => Found> {
  const nameOf = ({ realm, id }: IdRow): string => `${monthOf(timeOfId(id))} ${keyOwnerOf(realm)}`
  const one = new Map<string, IdRow>()
  let [realm, from, until] = ['', '', '']
  for (const row of rows) {
    // Most rows are of the month of the one before: to compare ids takes a tenth of what reading their times does.
    if (row.realm === realm && row.id >= from && row.id < until) continue
    one.set(nameOf(row), row)
    realm = row.realm
    ;[from, until] = monthOfIds(row.id)
  }
  const asked = [...one].map(
    async ([name, { realm, id }]) => [name, await find(keyOwnerOf(realm), timeOfId(id))] as const,
  )
  const found = new Map(await Promise.all(asked))
  const [only] = found.values()
  if (only !== undefined && found.size === 1) return () => only
  return (row) => {
    const keys = found.get(nameOf(row))
    if (keys === undefined) throw new Error('keys of a row that was not named')
    return keys
  }
}

/** Keys that seal these rows; made at their first use. */
export const keysToSeal = (keyring: Keyring, rows: readonly IdRow[]): Promise<(row: IdRow) => Keys> =>
  keysOfIds(rows, keyring.sealer)

/** Keys that open these rows; null where they were forgotten. */
export const keysToOpen = (
  keyring: Pick<Keyring, 'opener'>,
  rows: readonly IdRow[],
): Promise<(row: IdRow) => Keys | null> => keysOfIds(rows, (owner, at) => keyring.opener(owner, monthOf(at)))
