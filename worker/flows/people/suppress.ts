import { type ChannelName, channelNamed, under } from '#worker/domain/carriers/channel.ts'
import type { RequestId } from '#worker/domain/ids.ts'
import { Problem } from '#worker/domain/problem.ts'
import { modeOf } from '#worker/domain/realm.ts'
import { quotaFull } from '#worker/domain/tenants/quotas.ts'
import { homeShard } from '#worker/domain/tenants/tenant.ts'
import { type EpochMs, toTimestamp } from '#worker/domain/time.ts'
import type { Principal } from '#worker/flows/auth/principal.ts'
import { identitiesOf, namedBy } from '#worker/flows/core/identities.ts'
import { markOf } from '#worker/flows/core/person.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { commitIfTold } from '#worker/flows/events/commit.ts'
import { type Emission, emissionOf, homeAudience } from '#worker/flows/events/emit.ts'
import { plainEvent } from '#worker/flows/events/events.ts'
import { resolveSender } from '#worker/flows/messages/senders.ts'
import type { Identity } from '#worker/store/aliases.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import { countsOf } from '#worker/store/quotas/counts.ts'
import {
  addWithinQuota,
  countRemoved,
  type OpenedSuppression,
  openSuppressions,
  removeSuppressions,
  type Suppression,
  sealSuppressions,
  suppressionsOfParty,
} from '#worker/store/suppressions.ts'

/** Recipient and sender of an opt-out as the tenant writes them. Without a sender it holds for all of the tenant's. */
interface SuppressionTarget {
  readonly channel: ChannelName
  readonly recipient: string
  readonly sender?: string | undefined
}

/** Person and line of an opt-out: first the address that the tenant wrote, then the person's others that are known. */
interface Concerned {
  readonly identities: readonly [Identity, ...Identity[]]
  readonly line: string
}

/** Reads an opt-out's recipient and sender into the ledger's terms; throws a 422 if the channel has no such address. */
export async function concernedBy(
  platform: Platform,
  { realm, policy }: Pick<Principal, 'realm' | 'policy'>,
  target: SuppressionTarget,
): Promise<Concerned> {
  const channel = channelNamed(platform.channels, target.channel)
  let party: string
  try {
    party = channel.address(target.recipient, policy.region).value
  } catch (error) {
    throw under(error, '/recipient')
  }
  const asked = { mode: modeOf(realm), from: target.sender, pointer: '/sender' }
  const line = target.sender === undefined ? '' : resolveSender(policy, channel, asked).address.value
  const named = await namedBy(platform, { policy, realm }, channel, party)
  const [[, ...others] = []] = await identitiesOf(platform, [named])
  return { identities: [named, ...others], line }
}

/** A tenant's request to add or lift an opt-out. */
interface Wanted {
  readonly principal: Pick<Principal, 'realm' | 'policy'>
  readonly request: RequestId
  readonly type: 'suppression.added' | 'suppression.removed'
  readonly target: SuppressionTarget
  readonly line: string
}

/** Makes the event of one address. `mark` tells it from the events of the person's other addresses. */
function emissionFor(
  { principal: { policy, realm }, request, type, target, line }: Wanted,
  { party, mark }: { readonly party: string; readonly mark?: string },
  now: EpochMs,
): Emission {
  const data = {
    channel: target.channel,
    recipient: party,
    sender: line === '' ? null : line,
    source: 'api',
    at: toTimestamp(now),
  }
  const event = plainEvent(`evt_${request.slice(4)}_api${mark === undefined ? '' : `_${mark}`}`, type, now, data)
  return emissionOf(homeAudience(policy, realm), [event], now)
}

/** Adds an opt-out; one that is there already stays as it is, and makes no event. */
export async function addSuppression(
  platform: Platform,
  principal: Principal,
  target: SuppressionTarget,
  request: RequestId,
): Promise<{ readonly suppression: OpenedSuppression; readonly isNew: boolean }> {
  const {
    identities: [{ party, partyKey }],
    line,
  } = await concernedBy(platform, principal, target)
  const db = shardOfEnv(platform.env, homeShard(principal.policy))
  const now = platform.now()
  const fresh: Suppression = {
    realm: principal.realm,
    channel: target.channel,
    partyKey,
    line,
    party,
    source: 'api',
    messageId: null,
    createdAt: now,
  }
  const emission = emissionFor({ principal, request, type: 'suppression.added', target, line }, { party }, now)
  const { tenantId, quotas } = principal.policy
  const sealed = await sealSuppressions(platform.keys, [fresh])
  const statements = sealed.flatMap((row) => addWithinQuota(db, row, quotas.suppressions))
  if (await commitIfTold(platform, statements, emission)) return { suppression: fresh, isNew: true }
  const found = await suppressionsOfParty(db, principal.realm, target.channel, [partyKey])
  const present = await openSuppressions(platform.keys, found)
  const suppression = present.find((one) => one.line === line)
  if (!suppression) {
    const { suppressions } = await countsOf(db, tenantId)
    throw quotaFull('suppressions', quotas.suppressions, suppressions)
  }
  return { suppression, isNew: false }
}

/**
 * Lifts an opt-out of all the person's known addresses. Throws a 404 if there is none, a 409 if it is a carrier's, which only
 * the carrier can lift.
 */
export async function liftSuppression(
  platform: Platform,
  principal: Principal,
  target: SuppressionTarget,
  request: RequestId,
): Promise<void> {
  const { realm, policy } = principal
  const { channel } = target
  const { identities, line } = await concernedBy(platform, principal, target)
  const db = shardOfEnv(platform.env, homeShard(policy))
  let lifted = false
  const [own] = identities
  const wanted = { principal, request, type: 'suppression.removed', target, line } as const
  for (const one of identities) {
    const { party, partyKey } = one
    const key = [{ realm, channel, partyKey, line }]
    const removal = [countRemoved(db, key), removeSuppressions(db, key)]
    const marked = one === own ? { party } : { party, mark: markOf(partyKey) }
    const emission = emissionFor(wanted, marked, platform.now())
    lifted = (await commitIfTold(platform, removal, emission)) || lifted
  }
  if (lifted && identities.length === 1) return
  const keys = identities.map(({ partyKey }) => partyKey)
  const present = await suppressionsOfParty(db, realm, channel, keys)
  if (present.some((one) => one.line === line))
    throw new Problem('conflict', { detail: 'the carrier itself blocks this recipient' })
  if (!lifted) throw new Problem('not-found')
}
