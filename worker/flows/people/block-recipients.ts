import type { ChannelName } from '#worker/domain/carriers/channel.ts'
import type { Suppress } from '#worker/domain/carriers/provider.ts'
import { type ConnectionId, eventIdOf, type MessageId } from '#worker/domain/ids.ts'
import { type Realm, tenantOf } from '#worker/domain/realm.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { spokenFor } from '#worker/flows/carriers/spoken-for.ts'
import { policyOf } from '#worker/flows/core/admission.ts'
import { personKeys } from '#worker/flows/core/person.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { applyWishes, type Wish } from './opt-outs.ts'

/** A message by which a carrier says that its line must not write to the recipient any more. */
export interface BlockedRecipient {
  readonly realm: Realm
  readonly id: MessageId
  readonly channel: ChannelName
  readonly party: string
  readonly line: string
  readonly at: EpochMs
  readonly suppress: Suppress
}

/**
 * Makes carriers' blocks suppressions of those recipients for those lines, and tells them, whichever way the carrier said it: in
 * its answer to a submit, in a report, in a bounce. Tenants cannot lift a carrier's own (requirements R-6).
 */
export async function blockRecipients(
  platform: Platform,
  connection: ConnectionId,
  blocked: readonly BlockedRecipient[],
): Promise<void> {
  if (blocked.length === 0) return
  const keptIn = await spokenFor(platform, connection)
  for (const [realm, own] of Map.groupBy(blocked, (one) => keptIn(one.realm))) {
    const policy = await policyOf(platform, tenantOf(realm))
    if (!policy) continue
    const keys = await personKeys(
      platform,
      own.map(({ channel, party }) => ({ realm, channel: platform.channels[channel], address: party })),
    )
    const wishes = own.map(({ id: messageId, channel, party, line, at, suppress }, i): Wish => {
      const told = { party, messageId, eventId: eventIdOf(messageId, 'blocked'), at }
      const source = suppress === true ? 'carrier' : suppress
      return { asks: 'stop', source, policy, realm, channel, partyKey: keys[i] ?? '', line, ...told }
    })
    await applyWishes(platform, wishes, platform.now())
  }
}
