import { baseOf, type MessageId, messageId, ordinalOf } from '#worker/domain/ids.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { decodeNumber, encodeNumber } from '#worker/lib/base32.ts'
import { endOfMonth, monthOf } from '#worker/store/keys/month.ts'

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

/** Digits of an id behind its prefix; 175 bits, and one bit that is 0. */
const DIGITS = 35
/** Digits that make five bytes. */
const GROUP = 8
const GROUPED = 32
/** Characters in front of the digits: `msg_`. */
const PREFIX = 4

const hexOf = (digits: string, width: number, shift: 1 | 2): string =>
  ((decodeNumber(digits) ?? 0) * shift).toString(16).padStart(width, '0')

/** The last head that was encoded: the messages of one request share all but the end of it. */
let known = { head: '', hex: '' }

function headHex(head: string): string {
  if (known.head === head) return known.hex
  let hex = ''
  for (let at = 0; at < GROUPED; at += GROUP) hex += hexOf(head.slice(at, at + GROUP), 10, 1)
  known = { head, hex }
  return hex
}

/** A message id as hexadecimal digits, which sort as the ids do. */
export const idHex = (id: string): string =>
  headHex(id.slice(PREFIX, PREFIX + GROUPED)) + hexOf(id.slice(PREFIX + GROUPED), 4, 2)

/** Undoes `idHex`. */
export function idOfHex(hex: string): MessageId {
  let digits = ''
  for (let at = 0; at < ID_HEX - 4; at += 10) digits += encodeNumber(Number.parseInt(hex.slice(at, at + 10), 16), GROUP)
  return `msg_${digits}${encodeNumber(Number.parseInt(hex.slice(-4), 16) >> 1, 3)}`
}

/** Id above one of the form of `idHex`, with no message's id between them. */
export function idAfter(hex: string): MessageId {
  const id = idOfHex(hex)
  return messageId(baseOf(id), ordinalOf(id) + 1)
}

/**
 * Bound of ids, as it is written in a text, in the form of `idHex`: `msg_` and no or some digits; `~` behind them is above all
 * ids that begin so.
 */
export function boundHex(bound: string): string {
  const isAbove = bound.endsWith('~')
  const digits = bound.slice(PREFIX, isAbove ? -1 : undefined).padEnd(DIGITS, isAbove ? 'z' : '0')
  const hex = idHex(`msg_${digits}`)
  return isAbove ? hex.slice(0, -1) + (Number.parseInt(hex.slice(-1), 16) + 1).toString(16) : hex
}

/** Time at which a month begins; 0 for the first, which holds all that was before it. */
export const startOfMonth = (month: number): EpochMs => (month <= 1 ? 0 : endOfMonth(month - 1))

/** Time in an id of the form of `idHex`: its first ten digits. */
const timeOfHex = (hex: string): EpochMs => Math.floor(Number.parseInt(hex.slice(0, 13), 16) / 4)

/** Month of an id of the form of `idHex`. */
export const monthOfHex = (hex: string): number => monthOf(timeOfHex(hex))

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
