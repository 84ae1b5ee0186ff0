import type { EpochMs } from '#worker/domain/time.ts'
import { fromBase64, toHex } from '#worker/lib/bytes.ts'
import { monthOf } from '#worker/store/keys/month.ts'
import { KEY_BYTES } from './entry.ts'

/** Key of a person in one month, as the entries of that month have it. */
export interface PartyKey {
  readonly month: number
  /** 16 hexadecimal digits. */
  readonly key: string
}

/** Months back from now that a search looks in: more than the retention. */
const MONTHS = 8

/** Key of an entry: the first eight bytes of a person's key (codec.ts). */
export function entryKey(partyKey: string): string {
  const bytes = fromBase64(partyKey)
  if (!bytes || bytes.length < KEY_BYTES) throw new RangeError('a party key of another form')
  return toHex(bytes.subarray(0, KEY_BYTES))
}

/** Keys by which a person is searched. */
export function searchKeys(partyKey: string, now: EpochMs): readonly PartyKey[] {
  const key = entryKey(partyKey)
  const newest = monthOf(now)
  return Array.from({ length: Math.min(MONTHS, newest) }, (_, n) => ({ month: newest - n, key }))
}
