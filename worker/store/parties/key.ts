import type { Realm } from '#worker/domain/realm.ts'
import type { Keys } from '#worker/store/keys/keyring.ts'
import { sipHash, sipHash128 } from '#worker/store/keys/sip-hash.ts'

/** Key of a person in one month, as the entries of that month have it. */
export interface PartyKey {
  readonly month: number
  /** 16 hexadecimal digits. */
  readonly key: string
}

/**
 * Blind index of a person: 32 hexadecimal digits of SipHash by the tenant's standing pair, so that no look-up uses the address
 * itself. It covers the realm (which holds no space): no two realms have an equal one.
 */
export const partyKeyOf = ({ sip }: Pick<Keys, 'sip'>, realm: Realm, person: string): string =>
  sipHash128(sip, `${realm} ${person}`)

/**
 * Key of a person's entries in the month of these keys, made of the person's key. When the month's keys are forgotten, no copy
 * tells any more whose its entries were.
 */
export const entryKey = ({ sip }: Pick<Keys, 'sip'>, partyKey: string): string => sipHash(sip, partyKey)

/** Keys by which a person is searched in some months. */
export const searchKeys = (months: readonly Pick<Keys, 'number' | 'sip'>[], partyKey: string): readonly PartyKey[] =>
  months.map((keys) => ({ month: keys.number, key: entryKey(keys, partyKey) }))
