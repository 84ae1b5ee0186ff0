import type { Channel, ChannelName } from '#worker/domain/carriers/channel.ts'
import { eventIdOf, type MessageId } from '#worker/domain/ids.ts'
import type { TenantEvent } from '#worker/domain/messages/events.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { type Keyword, keywordOf } from '#worker/domain/tenants/keywords.ts'
import { policyPack } from '#worker/domain/tenants/policy-packs/all.ts'
import { homeShard, type Policy } from '#worker/domain/tenants/tenant.ts'
import { type EpochMs, toTimestamp } from '#worker/domain/time.ts'
import { markOf } from '#worker/flows/core/person.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { commitWhatHappened } from '#worker/flows/events/commit.ts'
import { type Emission, emissionOf } from '#worker/flows/events/emit.ts'
import { plainEvent } from '#worker/flows/events/events.ts'
import type { Identity } from '#worker/store/aliases.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import { addSuppressions, removeSuppressions, type SuppressionKey } from '#worker/store/suppressions.ts'

/** A person's opt-out or opt-in, for one line of one tenant. */
interface Wish extends SuppressionKey {
  readonly keyword: Keyword
  readonly policy: Policy
  readonly party: string
  /** Message with the keyword. */
  readonly messageId: MessageId
  /** True if `party` is another address of the person than the one that wrote. */
  readonly isOther: boolean
}

/** A message of a person's to a line; `policy` is null if nobody owns the line. */
interface Said {
  readonly channel: Channel
  readonly policy: Policy | null
  readonly message: {
    readonly realm: Realm
    readonly id: MessageId
    readonly channel: ChannelName
    readonly partyKey: string
    readonly party: string
    readonly line: string
  }
  readonly content: unknown
  /** Other known addresses of the person. */
  readonly others: readonly Identity[]
}

/**
 * Reads the wishes in a message that is a keyword of its tenant's policy pack (requirements R-4): one for each address of the
 * person, so that an opt-out holds for all of them.
 */
export function wishesOf({ channel, policy, message, content, others }: Said): readonly Wish[] {
  if (!policy) return []
  const keyword = keywordOf(policyPack(policy.pack), channel.words(content))
  if (keyword === null || (keyword === 'start' && channel.anySender)) return []
  const { realm, id: messageId, line, party, partyKey } = message
  const common = { keyword, policy, realm, channel: message.channel, line, messageId }
  const own = { ...common, party, partyKey, isOther: false }
  return [own, ...others.map((other) => ({ ...common, ...other, isOther: true }))]
}

const keyOf = ({ realm, channel, partyKey, line }: SuppressionKey): string =>
  JSON.stringify([realm, channel, partyKey, line])

/**
 * Splits wishes into rounds that are applied in turn, so that each person's keep their order: a round has at most one of a
 * person.
 */
export function roundsOf<Asked extends SuppressionKey & Pick<Wish, 'keyword'>>(wishes: readonly Asked[]): Asked[][] {
  const rounds: Asked[][] = []
  for (const own of Map.groupBy(wishes, keyOf).values()) {
    // Drops a wish that repeats the person's last one.
    const turns = own.filter(({ keyword }, i) => keyword !== own[i - 1]?.keyword)
    for (const [i, wish] of turns.entries()) {
      const round = rounds[i]
      if (round) round.push(wish)
      else rounds.push([wish])
    }
  }
  return rounds
}

function eventOf({ keyword, channel, party, line, messageId, partyKey, isOther }: Wish, now: EpochMs): TenantEvent {
  const type = keyword === 'stop' ? 'suppression.added' : 'suppression.removed'
  const data = { channel, recipient: party, sender: line, source: 'keyword', messageId, at: toTimestamp(now) }
  return plainEvent(eventIdOf(messageId, isOther ? `${keyword}_${markOf(partyKey)}` : keyword), type, now, data)
}

function emissionOfWishes(shard: number, wishes: readonly Wish[], now: EpochMs): Emission {
  const emissions = [...Map.groupBy(wishes, ({ realm }) => realm)].map(([realm, own]) =>
    emissionOf(
      { policy: own[0]?.policy ?? null, realm, shard },
      own.map((wish) => eventOf(wish, now)),
      now,
    ),
  )
  return { shard, jobs: emissions.flatMap(({ jobs }) => jobs), rows: emissions.flatMap(({ rows }) => rows) }
}

/** Suppresses or restores these people for their line and tenant, and tells of each change. */
async function applyRound(platform: Platform, shard: number, round: readonly Wish[], now: EpochMs): Promise<void> {
  const db = shardOfEnv(platform.env, shard)
  const [stops, starts] = [
    round.filter(({ keyword }) => keyword === 'stop'),
    round.filter(({ keyword }) => keyword === 'start'),
  ]
  const suppressions = stops.map((wish) => ({ ...wish, source: 'keyword' as const, createdAt: now }))
  const statements = [
    ...(stops.length > 0 ? [addSuppressions(db, suppressions)] : []),
    ...(starts.length > 0 ? [removeSuppressions(db, starts)] : []),
  ]
  const expected = emissionOfWishes(shard, round, now)
  await commitWhatHappened<SuppressionKey>(platform, statements, expected, (results) => {
    const changed = new Set(results.flatMap((result) => result.results.map(keyOf)))
    const told = round.filter((wish) => changed.has(keyOf(wish)))
    return told.length === round.length ? expected : emissionOfWishes(shard, told, now)
  })
}

/** Applies opt-outs and opt-ins, each person's in the order in which they came. */
export async function applyWishes(platform: Platform, wishes: readonly Wish[], now: EpochMs): Promise<void> {
  for (const [shard, own] of Map.groupBy(wishes, ({ policy }) => homeShard(policy)))
    for (const round of roundsOf(own)) await applyRound(platform, shard, round, now)
}
