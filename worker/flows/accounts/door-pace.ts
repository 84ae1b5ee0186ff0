import { type EpochMs, MINUTE } from '#worker/domain/time.ts'
import { BoundedMap } from '#worker/lib/bounded-map.ts'

/** Most keys that are counted at a time; one that is forgotten begins anew. */
const KEYS = 10_000

/** Pace of calls in one isolate, counted by minutes. */
interface DoorPace {
  /** Takes a call of a key; false: the minute has none left, for the key or for all. */
  take(key: string, now: EpochMs): boolean
  /** True if the key has none left. Takes nothing. */
  isSpent(key: string, now: EpochMs): boolean
}

/** Makes a pace of `each` calls a minute and key, and of `all` together. */
export function newDoorPace(each: number, all: number): DoorPace {
  const kept = new BoundedMap<string, { minute: number; calls: number }>(KEYS)
  let together = { minute: 0, calls: 0 }
  const countOf = (key: string, minute: number) => {
    const found = kept.get(key)
    return found?.minute === minute ? found : { minute, calls: 0 }
  }
  return {
    take(key, now) {
      const minute = Math.floor(now / MINUTE)
      const own = countOf(key, minute)
      if (together.minute !== minute) together = { minute, calls: 0 }
      // A key that has none left takes nothing of what all have.
      if (own.calls >= each || together.calls >= all) return false
      own.calls++
      together.calls++
      kept.set(key, own)
      return true
    },
    isSpent: (key, now) => countOf(key, Math.floor(now / MINUTE)).calls >= each,
  }
}
