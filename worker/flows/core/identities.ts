import type { Channel } from '#worker/domain/carriers/channel.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { homeShard, type Policy } from '#worker/domain/tenants/tenant.ts'
import { type Alias, aliasStatements } from '#worker/store/alias-writes.ts'
import { type AliasLedger, aliasesOf, type Identity } from '#worker/store/aliases.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import { personKey, personOf } from './person.ts'
import type { Platform } from './platform.ts'

/** A person by one of their addresses. */
export interface Named extends Identity {
  readonly policy: Policy
  readonly realm: Realm
  readonly channel: Channel
  /** Another address of the person that the carrier named beside it. */
  readonly also?: string | undefined
}

const ledgerOf = ({ env, keys }: Platform, shard: number): AliasLedger => ({ db: shardOfEnv(env, shard), keys })

/** Makes a person of one of their addresses, which must be canonical. */
export async function namedBy(
  platform: Platform,
  { policy, realm }: Pick<Named, 'policy' | 'realm'>,
  channel: Channel,
  party: string,
): Promise<Named> {
  return { policy, realm, channel, party, partyKey: await personKey(platform, realm, channel, party) }
}

/** Answers the other address that a carrier named; null if both are the same person by the number plan already. */
async function otherOf(platform: Platform, { realm, channel, party, also }: Named): Promise<Identity | null> {
  if (also === undefined || personOf(channel, also) === personOf(channel, party)) return null
  return { party: also, partyKey: await personKey(platform, realm, channel, also) }
}

/**
 * Keeps the other addresses that carriers named, in the order of `people`, so that either address leads to the person
 * later.
 */
export async function learnAliases(platform: Platform, told: Alias['told'], people: readonly Named[]): Promise<void> {
  const learners = people.filter(({ channel }) => channel.aliases)
  for (const [shard, own] of Map.groupBy(learners, ({ policy }) => homeShard(policy))) {
    const others = await Promise.all(own.map((one) => otherOf(platform, one)))
    const aliases = own.flatMap(({ realm, channel, party, partyKey }, i): Alias[] => {
      const other = others[i]
      return other ? [{ realm, channel: channel.name, told, both: [{ party, partyKey }, other] }] : []
    })
    const ledger = ledgerOf(platform, shard)
    if (aliases.length > 0) await ledger.db.batch(await aliasStatements(ledger, aliases, platform.now()))
  }
}

/**
 * Answers all known addresses of each person in the order of `people`: the given one first, then those that carriers named
 * beside it. Asks the database only on channels whose carriers name several.
 */
export async function identitiesOf(
  platform: Platform,
  people: readonly Named[],
): Promise<readonly (readonly Identity[])[]> {
  const others = new Map<Named, readonly Identity[]>()
  const learners = people.filter(({ channel }) => channel.aliases)
  for (const own of Map.groupBy(learners, ({ realm, channel }) => `${realm} ${channel.name}`).values()) {
    const [first] = own
    if (!first) continue
    const { policy, realm, channel } = first
    const keys = own.map(({ partyKey }) => partyKey)
    const found = await aliasesOf(ledgerOf(platform, homeShard(policy)), realm, channel.name, keys)
    for (const [i, one] of own.entries()) others.set(one, found[i] ?? [])
  }
  return Promise.all(
    people.map(async (one) => {
      const told = await otherOf(platform, one)
      const all = [{ party: one.party, partyKey: one.partyKey }, ...(told ? [told] : []), ...(others.get(one) ?? [])]
      return [...new Map(all.map((identity) => [identity.partyKey, identity])).values()]
    }),
  )
}
