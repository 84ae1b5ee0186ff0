import { fromBase64, toBase64, utf8 } from '#worker/lib/bytes.ts'
import { openBytes, sealBytes } from '#worker/lib/seal.ts'
import type { Keyring, Keys } from './keyring.ts'
import type { KeyOwner } from './rows.ts'

/** Where a sealed value lies: its table, the key of its row, and the column. */
type Place = readonly [table: string, ...rowAndColumn: string[]]

/**
 * What is authenticated beside a value: whose it is, under which keys, and where it lies. JSON, so that no two places are alike.
 */
const contextOf = ({ owner, number }: Pick<Keys, 'owner' | 'number'>, place: Place): Uint8Array<ArrayBuffer> =>
  utf8(JSON.stringify([owner, number, ...place]))

/** Seals a text for its place: `<number of the keys>.<base64>`. */
export const sealText = async (keys: Keys, text: string, place: Place): Promise<string> =>
  `${keys.number}.${toBase64(await sealBytes(keys.data, utf8(text), contextOf(keys, place)))}`

/** Undoes `sealText` at the same place. Null: its keys were forgotten. Throws if it is of another place or was changed. */
export async function openText(
  keyring: Keyring,
  owner: KeyOwner,
  sealed: string,
  place: Place,
): Promise<string | null> {
  const dot = sealed.indexOf('.')
  const bytes = fromBase64(sealed.slice(dot + 1))
  if (dot < 1 || !bytes) throw new Error('not a sealed text')
  const keys = await keyring.opener(owner, Number(sealed.slice(0, dot)))
  return keys && new TextDecoder().decode(await openBytes(keys.data, bytes, contextOf(keys, place)))
}
