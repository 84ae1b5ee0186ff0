import type { EpochMs } from '#worker/domain/time.ts'
import { monthOf } from '#worker/store/keys/month.ts'

/** Key of a person in one month, as the entries of that month have it. */
export interface PartyKey {
  readonly month: number
  /** 16 hexadecimal digits. */
  readonly key: string
}

/** Months back from now that a search looks in: more than the retention. */
const MONTHS = 8

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const VALUES = new Map([...BASE64].map((digit, value) => [digit.charCodeAt(0), value]))
/** Digits of base64url that hold eight bytes: five times 12 bits, and 4 of the last one. */
const DIGITS = 11

function sixBits(text: string, at: number): number {
  const value = VALUES.get(text.charCodeAt(at))
  if (value === undefined) throw new RangeError('a party key of another form')
  return value
}

/** Key of an entry: the first eight bytes of a person's key (codec.ts), which is base64url. One is made with every message. */
export function entryKey(partyKey: string): string {
  let hex = ''
  for (let at = 0; at < DIGITS - 1; at += 2)
    hex += ((sixBits(partyKey, at) << 6) | sixBits(partyKey, at + 1) | 0x1000).toString(16).slice(1)
  return hex + (sixBits(partyKey, DIGITS - 1) >> 2).toString(16)
}

/** Keys by which a person is searched. */
export function searchKeys(partyKey: string, now: EpochMs): readonly PartyKey[] {
  const key = entryKey(partyKey)
  const newest = monthOf(now)
  return Array.from({ length: Math.min(MONTHS, newest) }, (_, n) => ({ month: newest - n, key }))
}
