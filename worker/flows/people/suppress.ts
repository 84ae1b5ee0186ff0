import { type ChannelName, channelNamed } from '#worker/domain/carriers/channel.ts'
import type { RequestId } from '#worker/domain/ids.ts'
import { Problem } from '#worker/domain/problem.ts'
import { homeShard, type Policy } from '#worker/domain/tenants/tenant.ts'
import { toTimestamp } from '#worker/domain/time.ts'
import type { Principal } from '#worker/flows/auth/principal.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { changeAndTell, type Emission, emissionOf } from '#worker/flows/events/emit.ts'
import { plainEvent } from '#worker/flows/events/events.ts'
import { resolveSender, under } from '#worker/flows/messages/send-body.ts'
import { partyKeyOf } from '#worker/store/codec.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import {
  addSuppressions,
  removeSuppressions,
  type Suppression,
  suppressionsOfParty,
} from '#worker/store/suppressions.ts'

/** Whom an opt-out concerns, as the tenant names it. Without a sender: all of the tenant's. */
export interface SuppressionTarget {
  readonly channel: ChannelName
  readonly recipient: string
  readonly sender?: string | undefined
}

interface SuppressionKey {
  readonly party: string
  readonly partyKey: string
  readonly line: string
}

/** The recipient's canonical form and blind index, and the line; 422 for what is neither. */
export async function suppressionKey(
  platform: Platform,
  policy: Policy,
  target: SuppressionTarget,
): Promise<SuppressionKey> {
  const channel = channelNamed(platform.channels, target.channel)
  let party: string
  try {
    party = channel.address(target.recipient).value
  } catch (error) {
    throw under(error, '/recipient')
  }
  const line = target.sender === undefined ? '' : resolveSender(policy, channel, target.sender, '/sender').address.value
  return { party, partyKey: await partyKeyOf(platform.config.indexKey, party), line }
}

function emissionFor(
  platform: Platform,
  principal: Principal,
  request: RequestId,
  type: 'suppression.added' | 'suppression.removed',
  target: SuppressionTarget,
  key: SuppressionKey,
): Emission {
  const now = platform.now()
  const data = {
    channel: target.channel,
    recipient: key.party,
    sender: key.line === '' ? null : key.line,
    source: 'api',
    at: toTimestamp(now),
  }
  const event = plainEvent(`evt_${request.slice(4)}_api`, type, now, data)
  return emissionOf(principal.policy, principal.realm, homeShard(principal.policy), [event], now)
}

/** Adds an opt-out; one that is there already stays as it is. */
export async function addSuppression(
  platform: Platform,
  principal: Principal,
  target: SuppressionTarget,
  request: RequestId,
): Promise<{ readonly suppression: Suppression; readonly isNew: boolean }> {
  const key = await suppressionKey(platform, principal.policy, target)
  const db = shardOfEnv(platform.env, homeShard(principal.policy))
  const fresh: Suppression = {
    realm: principal.realm,
    channel: target.channel,
    ...key,
    source: 'api',
    messageId: null,
    createdAt: platform.now(),
  }
  const emission = emissionFor(platform, principal, request, 'suppression.added', target, key)
  if (await changeAndTell(platform, db, addSuppressions(db, [fresh]), emission))
    return { suppression: fresh, isNew: true }
  const present = await suppressionsOfParty(db, principal.realm, target.channel, key.partyKey)
  return { suppression: present.find(({ line }) => line === key.line) ?? fresh, isNew: false }
}

/** Lifts an opt-out; 404 if there is none, 409 if it is a carrier's, which only the carrier lifts. */
export async function liftSuppression(
  platform: Platform,
  principal: Principal,
  target: SuppressionTarget,
  request: RequestId,
): Promise<void> {
  const key = await suppressionKey(platform, principal.policy, target)
  const db = shardOfEnv(platform.env, homeShard(principal.policy))
  const removal = removeSuppressions(db, [{ realm: principal.realm, channel: target.channel, ...key }])
  const emission = emissionFor(platform, principal, request, 'suppression.removed', target, key)
  if (await changeAndTell(platform, db, removal, emission)) return
  const present = await suppressionsOfParty(db, principal.realm, target.channel, key.partyKey)
  if (present.some(({ line }) => line === key.line))
    throw new Problem('conflict', { detail: 'the carrier itself blocks this recipient' })
  throw new Problem('not-found')
}
