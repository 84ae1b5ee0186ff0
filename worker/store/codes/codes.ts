import { CHANNELS, type ChannelName } from '#worker/domain/channel-names.ts'
import { BASE_DIGITS, type BatchId, type ConnectionId, type MessageId } from '#worker/domain/ids.ts'
import { type Direction, PURPOSES, type Purpose } from '#worker/domain/messages/message.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { decodeNumber, encodeNumber } from '#worker/lib/base32.ts'
import { BoundedMap } from '#worker/lib/bounded-map.ts'

/**
 * THE ONE PLACE that spells ids and enumerations as the ledger's bytes and small numbers. Bytes go in and out as hex (`unhex`,
 * `hex`), since D1 answers a blob as an array of numbers. What sorts as text sorts the same as bytes. A changed code makes rows
 * unreadable: new ones go to the end.
 */
export interface Bytes<Value> {
  /** Hex of a value; throws a RangeError for what was never made here. */
  encode(value: Value): string
  decode(hex: string): Value
}

/** Digits of base 32 that make whole hex digits, and those. */
const DIGITS = 4
const HEX = 5

/** Hex of base-32 digits, filled up with zeros. */
function hexOf(digits: string): string {
  let hex = ''
  for (let i = 0; i < digits.length; i += DIGITS) {
    const value = decodeNumber(digits.slice(i, i + DIGITS).padEnd(DIGITS, '0'))
    if (value === null) throw new RangeError('an id of other digits')
    hex += value.toString(16).padStart(HEX, '0')
  }
  return hex
}

function digitsOf(hex: string, count: number): string {
  let digits = ''
  for (let i = 0; i < hex.length; i += HEX)
    digits += encodeNumber(Number.parseInt(hex.slice(i, i + HEX).padEnd(HEX, '0'), 16), DIGITS)
  return digits.slice(0, count)
}

/** Realms and bases come again and again. */
function remembering<Value extends string>({ encode, decode }: Bytes<Value>): Bytes<Value> {
  const encoded = new BoundedMap<Value, string>(1_000)
  const decoded = new BoundedMap<string, Value>(1_000)
  return {
    encode(value) {
      const known = encoded.get(value)
      if (known !== undefined) return known
      const hex = encode(value)
      encoded.set(value, hex)
      return hex
    },
    decode(hex) {
      const known = decoded.get(hex)
      if (known !== undefined) return known
      const value = decode(hex)
      decoded.set(hex, value)
      return value
    },
  }
}

/** First hex digit of a realm, by what stands before its digits. `operator`: inbound messages to lines that no tenant has. */
const REALMS = { 'live.operator': '0', 'live.ten_': '4', 'test.operator': '8', 'test.ten_': 'c' } as const
const REALM_START = 'live.ten_'.length
const TENANT_DIGITS = 12
const NO_DIGITS = '0'.repeat(TENANT_DIGITS)

/** Eight bytes of a realm: mode and kind, then the 60 bits of the tenant's digits. */
export const REALM: Bytes<Realm> = remembering({
  encode(realm) {
    const operator = REALMS[realm as keyof typeof REALMS]
    const first = operator ?? REALMS[realm.slice(0, REALM_START) as keyof typeof REALMS]
    const digits = operator === undefined ? realm.slice(REALM_START) : NO_DIGITS
    if (first === undefined || digits.length !== TENANT_DIGITS) throw new RangeError('a realm of another form')
    return first + hexOf(digits)
  },
  decode(hex) {
    const [start = ''] = Object.entries(REALMS).find(([, first]) => first === hex.charAt(0).toLowerCase()) ?? []
    return `${start}${start.endsWith('_') ? digitsOf(hex.slice(1), TENANT_DIGITS) : ''}` as Realm
  },
})

/** Realms of inbound messages to lines that no tenant has. */
export const OPERATORS = ['live.operator', 'test.operator']
  .map((realm) => `x'${REALM.encode(realm as Realm)}'`)
  .join(', ')

const PREFIX = 4
const BASE_HEX = 40
const ID_DIGITS = BASE_DIGITS + 4
const ORDINAL_HEX = 4

/** Twenty bytes of the part that the ids of one request's messages have in common: its digits, and five bits of zeros. */
export const BASE: Bytes<string> = remembering({
  encode(base) {
    if (base.length !== BASE_DIGITS) throw new RangeError('a base of another length')
    return hexOf(`${base}0`)
  },
  decode: (hex) => digitsOf(hex, BASE_DIGITS),
})

export const BATCH: Bytes<BatchId> = {
  encode: (id) => BASE.encode(id.slice(PREFIX)),
  decode: (hex) => `bat_${BASE.decode(hex)}`,
}

/**
 * Twenty-two bytes of a message id: its base, with its step in the last five bits, then the ordinal, and a bit of zero. So the
 * first twenty are the base of contents and batches.
 */
export const MESSAGE_ID: Bytes<MessageId> = {
  encode(id) {
    if (id.length !== PREFIX + ID_DIGITS) throw new RangeError('a message id of another length')
    const ordinal = decodeNumber(id.slice(PREFIX + BASE_DIGITS, -1))
    const step = decodeNumber(id.slice(-1))
    if (ordinal === null || step !== 0) throw new RangeError('a message id of other digits')
    return BASE.encode(id.slice(PREFIX, PREFIX + BASE_DIGITS)) + (ordinal * 2).toString(16).padStart(ORDINAL_HEX, '0')
  },
  decode(hex) {
    const ordinal = Number.parseInt(hex.slice(BASE_HEX), 16) >> 1
    return `msg_${BASE.decode(hex.slice(0, BASE_HEX))}${encodeNumber(ordinal, 3)}0`
  },
}

