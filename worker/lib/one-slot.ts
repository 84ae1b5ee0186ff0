import { pause } from './pause.ts'

/** Leave to do what only one request of an isolate may do at a time. */
export interface Slot {
  /** Time after which the slot is free although nobody gave it back: a runtime may end a request without a word. */
  readonly until: number
}

interface Settings {
  /** Milliseconds that a slot is held at most, that a request waits for it at most, and between two looks. */
  readonly holdMs: number
  readonly waitMs: number
  readonly lookMs: number
  /** Requests that may wait. */
  readonly mostWaiting: number
}

/** Request that waits, by its place in the queue; its last look by the number of all looks, and by the clock. */
interface Waiting {
  readonly place: number
  look: number
  lookedAt: number
}

/**
 * Looks that a waiting request may miss while each of the others looks as often: one that misses more was ended by the runtime.
 * They are counted, because an isolate that is held up lets nobody look.
 */
const MISSED = 8
/** Looks, by the clock, after which nobody seems to wait. */
const UNSEEN = 20

interface OneSlot {
  /** Waits for the slot in the order of asking; null: too long, or too many wait. */
  take(): Promise<Slot | null>
  free(slot: Slot): void
  /** True if somebody waits for the slot. */
  isAwaited(): boolean
}

/**
 * Makes a slot for one. What requests share is plain values that each of them looks at: a promise that one request resolves for
 * another would be lost with the first.
 */
export function oneSlot(
  { holdMs, waitMs, lookMs, mostWaiting }: Settings,
  now: () => number = () => Date.now(),
): OneSlot {
  let holder: Slot | null = null
  let waiting: readonly Waiting[] = []
  let [places, looks] = [0, 0]

  const look = (own: Waiting): void => {
    own.look = ++looks
    own.lookedAt = now()
    const oldest = looks - MISSED * (waiting.length + 1)
    waiting = [...waiting.filter((other) => other !== own && other.look > oldest), own]
  }

  const tryTake = (own: Waiting): Slot | null => {
    look(own)
    const isFree = holder === null || holder.until < now()
    if (!isFree || waiting.some(({ place }) => place < own.place)) return null
    holder = { until: now() + holdMs }
    waiting = waiting.filter((other) => other !== own)
    return holder
  }

  /** Tells whether enough still wait, once each of them had time to look. */
  const isFull = async (): Promise<boolean> => {
    const before = looks
    // Twice: what holds up the isolate may take one of them.
    await pause(2 * lookMs)
    await pause(2 * lookMs)
    waiting = waiting.filter((other) => other.look > before)
    return waiting.length >= mostWaiting
  }

  return {
    async take() {
      if (waiting.length >= mostWaiting && (await isFull())) return null
      const own: Waiting = { place: places++, look: 0, lookedAt: 0 }
      const end = now() + waitMs
      for (;;) {
        const slot = tryTake(own)
        if (slot) return slot
        if (now() >= end) break
        await pause(lookMs)
      }
      waiting = waiting.filter((other) => other !== own)
      return null
    },
    free(slot) {
      if (holder === slot) holder = null
    },
    isAwaited: () => waiting.some(({ lookedAt }) => lookedAt > now() - UNSEEN * lookMs),
  }
}
