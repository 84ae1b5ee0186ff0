import type { Channel } from '#worker/domain/carriers/channel.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { homeShard, type Policy } from '#worker/domain/tenants/tenant.ts'
import { type Alias, aliasesOf, aliasStatement, type Identity } from '#worker/store/aliases.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import { personKey, personOf } from './person.ts'
import type { Platform } from './platform.ts'

/** A person as one address names them. */
export interface Named extends Identity {
  readonly policy: Policy
  readonly realm: Realm
  readonly channel: Channel
  /** Another address of theirs that the carrier named beside it. */
  readonly also?: string | undefined
}

/** A person by one of their addresses, which is canonical. */
export async function namedBy(
  platform: Platform,
  { policy, realm }: Pick<Named, 'policy' | 'realm'>,
  channel: Channel,
  party: string,
): Promise<Named> {
  return { policy, realm, channel, party, partyKey: await personKey(platform, realm, channel, party) }
}

/** What the carriers' own words teach: null where both addresses are one by the number plan already. */
async function aliasOf(platform: Platform, { realm, channel, party, partyKey, also }: Named): Promise<Alias | null> {
  if (also === undefined || personOf(channel, also) === personOf(channel, party)) return null
  const other = { party: also, partyKey: await personKey(platform, realm, channel, also) }
  return { realm, channel: channel.name, both: [{ party, partyKey }, other] }
}

/** Keeps what carriers said of these people, so that later either address leads to the person. */
export async function learnAliases(platform: Platform, people: readonly Named[]): Promise<void> {
  const learners = people.filter(({ channel }) => channel.aliases)
  for (const [shard, own] of Map.groupBy(learners, ({ policy }) => homeShard(policy))) {
    const aliases = (await Promise.all(own.map((one) => aliasOf(platform, one)))).filter((alias) => alias !== null)
    if (aliases.length > 0) await aliasStatement(shardOfEnv(platform.env, shard), aliases, platform.now()).run()
  }
}

/**
 * All addresses that are known of each person, their own first; in the order of `people`. Asks the database only on channels
 * whose carriers tell of several.
 */
export async function identitiesOf(
  platform: Platform,
  people: readonly Named[],
): Promise<readonly (readonly Identity[])[]> {
  const others = new Map<Named, readonly Identity[]>()
  const learners = people.filter(({ channel }) => channel.aliases)
  for (const [shard, own] of Map.groupBy(learners, ({ policy }) => homeShard(policy))) {
    const keys = own.map(({ realm, channel, partyKey }) => [realm, channel.name, partyKey] as const)
    const found = await aliasesOf(shardOfEnv(platform.env, shard), keys)
    for (const [i, one] of own.entries()) others.set(one, found[i] ?? [])
  }
  return people.map((one) => [{ party: one.party, partyKey: one.partyKey }, ...(others.get(one) ?? [])])
}
