import type { TenantEvent, Transition } from '#worker/domain/messages/events.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { learnAliases, namedBy } from '#worker/flows/core/identities.ts'
import { ABROAD, heardAddress } from '#worker/flows/core/person.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { commit } from '#worker/flows/events/commit.ts'
import { emissionOf, emit } from '#worker/flows/events/emit.ts'
import { messageEvent, rebuildEvents } from '#worker/flows/events/events.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import { deleteWork } from '#worker/store/work.ts'
import { type Group, type Place, SLICE_LIMIT } from './choose-connection.ts'
import { type ClaimedSlice, claimSlice } from './claim.ts'
import { followUps, sendFollowUps } from './next-attempt.ts'
import { type SliceResult, submitSlice } from './submit.ts'
import { aimed, removeUnregistered, targetsOf } from './targets.ts'
import { tellLostAgain } from './tell-lost-again.ts'
import { attemptOf, expiresAt, subjectOf, type Unit, type Verdict } from './unit.ts'
import { recordedEvents, recordSlice, type Settled, settle } from './write-outcome.ts'

/**
 * Events of messages that the claim ended before any carrier was called. What was canceled is told as the ledger has it, for
 * the tenant said so earlier.
 */
async function endedEvents(platform: Platform, realm: Realm, claimed: ClaimedSlice): Promise<readonly TenantEvent[]> {
  const events: TenantEvent[] = []
  const canceled: Transition[] = []
  for (const { unit, verdict } of claimed.ended) {
    const event = messageEvent(subjectOf(unit), verdict.status, claimed.at, verdict.failure)
    if (verdict.status === 'canceled') canceled.push({ realm, id: unit.id, status: 'canceled' })
    else if (event) events.push(event)
  }
  if (canceled.length > 0) events.push(...(await rebuildEvents(platform, realm, canceled)))
  return events
}

const NO_ROUTE: Verdict = {
  status: 'failed',
  failure: { code: 'no-route', detail: 'no active connection carries this message' },
}
/** A pinned job's provider may have the message already: with its connection gone nobody can say. */
const PIN_LOST: Verdict = {
  status: 'unknown',
  failure: { code: 'provider-timeout', detail: 'the provider never answered clearly, and its connection is gone' },
}

/** Ends messages that no connection carries. */
export async function claimWithout(platform: Platform, group: Group, units: readonly Unit[]): Promise<void> {
  const pin = units[0]?.job.pin
  const verdict = pin ? PIN_LOST : NO_ROUTE
  const connection = pin?.connectionId ?? null
  await closeClaim(platform, group, await claimSlice(platform, group, units, connection, verdict))
}

/** Ends a slice of which nothing is left to submit. */
async function closeClaim(platform: Platform, group: Group, claimed: ClaimedSlice): Promise<void> {
  const emission = emissionOf(group, await endedEvents(platform, group.realm, claimed), platform.now())
  await commit(platform, [deleteWork(shardOfEnv(platform.env, group.shard), claimed.work)], emission)
}

/** Keeps the carrier's other names of recipients. Best effort: what is recorded is not undone, and the next message tells again. */
async function learn(
  platform: Platform,
  { policy, realm, channel }: Group,
  settled: readonly Settled[],
): Promise<void> {
  const told = settled.flatMap(({ unit, result }) =>
    result.outcome === 'accepted' && result.alias !== undefined ? [{ to: unit.item.to, also: result.alias }] : [],
  )
  if (told.length === 0) return
  try {
    const people = told.map(async ({ to, also }) => ({
      ...(await namedBy(platform, { policy, realm }, channel, to)),
      also: heardAddress(channel, also, ABROAD),
    }))
    await learnAliases(platform, 'sent', await Promise.all(people))
  } catch (error) {
    platform.log('alias.unlearned', { realm, aliases: told.length, reason: errorLabel(error) })
  }
}

/** One slice over one connection: claim · submit · record · emit. `told` hears of the submits as soon as they are over. */
export async function workSlice(
  platform: Platform,
  group: Group,
  { bound, inFlight }: Place,
  units: readonly Unit[],
  told: (slice: SliceResult) => Promise<void>,
): Promise<void> {
  const startedAt = platform.now()
  const targets = group.channel.registry ? await targetsOf(platform, group, units) : null
  const claimed = await claimSlice(platform, group, units, bound.config.id)
  if (claimed.lost.length > 0) await tellLostAgain(platform, group, claimed.lost)
  if (claimed.won.length === 0) return closeClaim(platform, group, claimed)
  const attempts = claimed.won.map(targets ? (unit) => aimed(attemptOf(unit), targets) : attemptOf)
  const slice = await submitSlice(bound.connection, bound.provider, attempts, inFlight)
  await told(slice)
  const now = platform.now()
  const settled = claimed.won.flatMap((unit, i) => {
    const result = slice.results[i]
    return result ? [settle(unit, result, group.policy)] : []
  })
  const ended = await endedEvents(platform, group.realm, claimed)
  const emission = emissionOf(group, [...ended, ...recordedEvents(settled, now)], now)
  const next = followUps(
    group.policy,
    group.channel,
    group.shard,
    bound.config.id,
    bound.provider,
    settled,
    slice.retryAfter,
    now,
  )
  await recordSlice(platform, {
    shard: group.shard,
    connection: bound.config.id,
    provider: bound.provider,
    settled,
    claim: claimed.work,
    follow: [...emission.rows, ...next.map(({ row }) => row)],
    now,
  })
  await emit(platform, emission)
  await sendFollowUps(platform, next)
  await learn(platform, group, settled)
  if (targets) await removeUnregistered(platform, group, targets, settled)
  platform.log('message.dispatched', {
    realm: group.realm,
    connection: bound.config.id,
    messages: units.length,
    won: claimed.won.length,
    ended: claimed.ended.length,
    lost: claimed.lost.length,
    accepted: settled.filter(({ outcome }) => outcome === 'accepted').length,
    streak: slice.unknownStreak,
    ms: now - startedAt,
  })
}

/** Ends those whose validity is over, for no connection takes them now; answers the others. */
export async function expireWaiting(
  platform: Platform,
  group: Group,
  units: readonly Unit[],
): Promise<readonly Unit[]> {
  const now = platform.now()
  const over = units.filter((unit) => now > expiresAt(unit))
  if (over.length === 0) return units
  for (let i = 0; i < over.length; i += SLICE_LIMIT) {
    const part = over.slice(i, i + SLICE_LIMIT)
    await closeClaim(platform, group, await claimSlice(platform, group, part, null))
  }
  return units.filter((unit) => now <= expiresAt(unit))
}
