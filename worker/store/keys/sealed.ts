import type { EpochMs } from '#worker/domain/time.ts'
import { fromBase64, fromHex, toBase64, toBase64Url, toHex, utf8 } from '#worker/lib/bytes.ts'
import { hmac } from '#worker/lib/hmac.ts'
import { openBytes, sealBytes } from '#worker/lib/seal.ts'
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

/** Seals a text for its place: `<number of the keys>.<base64>`. */
export const sealText = async (keys: Keys, text: string, place: Place): Promise<string> =>
  `${keys.number}.${toBase64(await sealBytes(keys.data, utf8(text), contextOf(keys, place)))}`

/** Undoes `sealText` at the same place. Null: its keys were forgotten. Throws if it is of another place or was changed. */
export async function openText(
  keyring: Pick<Keyring, 'opener'>,
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

/**
 * Opens texts of one owner side by side, each at its place, with one look-up a pair of keys. Null: there is no text, or its keys
 * were forgotten. Throws as `openText` does.
 */
export async function openTexts(
  keyring: Keyring,
  owner: KeyOwner,
  texts: readonly (readonly [sealed: string | null, place: Place])[],
): Promise<readonly (string | null)[]> {
  const numbers = new Set(texts.flatMap(([sealed]) => (sealed === null ? [] : [sealed.slice(0, sealed.indexOf('.'))])))
  const asked = [...numbers].map(
    async (number) => [Number(number), await keyring.opener(owner, Number(number))] as const,
  )
  const found = new Map(await Promise.all(asked))
  // Keys that are gone are kept by no keyring: without this list each text would ask the database for them.
  const known: Pick<Keyring, 'opener'> = { opener: async (_, number) => found.get(number) ?? null }
  return Promise.all(texts.map(([sealed, place]) => (sealed === null ? null : openText(known, owner, sealed, place))))
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

/** Undoes `sealHex` at the same place. Throws if it is of another place or was changed. */
export const openHex = (keys: Keys, hex: string, place: Place): Promise<Uint8Array<ArrayBuffer>> =>
  openBytes(keys.data, fromHex(hex), contextOf(keys, place))
