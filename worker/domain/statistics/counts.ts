import { MINUTE } from '#worker/domain/time.ts'

/** Counts of messages, as they are kept and added up. */

/** Time that counts are kept apart by: half an hour, because there are time zones whose hours begin in the middle of ours. */
export const SLOT = 30 * MINUTE
/** Slots of a UTC day. */
export const DAY_SLOTS = 48

/**
 * Messages that are alike: slot of their acceptance since the epoch, way (direction and channel, store/statistics/ways.ts), hex
 * of their connection's id or '', status code, bucket of their time to deliver or -1, number, units.
 */
export type Group = readonly [
  slot: number,
  way: number,
  connection: string,
  status: number,
  bucket: number,
  n: number,
  units: number,
]

/** Buckets of a time to deliver: the first ends at so many milliseconds, and two more double that. */
const FIRST_BUCKET = 250
const BUCKETS_A_DOUBLING = 2
const LAST_BUCKET = 41

/** SQL of the bucket of a time that `ms` is the SQL of. */
export const bucketSql = (ms: string): string =>
  `CAST(max(0, min(${LAST_BUCKET}, 1 + ${BUCKETS_A_DOUBLING} * log2(max(1, ${ms}) / ${FIRST_BUCKET}.0))) AS INTEGER)`

/** Milliseconds at which a bucket begins; the first begins at 0. */
const beginOf = (bucket: number): number => (bucket <= 0 ? 0 : FIRST_BUCKET * 2 ** ((bucket - 1) / BUCKETS_A_DOUBLING))

/** Time that a share of messages took at most, by their numbers in buckets, guessed inside of one; null: there are none. */
export function quantile(buckets: ReadonlyMap<number, number>, share: number): number | null {
  const sorted = [...buckets].filter(([, n]) => n > 0).toSorted(([a], [b]) => a - b)
  const all = sorted.reduce((sum, [, n]) => sum + n, 0)
  let left = share * all
  for (const [bucket, n] of sorted) {
    if (left <= n) {
      const [begin, end] = [beginOf(bucket), beginOf(bucket + 1)]
      return Math.round(begin + ((end - begin) * left) / n)
    }
    left -= n
  }
  return null
}

/** Counts of one slot, way, connection and status: number, units, and then buckets, each with its number. */
type Packed = readonly [
  slot: number,
  way: number,
  connection: number,
  status: number,
  n: number,
  units: number,
  ...number[],
]

/** Counts of a UTC day, as its row keeps them: its connections, and the counts, whose slots are those of the day. */
export interface PackedCounts {
  readonly c: readonly string[]
  readonly t: readonly Packed[]
}

/** Counts of what was accepted between two times, which stand until they are read for good. */
export interface FreshPiece {
  readonly from: number
  readonly groups: readonly Group[]
}

/** Sum of groups of the same slot, way, connection and status. */
interface Sum {
  readonly at: readonly [slot: number, way: number, connection: string, status: number]
  n: number
  units: number
  readonly buckets: Map<number, number>
}

/** Opens packed counts of a day. */
export function* groupsOf({ c, t }: PackedCounts, day: number): Generator<Group> {
  for (const [slot, way, connection, status, n, units, ...buckets] of t) {
    const at = [day * DAY_SLOTS + slot, way, c[connection] ?? '', status] as const
    let inBuckets = 0
    for (let i = 0; i + 1 < buckets.length; i += 2) {
      const [bucket = 0, some = 0] = [buckets[i], buckets[i + 1]]
      inBuckets += some
      yield [...at, bucket, some, 0]
    }
    yield [...at, -1, n - inBuckets, units]
  }
}

/** Packs the sum of some groups of one day. What comes to nothing is left out. */
export function packed(groups: Iterable<Group>): PackedCounts {
  const sums = new Map<string, Sum>()
  for (const [slot, way, connection, status, bucket, n, units] of groups) {
    const key = `${slot}|${way}|${connection}|${status}`
    const sum: Sum = sums.get(key) ?? { at: [slot, way, connection, status], n: 0, units: 0, buckets: new Map() }
    sums.set(key, sum)
    sum.n += n
    sum.units += units
    if (bucket >= 0) sum.buckets.set(bucket, (sum.buckets.get(bucket) ?? 0) + n)
  }
  const c: string[] = []
  const indexOf = (connection: string): number => {
    const at = c.indexOf(connection)
    return at >= 0 ? at : c.push(connection) - 1
  }
  const t = [...sums.values()]
    .filter(({ n, units }) => n !== 0 || units !== 0)
    .map(({ at: [slot, way, connection, status], n, units, buckets }): Packed => {
      const some = [...buckets].filter(([, count]) => count !== 0).toSorted(([a], [b]) => a - b)
      return [slot % DAY_SLOTS, way, indexOf(connection), status, n, units, ...some.flat()]
    })
  return { c, t }
}
