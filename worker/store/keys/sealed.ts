import type { EpochMs } from '#worker/domain/time.ts'
import { fromBase64, fromHex, toBase64, toBase64Url, toHex, utf8 } from '#worker/lib/bytes.ts'
import { hmac } from '#worker/lib/hmac.ts'
import { openBytes, sealBytes } from '#worker/lib/seal.ts'
import { ALTERED, type AlteredRecord, type OpenedText } from './altered.ts'
import type { Keyring, Keys } from './keyring.ts'
import { monthOf } from './month.ts'
import type { KeyOwner } from './rows.ts'

/** Where a sealed value lies: its table, the key of its row, and the column. */
export type Place = readonly [table: string, ...rowAndColumn: string[]]

/**
 * What is authenticated beside a value: whose it is, under which keys, and where it lies. JSON, so that no two places are alike.
 */
const contextOf = ({ owner, number }: Pick<Keys, 'owner' | 'number'>, place: Place): Uint8Array<ArrayBuffer> =>
  utf8(JSON.stringify([owner, number, ...place]))

/** What opens values, and is told of those that were altered. */
export type Opening = Pick<Keyring, 'opener' | 'altered'>

/** Record of a place: its table, and the key of its row. */
const recordAt = ([table, ...rowAndColumn]: Place): AlteredRecord => ({
  table,
  id: rowAndColumn.slice(0, -1).join('/'),
})

/** Seals a text for its place: `<number of the keys>.<base64>`. */
export const sealText = async (keys: Keys, text: string, place: Place): Promise<string> =>
  `${keys.number}.${toBase64(await sealBytes(keys.data, utf8(text), contextOf(keys, place)))}`

const decoder = new TextDecoder()

/** Number of the keys that a sealed text names; NaN: it names none. */
const numberOf = (sealed: string): number => Number.parseInt(sealed.slice(0, sealed.indexOf('.') + 1), 10)

/** Opens a text under keys that were found for the number in it. */
async function opened(
  keysOf: (number: number) => Promise<Keys | null> | Keys | null,
  sealed: string,
  place: Place,
): Promise<OpenedText> {
  const number = numberOf(sealed)
  const bytes = fromBase64(sealed.slice(sealed.indexOf('.') + 1))
  if (!Number.isInteger(number) || !bytes) return ALTERED
  const keys = await keysOf(number)
  if (!keys) return null
  return openBytes(keys.data, bytes, contextOf(keys, place)).then(
    (plain) => decoder.decode(plain),
    () => ALTERED,
  )
}

/** Undoes `sealText` at the same place. The operator is told of a text that was altered. */
export async function openText(keyring: Opening, owner: KeyOwner, sealed: string, place: Place): Promise<OpenedText> {
  const text = await opened((number) => keyring.opener(owner, number), sealed, place)
  if (text === ALTERED) await keyring.altered([recordAt(place)])
  return text
}

/** Sealed text (null: there is none), its place, and its record where the key of the row holds what no log may. */
type Asked = readonly [sealed: string | null, place: Place, record?: AlteredRecord]

/**
 * Opens texts of one owner side by side, each at its place, with one look-up a pair of keys. One that was altered harms no other,
 * and the operator is told of it.
 */
export async function openTexts(
  keyring: Opening,
  owner: KeyOwner,
  texts: readonly Asked[],
): Promise<readonly OpenedText[]> {
  const numbers = new Set(texts.flatMap(([sealed]) => (sealed === null ? [] : [numberOf(sealed)])))
  const asked = [...numbers].map(
    async (number) => [number, Number.isInteger(number) ? await keyring.opener(owner, number) : null] as const,
  )
  // Keys that are gone are kept by no keyring: without this list each text would ask the database for them.
  const found = new Map(await Promise.all(asked))
  const results = await Promise.all(
    texts.map(([sealed, place]) =>
      sealed === null ? null : opened((number) => found.get(number) ?? null, sealed, place),
    ),
  )
  const altered = texts.flatMap(([, place, record], n) => (results[n] === ALTERED ? [record ?? recordAt(place)] : []))
  if (altered.length > 0) await keyring.altered(altered)
  return results
}

/** Keys that seal rows of several owners and times, in their order, with one look-up a pair. */
export async function sealersOf(
  keyring: Keyring,
  rows: readonly { readonly owner: KeyOwner; readonly at: EpochMs }[],
): Promise<readonly Keys[]> {
  const first = new Map(rows.map(({ owner, at }) => [`${monthOf(at)} ${owner}`, { owner, at }]))
  await Promise.all([...first.values()].map(({ owner, at }) => keyring.sealer(owner, at)))
  return Promise.all(rows.map(({ owner, at }) => keyring.sealer(owner, at)))
}

/** Keyed hash by which a row is found: 16 bytes of HMAC-SHA-256 in base64url. `parts` begin with what it is a hash of. */
export const keyedHash = async ({ index }: Pick<Keys, 'index'>, parts: readonly string[]): Promise<string> =>
  toBase64Url((await hmac(index, JSON.stringify(parts))).subarray(0, 16))

/** Seals bytes for their place, as hex. The keys' number is not in it: it must follow from the row (keys-of-ids.ts). */
export const sealHex = (keys: Keys, plain: Uint8Array<ArrayBuffer>, place: Place): Promise<string> =>
  sealBytes(keys.data, plain, contextOf(keys, place)).then(toHex)

/** Opens values that `sealHex` sealed, of rows that are read together. */
export interface HexOpener {
  /** Opens one at its place, and reads it. */
  open<Read>(keys: Keys, hex: string, place: Place, read: (plain: Uint8Array) => Read): Promise<Read | typeof ALTERED>
  /** Notes a place whose value cannot even be read. */
  note(place: Place): void
  /** Tells the operator of those that were altered. To be called when all are opened. */
  tell(): Promise<void>
}

export function hexOpener(keyring: Pick<Keyring, 'altered'>): HexOpener {
  const altered: AlteredRecord[] = []
  const note = (place: Place): void => void altered.push(recordAt(place))
  return {
    note,
    open: (keys, hex, place, read) =>
      openBytes(keys.data, fromHex(hex), contextOf(keys, place)).then(read, () => {
        note(place)
        return ALTERED
      }),
    tell: async () => {
      if (altered.length > 0) await keyring.altered(altered)
    },
  }
}
