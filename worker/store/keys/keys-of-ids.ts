import { timeOfId } from '#worker/domain/ids.ts'
import type { Realm } from '#worker/domain/realm.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import type { Keyring, Keys } from './keyring.ts'
import { monthOf } from './month.ts'
import { type KeyOwner, keyOwnerOf } from './rows.ts'

/** Row whose keys are those of the month that its id names. */
export interface IdRow {
  readonly realm: Realm
  readonly id: string
}

/** Last characters in which ids of one time may differ. */
const OWN_DIGITS = 4
const isOfSameTime = (a: string, b: string): boolean =>
  a.length === b.length && a.startsWith(b.slice(0, b.length - OWN_DIGITS))

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
  let last: IdRow | null = null
  for (const row of rows) {
    // Rows of one request follow each other, and their ids differ in the last digits only.
    if (last && last.realm === row.realm && isOfSameTime(last.id, row.id)) continue
    one.set(nameOf(row), row)
    last = row
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
