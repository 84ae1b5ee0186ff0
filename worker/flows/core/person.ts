import type { Region } from '#worker/domain/addresses/number-plans.ts'
import type { Channel } from '#worker/domain/carriers/channel.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { crc32 } from '#worker/lib/crc32.ts'
import { keyOwnerOf } from '#worker/store/keys/rows.ts'
import { partyKeyOf } from '#worker/store/parties/key.ts'
import type { Platform } from './platform.ts'

/** Answers who is meant by a canonical address: one text for all spellings of a person's number on that channel. */
export const personOf = (channel: Pick<Channel, 'person'>, address: string): string =>
  channel.person?.(address) ?? address

/**
 * THE ONE WAY from an address to the person in the ledger: opt-outs, threads, lists, sessions and carriers' blocks are found
 * by it (docs/decisions/0015-who-is-meant.md). 32 hexadecimal digits by the tenant's standing pair, another for every
 * realm, so that two tenants who compare theirs learn nothing. `address` is canonical: what `Channel.address` or
 * `heardAddress` gave.
 */
export async function personKey(
  { keys }: Pick<Platform, 'keys'>,
  realm: Realm,
  channel: Pick<Channel, 'person'>,
  address: string,
): Promise<string> {
  return partyKeyOf(await keys.standing(keyOwnerOf(realm)), realm, personOf(channel, address))
}

/** An address of a person, whose key is looked for. */
interface Addressed {
  readonly realm: Realm
  readonly channel: Pick<Channel, 'person'>
  readonly address: string
}

/** As `personKey`, of many addresses: the keys in their order. Asks once for each tenant's keys. */
export async function personKeys(
  { keys }: Pick<Platform, 'keys'>,
  people: readonly Addressed[],
): Promise<readonly string[]> {
  const realms = [...new Set(people.map(({ realm }) => realm))]
  const standing = new Map(
    await Promise.all(realms.map(async (realm) => [realm, await keys.standing(keyOwnerOf(realm))] as const)),
  )
  return people.map(({ realm, channel, address }) => {
    const own = standing.get(realm)
    return own ? partyKeyOf(own, realm, personOf(channel, address)) : ''
  })
}

/**
 * Short mark that tells a person's addresses apart in ids of events. It is always the same, and no person can be found by
 * it.
 */
export const markOf = (partyKey: string): string => crc32(partyKey).toString(16).padStart(8, '0')

/** Regions by which a carrier's spelling of a number is read. */
export interface Spelling {
  /** The carrier's own country, whose forms it uses; null: none. */
  readonly home: Region | null
  /** The tenant's region, by which a number with the zero of national dialling is read if the carrier has no country. */
  readonly region: Region | null
}
/** Spelling of carriers that always write the country code, with or without `+`. */
export const ABROAD: Spelling = { home: null, region: null }

const BARE_DIGITS = /^[1-9]\d{6,14}$/

/**
 * Reads an address as a carrier wrote it into the channel's form. Bare digits (`5215512345678`, what carriers call an MSISDN)
 * begin with the country code, unless they are a number of the carrier's own country. A text that is no address stays as it
 * came, and counts as a person.
 */
export function heardAddress(channel: Pick<Channel, 'address'>, input: string, { home, region }: Spelling): string {
  const isBare = BARE_DIGITS.test(input)
  for (const spelling of !isBare ? [input] : home ? [input, `+${input}`] : [`+${input}`, input])
    try {
      return channel.address(spelling, home ?? region).value
    } catch {
      // Goes on with the next candidate.
    }
  return input
}
