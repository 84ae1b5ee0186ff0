import type { TenantEvent } from '#worker/domain/messages/events.ts'
import { homeShard, type Policy } from '#worker/domain/tenants/tenant.ts'
import { type EpochMs, toTimestamp } from '#worker/domain/time.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { commitWhatHappened } from '#worker/flows/events/commit.ts'
import { type Emission, emissionOf, joinEmissions } from '#worker/flows/events/emit.ts'
import { plainEvent } from '#worker/flows/events/events.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import { insertCallOfOptOut, type LoggedRequest, sealRequests } from '#worker/store/requests.ts'
import {
  addSuppressions,
  countAdded,
  countRemoved,
  presentSuppressions,
  removeSuppressions,
  type Suppression,
  type SuppressionKey,
  sealSuppressions,
} from '#worker/store/suppressions.ts'

/** A person's opt-out (`stop`) or opt-in (`start`) for one line of one tenant, by one of the person's addresses. */
export interface Wish extends SuppressionKey {
  readonly asks: 'stop' | 'start'
  /**
   * Who says so. A `start` of the carrier's own lifts the carrier's block too, any other leaves that standing; one by the switch
   * of a network (`recipient`) lifts what was made by such a switch and nothing else.
   */
  readonly source: Exclude<Suppression['source'], 'api'>
  readonly policy: Policy
  readonly party: string
  /** Message that the wish came with, or that it is about. */
  readonly messageId: NonNullable<Suppression['messageId']>
  /** Id of the event that tells of the change: the same whenever the same wish is read again. */
  readonly eventId: TenantEvent['id']
  /** Time that the event tells; absent: when the wish is applied. */
  readonly at?: EpochMs
  /**
   * Row of the access log of the call that makes an opt-out, which is written with it: there is one if the opt-out is made, and
   * none if it stands already. Absent: what the wish came with is logged elsewhere.
   */
  readonly call?: LoggedRequest
}

const keyOf = ({ realm, channel, partyKey, line }: SuppressionKey): string =>
  JSON.stringify([realm, channel, partyKey, line])

/**
 * Splits wishes into rounds that are applied in turn, so that each person's keep their order: a round has at most one of a
 * person.
 */
export function roundsOf<Asked extends SuppressionKey & Pick<Wish, 'asks' | 'source'>>(
  wishes: readonly Asked[],
): Asked[][] {
  const rounds: Asked[][] = []
  for (const own of Map.groupBy(wishes, keyOf).values()) {
    // Drops a wish that repeats the person's last one. A carrier's word is no repeat of the person's: it does more.
    const turns = own.filter(({ asks, source }, i) => asks !== own[i - 1]?.asks || source !== own[i - 1]?.source)
    for (const [i, wish] of turns.entries()) {
      const round = rounds[i]
      if (round) round.push(wish)
      else rounds.push([wish])
    }
  }
  return rounds
}

function eventOf({ asks, channel, party, line, source, messageId, eventId, at }: Wish, now: EpochMs): TenantEvent {
  const type = asks === 'stop' ? 'suppression.added' : 'suppression.removed'
  const data = { channel, recipient: party, sender: line, source, messageId, at: toTimestamp(at ?? now) }
  return plainEvent(eventId, type, at ?? now, data)
}

function emissionOfWishes(shard: number, wishes: readonly Wish[], now: EpochMs): Emission {
  const emissions = [...Map.groupBy(wishes, ({ realm }) => realm)].map(([realm, own]) =>
    emissionOf(
      { policy: own[0]?.policy ?? null, realm, shard },
      own.map((wish) => eventOf(wish, now)),
      now,
    ),
  )
  return joinEmissions(shard, emissions)
}

function isChange({ asks, source }: Wish, present: Suppression['source'] | undefined): boolean {
  if (asks === 'stop') {
    const isStronger = source === 'carrier' ? present !== 'carrier' : source === 'keyword' && present === 'recipient'
    return present === undefined || isStronger
  }
  if (present === undefined || (present === 'carrier' && source !== 'carrier')) return false
  return present === 'recipient' || source !== 'recipient'
}

/** Picks the wishes that change anything as things stand: a repeat shall write no row, not even one that is deleted again. */
async function effective(db: D1Database, wishes: readonly Wish[]): Promise<readonly Wish[]> {
  const present = new Map((await presentSuppressions(db, wishes)).map((one) => [keyOf(one), one.source]))
  return wishes.filter((wish) => isChange(wish, present.get(keyOf(wish))))
}

/** Suppresses or restores these people for their line and tenant, and tells of each change. Answers how many changed. */
async function applyRound(platform: Platform, shard: number, asked: readonly Wish[], now: EpochMs): Promise<number> {
  const db = shardOfEnv(platform.env, shard)
  const round = await effective(db, asked)
  if (round.length === 0) return 0
  const stops = round.flatMap(({ asks, at, ...wish }) => (asks === 'stop' ? [{ ...wish, createdAt: now }] : []))
  const rows = await sealSuppressions(platform.keys, stops)
  const starts = round.filter(({ asks }) => asks === 'start')
  const lifts = [...Map.groupBy(starts, ({ source }) => source)]
  const called = round.flatMap((wish) => (wish.call ? [{ wish, call: wish.call }] : []))
  const sealedCalls = await sealRequests(
    platform.keys,
    called.map(({ call }) => call),
  )
  const calls = sealedCalls.map((call, n) => insertCallOfOptOut(db, call, called[n]?.wish as Wish))
  const statements = [
    ...calls,
    ...(rows.length > 0 ? [countAdded(db, rows), addSuppressions(db, rows)] : []),
    ...lifts.flatMap(([source, own]) => [countRemoved(db, own, source), removeSuppressions(db, own, source)]),
  ]
  const expected = emissionOfWishes(shard, round, now)
  let changes = round.length
  await commitWhatHappened<SuppressionKey>(platform, statements, expected, (results) => {
    const changed = new Set(results.flatMap((result) => result.results.map(keyOf)))
    const told = round.filter((wish) => changed.has(keyOf(wish)))
    changes = told.length
    return told.length === round.length ? expected : emissionOfWishes(shard, told, now)
  })
  return changes
}

/**
 * THE ONE WAY in which a person's stop or start takes effect, whoever heard it: a keyword, the button of a mail program, a
 * carrier's word. Applies each person's in the order in which they came; what changes nothing is not told. Answers how many
 * opt-outs were made or lifted.
 */
export async function applyWishes(platform: Platform, wishes: readonly Wish[], now: EpochMs): Promise<number> {
  let changes = 0
  for (const [shard, own] of Map.groupBy(wishes, ({ policy }) => homeShard(policy)))
    for (const round of roundsOf(own)) changes += await applyRound(platform, shard, round, now)
  return changes
}
