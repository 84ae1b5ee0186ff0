import type { ChannelName } from '#worker/domain/channel-names.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { SLOT } from '#worker/domain/statistics/counts.ts'
import { type EpochMs, HOUR } from '#worker/domain/time.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import type { BlockReason, Outcome, VerificationGroup } from '#worker/store/verifications/counts.ts'
import { verificationGroups } from '#worker/store/verifications/statistics.ts'

/** Properties that verifications are counted apart by, beside their time. */
interface Split {
  readonly prefix: boolean
  readonly channel: boolean
  readonly reason: boolean
}

/** Outcomes as they are shown: what nobody ended has expired, once no code of it can be valid. */
type ShownOutcome = Outcome | 'expired'

/** Counts of one period, beginning of numbers, channel and reason; undefined: of any. */
export interface VerificationTally {
  readonly at: EpochMs | undefined
  readonly prefix: string | undefined
  readonly channel: ChannelName | undefined
  readonly reason: BlockReason | null | undefined
  started: number
  sent: number
  delivered: number
  undelivered: number
  readonly outcomes: Record<ShownOutcome, number>
}

/** Time by which the last of five codes has expired, each of which was asked for at the end of the one before. */
const LONGEST = HOUR

/** Counts of a realm between two bounds of slots, from its shards; the beginnings of numbers only where they are asked for. */
export async function verificationsOfRealm(
  { env, keys }: Platform,
  { realm, shards }: { readonly realm: Realm; readonly shards: readonly number[] },
  span: { readonly from: EpochMs; readonly to: EpochMs; readonly column: 'counts' | 'prefixes' },
): Promise<readonly VerificationGroup[]> {
  const found = await Promise.all(
    shards.map((shard) => verificationGroups({ db: shardOfEnv(env, shard), keys }, realm, span)),
  )
  return found.flat()
}

/** Sums groups by what they are split by, in the order of time, prefix, channel and reason. */
export function verificationTallies(
  groups: readonly VerificationGroup[],
  split: Split,
  { beginOf, now }: { readonly beginOf: ((at: EpochMs) => EpochMs) | null; readonly now: EpochMs },
): readonly VerificationTally[] {
  const tallies = new Map<string, VerificationTally>()
  const begins = new Map<number, EpochMs | undefined>()
  for (const { slot, n, ...group } of groups) {
    if (!begins.has(slot)) begins.set(slot, beginOf?.(slot * SLOT))
    const parts = {
      at: begins.get(slot),
      prefix: split.prefix ? group.prefix : undefined,
      channel: split.channel ? group.channel : undefined,
      reason: split.reason ? group.reason : undefined,
    }
    const key = JSON.stringify([parts.prefix, parts.channel, parts.reason, parts.at])
    const outcomes = { approved: 0, failed: 0, blocked: 0, canceled: 0, expired: 0, pending: 0 }
    const tally = tallies.get(key) ?? { ...parts, started: 0, sent: 0, delivered: 0, undelivered: 0, outcomes }
    tallies.set(key, tally)
    const isOver = group.outcome === 'pending' && (slot + 1) * SLOT + LONGEST <= now
    tally.started += n
    if (group.isSent) tally.sent += n
    if (group.isDelivered) tally.delivered += n
    if (group.isUndelivered) tally.undelivered += n
    tally.outcomes[isOver ? 'expired' : group.outcome] += n
  }
  return [...tallies]
    .filter(([, { started }]) => started > 0)
    .toSorted(([a, { at: first = 0 }], [b, { at: second = 0 }]) => first - second || (a < b ? -1 : 1))
    .map(([, tally]) => tally)
}
