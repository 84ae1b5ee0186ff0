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

/** Request that waits. One that has not looked for a while was ended by the runtime. */
interface Waiting {
  lookedAt: number
}

/** Looks that a waiting request may miss before another goes past it. */
const MISSED = 20

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
export function oneSlot({ holdMs, waitMs, lookMs, mostWaiting }: Settings, now: () => number = Date.now): OneSlot {
  let holder: Slot | null = null
  let waiting: readonly Waiting[] = []

  const stillWaiting = () => waiting.filter(({ lookedAt }) => lookedAt > now() - MISSED * lookMs)

  const tryTake = (own: Waiting): Slot | null => {
    own.lookedAt = now()
    waiting = stillWaiting()
    const isFree = holder === null || holder.until < now()
    if (!isFree || waiting.some((other) => other !== own && waiting.indexOf(other) < waiting.indexOf(own))) return null
    holder = { until: now() + holdMs }
    waiting = waiting.filter((other) => other !== own)
    return holder
  }

  return {
    async take() {
      if (waiting.length >= mostWaiting) return null
      const own: Waiting = { lookedAt: now() }
      waiting = [...waiting, own]
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
    isAwaited: () => stillWaiting().length > 0,
  }
}
