import type { Channel, ChannelName } from '#worker/domain/carriers/channel.ts'
import type { InboundMessage } from '#worker/domain/carriers/provider.ts'
import { eventIdOf, type MessageId } from '#worker/domain/ids.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { keywordOf } from '#worker/domain/tenants/keywords.ts'
import { policyPack } from '#worker/domain/tenants/policy-packs/all.ts'
import type { Policy } from '#worker/domain/tenants/tenant.ts'
import { markOf } from '#worker/flows/core/person.ts'
import type { Wish } from '#worker/flows/people/opt-outs.ts'
import type { Identity } from '#worker/store/aliases.ts'

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
  /** What the person asks for, where the carrier has read it. */
  readonly asks: InboundMessage['asks']
  /** True if parts of it never came. */
  readonly incomplete: true | undefined
  /** Other known addresses of the person. */
  readonly others: readonly Identity[]
}

/**
 * Answers what a message asks for. A carrier that has read it decides, because it acts on what it read; else the words do
 * (requirements R-4).
 */
function askedIn(policy: Policy, { channel, content, asks, incomplete }: Said): Pick<Wish, 'asks' | 'source'> | null {
  if (asks === 'help') return null
  // The person's word all the same: the tenant may lift it, and no code is held back.
  if (asks === 'stop') return { asks, source: 'keyword' }
  if (asks === 'start') return { asks, source: 'carrier' }
  if (asks === 'block') return { asks: 'stop', source: 'recipient' }
  if (asks === 'unblock') return { asks: 'start', source: 'recipient' }
  const keyword = keywordOf(policyPack(policy.pack), channel.words(content), policy.keywords)
  const onlyStops = incomplete === true || channel.anySender === true || channel.onlyStops?.(content) === true
  if (keyword === null || (keyword === 'start' && onlyStops)) return null
  return { asks: keyword, source: 'keyword' }
}

/** Reads the wishes in a message: one for each address of the person, so that an opt-out holds for all of them. */
export function wishesOf(said: Said): readonly Wish[] {
  const { policy, message, others } = said
  const asked = policy && askedIn(policy, said)
  if (!asked) return []
  const { realm, id: messageId, channel, line, party, partyKey } = message
  const common = { ...asked, policy, realm, channel, line, messageId }
  const own = { ...common, party, partyKey, eventId: eventIdOf(messageId, asked.asks) }
  return [
    own,
    ...others.map((other) => ({
      ...common,
      ...other,
      eventId: eventIdOf(messageId, `${asked.asks}_${markOf(other.partyKey)}`),
    })),
  ]
}
