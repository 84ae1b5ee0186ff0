import type { Realm } from '#worker/domain/realm.ts'
import { toBase64Url } from '#worker/lib/bytes.ts'
import { hmac } from '#worker/lib/hmac.ts'
import type { Keys } from '#worker/store/keys/keyring.ts'
import { sipHash } from '#worker/store/keys/sip-hash.ts'

/** Key of a person in one month, as the entries of that month have it. */
export interface PartyKey {
  readonly month: number
  /** 16 hexadecimal digits. */
  readonly key: string
}

/**
 * Blind index of a person: 16 bytes of HMAC-SHA-256 by the tenant's standing index key, in base64url, so that no look-up uses the
 * address itself. It covers the realm (which holds no space): no two realms have an equal one.
 */
export async function partyKeyOf({ index }: Pick<Keys, 'index'>, realm: Realm, person: string): Promise<string> {
  return toBase64Url((await hmac(index, `${realm} ${person}`)).subarray(0, 16))
}

/**
 * Key of a person's entries in the month of these keys, made of the person's key. When the month's keys are forgotten, no copy
 * tells any more whose its entries were.
 */
export const entryKey = ({ entry }: Pick<Keys, 'entry'>, partyKey: string): string => sipHash(entry, partyKey)

/** Keys by which a person is searched in some months. */
export const searchKeys = (months: readonly Pick<Keys, 'number' | 'entry'>[], partyKey: string): readonly PartyKey[] =>
  months.map((keys) => ({ month: keys.number, key: entryKey(keys, partyKey) }))
