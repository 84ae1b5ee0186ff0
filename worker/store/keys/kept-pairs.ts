import { type EpochMs, HOUR, MINUTE } from '#worker/domain/time.ts'
import { BoundedMap } from '#worker/lib/bounded-map.ts'
import type { KeyRow } from './rows.ts'

/** Pairs that an isolate keeps imported, as plain values. */
const MOST = 5_000
/**
 * Time for which an isolate uses a pair without looking whether it is still there: one that was erased, for good or to be made
 * anew under the same number, is out of use after that. Costs a read an hour, owner and month.
 */
const KEPT = HOUR
/** Time for which it goes on using a pair while the database is away: nobody can erase it there meanwhile. */
const KEPT_WHILE_AWAY = 10 * MINUTE

type PairName = Pick<KeyRow, 'owner' | 'number'>

/** Imported pair, as it was when it was read. */
interface Kept<Keys> {
  readonly keys: Keys
  /** Time at which the pair was made: another one under the same number has another. A rotation leaves it. */
  readonly createdAt: EpochMs
  readonly readAt: EpochMs
}

/** Pairs that an isolate has imported. */
interface KeptPairs<Keys> {
  /** A pair that may be used without asking; null: ask. */
  usable(name: PairName): Keys | null
  /** A pair that may be used while the database is away. */
  last(name: PairName): Keys | null
  /** Keeps a pair that was read now, as `open` makes it of its row unless it is known. */
  keep(row: KeyRow, open: (row: KeyRow) => Promise<Keys>): Promise<Keys>
  drop(name: PairName): void
}

/** Makes the memory of an isolate for pairs. */
export function keptPairs<Keys>(): KeptPairs<Keys> {
  const known = new BoundedMap<string, Kept<Keys>>(MOST)
  const textOf = ({ owner, number }: PairName): string => `${number} ${owner}`
  const ageOf = ({ readAt }: Kept<Keys>): number => Math.abs(Date.now() - readAt)

  const isOver = (kept: Kept<Keys>): boolean => ageOf(kept) >= KEPT + KEPT_WHILE_AWAY
  let lookedAt = 0
  /** Drops pairs that nobody has asked for since they were to be looked at anew. */
  function dropOld(): void {
    if (Math.abs(Date.now() - lookedAt) < MINUTE) return
    lookedAt = Date.now()
    known.deleteWhere(isOver)
  }
  return {
    usable(name) {
      const kept = known.get(textOf(name))
      return kept && ageOf(kept) < KEPT ? kept.keys : null
    },
    last(name) {
      const kept = known.get(textOf(name))
      return kept && !isOver(kept) ? kept.keys : null
    },
    async keep(row, open) {
      const name = textOf(row)
      const { createdAt } = row
      const before = known.get(name)
      const keys = before?.createdAt === createdAt ? before.keys : await open(row)
      dropOld()
      known.set(name, { keys, createdAt, readAt: Date.now() })
      return keys
    },
    drop: (name) => known.delete(textOf(name)),
  }
}
