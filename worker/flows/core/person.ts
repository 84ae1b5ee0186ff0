import type { Region } from '#worker/domain/addresses/number-plans.ts'
import type { Channel } from '#worker/domain/carriers/channel.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { partyKeyOf } from '#worker/store/codec.ts'
import type { Platform } from './platform.ts'

/** Who is meant by a canonical address: one text for all of a person's spellings on that channel. */
export const personOf = (channel: Pick<Channel, 'person'>, address: string): string =>
  channel.person?.(address) ?? address

/**
 * THE ONE WAY from an address to the person in the ledger: opt-outs, threads, lists, sessions and carriers' blocks are found
 * by it (docs/decisions/0015-who-is-meant.md). 16 bytes in base64url, another for every realm, so that two tenants who
 * compare theirs learn nothing. `address` is canonical: what `Channel.address` or `heardAddress` gave.
 */
export const personKey = (
  { config }: Pick<Platform, 'config'>,
  realm: Realm,
  channel: Pick<Channel, 'person'>,
  address: string,
): Promise<string> => partyKeyOf(config.indexKey, realm, personOf(channel, address))

const BARE_DIGITS = /^[1-9]\d{6,14}$/

/**
 * An address as a carrier wrote it, in the channel's form: numbers also bare (`5215512345678`, what carriers call an
 * MSISDN) where the region reads them otherwise. What is no address stays as it came, and is a person of its own.
 */
export function heardAddress(channel: Pick<Channel, 'address'>, input: string, region: Region | null): string {
  for (const spelling of BARE_DIGITS.test(input) ? [input, `+${input}`] : [input])
    try {
      return channel.address(spelling, region).value
    } catch {
      // The next may be one.
    }
  return input
}
