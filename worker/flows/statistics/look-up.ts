import type { ChannelName } from '#worker/domain/channel-names.ts'
import type { ConnectionId } from '#worker/domain/ids.ts'
import type { Direction } from '#worker/domain/messages/message.ts'
import { FIRST_ENDED_CODE, type MessageStatus, STATUS_CODES, statusOf } from '#worker/domain/messages/status.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { type Group, quantile, SLOT } from '#worker/domain/statistics/counts.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { CONNECTION } from '#worker/store/codes/codes.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import { groupsBetween } from '#worker/store/statistics/days.ts'
import { readProgress } from '#worker/store/statistics/progress.ts'
import { wayOf } from '#worker/store/statistics/ways.ts'

/** Properties that counts are split by, beside their time. */
interface Split {
  readonly channel: boolean
  readonly direction: boolean
  readonly connection: boolean
}

/** Counts of one period, channel, direction and connection; undefined: of any. */
export interface Tally {
  readonly at: EpochMs | undefined
  readonly channel: ChannelName | undefined
  readonly direction: Direction | undefined
  /** Null: no carrier was chosen. */
  readonly connectionId: ConnectionId | null | undefined
  messages: number
  units: number
  succeeded: number
  open: number
  unsuccessful: number
  readonly statuses: Map<MessageStatus, number>
  readonly buckets: Map<number, number>
}

/** Half of the messages were delivered within `p50Ms`, and 95 of 100 within `p95Ms`. */
export const timesOf = ({ buckets }: Pick<Tally, 'buckets'>) => {
  const [p50Ms, p95Ms] = [quantile(buckets, 0.5), quantile(buckets, 0.95)]
  if (p50Ms === null || p95Ms === null) return null
  return { messages: [...buckets.values()].reduce((sum, n) => sum + n, 0), p50Ms, p95Ms }
}

/** True if a group is of the channel and direction that are asked for; undefined asks for any. */
export function isOf(
  [, way]: Group,
  asked: { readonly channel?: ChannelName | undefined; readonly direction?: Direction | undefined },
): boolean {
  const { channel, direction } = wayOf(way)
  return (asked.channel ?? channel) === channel && (asked.direction ?? direction) === direction
}

/** Adds a group to a tally. */
function add(tally: Tally, [, , , code, bucket, n, units]: Group): void {
  const status = statusOf(code)
  tally.messages += n
  tally.units += units
  tally.statuses.set(status, (tally.statuses.get(status) ?? 0) + n)
  if (code < FIRST_ENDED_CODE) tally.open += n
  else if (code >= STATUS_CODES.delivered) tally.succeeded += n
  else tally.unsuccessful += n
  if (bucket >= 0) tally.buckets.set(bucket, (tally.buckets.get(bucket) ?? 0) + n)
}

/** Sums groups by what they are split by, in the order of time, channel, direction and connection. */
export function talliesOf(
  groups: readonly Group[],
  split: Split,
  beginOf: ((at: EpochMs) => EpochMs) | null,
): readonly Tally[] {
  const tallies = new Map<string, Tally>()
  const begins = new Map<number, EpochMs>()
  const beginOfSlot = (slot: number): EpochMs | undefined => {
    if (beginOf === null) return undefined
    const begin = begins.get(slot) ?? beginOf(slot * SLOT)
    begins.set(slot, begin)
    return begin
  }
  for (const group of groups) {
    const [slot, way, connection] = group
    const at = beginOfSlot(slot)
    const key = `${at}|${split.channel ? way >> 1 : ''}|${split.direction ? way & 1 : ''}|${split.connection ? connection : ''}`
    const known = tallies.get(key)
    if (known) {
      add(known, group)
      continue
    }
    const { channel, direction } = wayOf(way)
    const tally: Tally = {
      at,
      channel: split.channel ? channel : undefined,
      direction: split.direction ? direction : undefined,
      connectionId: split.connection ? (connection === '' ? null : CONNECTION.decode(connection)) : undefined,
      ...{ messages: 0, units: 0, succeeded: 0, open: 0, unsuccessful: 0 },
      ...{ statuses: new Map(), buckets: new Map() },
    }
    add(tally, group)
    tallies.set(key, tally)
  }
  return [...tallies.entries()]
    .filter(([, { messages }]) => messages > 0)
    .toSorted(([a, { at: first = 0 }], [b, { at: second = 0 }]) => first - second || (a < b ? -1 : 1))
    .map(([, tally]) => tally)
}

/** How far some shards are counted: all that was accepted before `countedUntil`, and for good before `firmUntil`. */
export interface Counted {
  readonly countedUntil: EpochMs
  readonly firmUntil: EpochMs
}

/** Groups of a realm, null: of all, between two bounds of slots, from its shards, and how far those are counted. */
export async function groupsOfRealm(
  { env }: Platform,
  { realm, shards }: { readonly realm: Realm | null; readonly shards: readonly number[] },
  from: EpochMs,
  to: EpochMs,
): Promise<{ readonly groups: readonly Group[]; readonly counted: Counted }> {
  const found = await Promise.all(
    shards.map(async (shard) => {
      const db = shardOfEnv(env, shard)
      return Promise.all([groupsBetween(db, realm, from, to), readProgress(db)])
    }),
  )
  const bounds = found.map(([, progress]) => progress?.bounds ?? [0])
  return {
    groups: found.flatMap(([groups]) => groups),
    counted: {
      countedUntil: Math.min(...bounds.map((own) => own.at(-1) ?? 0)),
      firmUntil: Math.min(...bounds.map(([firm]) => firm ?? 0)),
    },
  }
}