const CONNECTION_DIGITS = 17
const CONNECTION_HEX = 22

/** Eleven bytes of a connection id. */
export const CONNECTION: Bytes<ConnectionId> = remembering({
  encode(id) {
    if (id.length !== PREFIX + CONNECTION_DIGITS) throw new RangeError('a connection id of another length')
    return hexOf(id.slice(PREFIX)).slice(0, CONNECTION_HEX)
  },
  decode: (hex) => `con_${digitsOf(hex, CONNECTION_DIGITS)}`,
})

const ALL = 'z'

/**
 * Hex of a bound of ids: `prefix_`, digits of the beginning, and `~` for what is behind all that begin so. Characters that are no
 * digits do not matter, for a bound may be a caller's cursor. `''` is before all.
 */
export function boundHex(bound: string, length: 'base' | 'id'): string {
  if (bound === '') return ''
  const isEnd = bound.endsWith('~')
  const digits = bound.slice(bound.indexOf('_') + 1).replace(/[^0-9a-hjkmnp-tv-z]/g, '')
  const fill = isEnd ? ALL : '0'
  const base = hexOf(digits.slice(0, BASE_DIGITS).padEnd(BASE_DIGITS + 1, fill))
  if (length === 'base') return base
  const ordinal = decodeNumber(digits.slice(BASE_DIGITS, BASE_DIGITS + 3).padEnd(3, fill)) ?? 0
  return base + (ordinal * 2 + (isEnd ? 1 : 0)).toString(16).padStart(ORDINAL_HEX, '0')
}

/** SQL of the bounds of the ids of a base's messages, which begin with it. */
export const idsOfBase = (id: string, base: string): string =>
  `${id} >= ${base} AND ${id} < CAST(${base} || x'ff' AS BLOB)`

/** Outcomes of the latest attempt. again: it is over, and the message is open for a next one although a carrier accepted it. */
export const OUTCOMES = { accepted: 1, rejected: 2, deferred: 3, repeat: 4, unknown: 5, again: 6 } as const
export type StoredOutcome = keyof typeof OUTCOMES
const OUTCOME_NAMES = Object.keys(OUTCOMES) as readonly StoredOutcome[]
export function outcomeOf(code: number): StoredOutcome {
  const outcome = OUTCOME_NAMES[code - 1]
  if (!outcome) throw new RangeError(`no outcome has the code ${code}`)
  return outcome
}

/** Encodings that have a number; a channel that is not ours may have others, which stand as texts. */
const ENCODINGS = ['', 'gsm-7', 'ucs-2', 'voice', 'text', 'mime', 'push'] as const

/** What a message is, for good. */
export interface Kind {
  readonly direction: Direction
  readonly batched: boolean
  readonly purpose: Purpose
  readonly channel: ChannelName
  readonly encoding: string
  /** True of a message that carries a one-time code of a verification. */
  readonly isCode?: boolean
}

/** Bits of `kind`, from the lowest: inbound 1 · batched 1 · purpose 2 · channel 4 · encoding 4 · code 1. */
const AT = { batched: 1, purpose: 2, channel: 4, encoding: 8, code: 12 } as const
const PURPOSE_MASK = 3
const NAME_MASK = 15

/** Number of an encoding; `NAME_MASK`: it stands as a text beside. */
const encodingNumber = (encoding: string): number => {
  const at = (ENCODINGS as readonly string[]).indexOf(encoding)
  return at < 0 ? NAME_MASK : at
}

export const directionNumber = (direction: Direction): 0 | 1 => (direction === 'inbound' ? 1 : 0)

export const kindNumber = ({ direction, batched, purpose, channel, encoding, isCode }: Kind): number =>
  directionNumber(direction) |
  (batched ? 1 << AT.batched : 0) |
  (PURPOSES.indexOf(purpose) << AT.purpose) |
  (CHANNELS.indexOf(channel) << AT.channel) |
  (encodingNumber(encoding) << AT.encoding) |
  (isCode ? 1 << AT.code : 0)

/** Text of an encoding that has no number; null for the others. */
export const encodingText = (encoding: string): string | null =>
  encodingNumber(encoding) === NAME_MASK ? encoding : null

/** Undoes `kindNumber`. `encoding`: the text beside. Throws a RangeError for a number that no version wrote. */
export function kindOf(kind: number, encoding: string | null): Kind {
  const purpose = PURPOSES[(kind >> AT.purpose) & PURPOSE_MASK]
  const channel = CHANNELS[(kind >> AT.channel) & NAME_MASK]
  const known = encoding ?? ENCODINGS[(kind >> AT.encoding) & NAME_MASK]
  if (!purpose || !channel || known === undefined) throw new RangeError(`no message is of the kind ${kind}`)
  return {
    direction: (kind & 1) === 1 ? 'inbound' : 'outbound',
    batched: ((kind >> AT.batched) & 1) === 1,
    purpose,
    channel,
    encoding: known,
    ...(((kind >> AT.code) & 1) === 1 ? { isCode: true } : {}),
  }
}

/** SQL of a row's direction (0 outbound, 1 inbound) and of its channel's number. */
export const DIRECTION_SQL = '(kind & 1)'
export const CHANNEL_SQL = `(kind >> ${AT.channel} & ${NAME_MASK})`
