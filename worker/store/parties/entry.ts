import { baseOf, idFloor, type MessageId, messageId, ordinalOf } from '#worker/domain/ids.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { boundHex, MESSAGE_ID } from '#worker/store/codes/codes.ts'
import { monthOf, startOfMonth } from '#worker/store/keys/month.ts'

/** Forms of the index's keys and ids. They travel as hexadecimal digits, because JSON has no bytes. */

/** A message of a person. */
export interface PartyEntry {
  readonly id: MessageId
  /** 16 hexadecimal digits: a keyed hash of the person, by the index key of the month in which the id was made. */
  readonly key: string
}

export const KEY_BYTES = 8
export const ID_BYTES = 22
export const KEY_HEX = 2 * KEY_BYTES
export const ID_HEX = 2 * ID_BYTES

/** A message id as hexadecimal digits, which sort as the ids do, and back. */
export const idHex = (id: string): string => MESSAGE_ID.encode(id as MessageId)
export const idOfHex = (hex: string): MessageId => MESSAGE_ID.decode(hex)

/** Id above one of the form of `idHex`, with no message's id between them. */
export function idAfter(hex: string): MessageId {
  const id = idOfHex(hex)
  return messageId(baseOf(id), ordinalOf(id) + 1)
}

/** Time in an id of the form of `idHex`: its first ten digits. */
const timeOfHex = (hex: string): EpochMs => Math.floor(Number.parseInt(hex.slice(0, 13), 16) / 4)

/** Month of an id of the form of `idHex`. */
export const monthOfHex = (hex: string): number => monthOf(timeOfHex(hex))

/** Ids of a month in the form of `idHex`: from the first, up to the second. */
export const idsOfMonth = (month: number): readonly [from: string, until: string] => [
  boundHex(idFloor('msg', startOfMonth(month)), 'id'),
  boundHex(idFloor('msg', startOfMonth(month + 1)), 'id'),
]

/**
 * Levels of the index. Each has 16 times as many buckets as the one before, and a month's entries go to the first that has
 * room for them: a small realm has one row a month, a large one so many that filling them is cheap and no row grows long.
 */
export const LEVELS = [0, 1, 2] as const
export type Level = (typeof LEVELS)[number]
const LEVEL_STEP = 0x100
export const bucketsOf = (level: Level): number => 16 ** level
/** Bucket of a key: the level, and as many of the key's first digits. */
export const bucketOf = (level: Level, key: string): number =>
  level * LEVEL_STEP + (level === 0 ? 0 : Number.parseInt(key.slice(0, level), 16))

/** Most entries of a row of the index: 64 KB. */
export const ROW_ENTRIES = 2_180
