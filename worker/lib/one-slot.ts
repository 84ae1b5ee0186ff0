import { pause } from './pause.ts'

/** Leave to do what only one request of an isolate may do at a time. */
export interface Slot {
  /** Time after which the slot is free although nobody gave it back. */
  readonly until: number
}

/** Slot as it is held: until when its holder was heard of last, and how often the first that waits has looked since. */
interface Held extends Slot {
  aliveUntil: number
  unheard: number
  readonly stop: () => void
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
/** Looks, by the clock, after which the holder is heard of again. */
const RENEWAL = 10
/** Milliseconds after which a holder that is not heard of is gone: a runtime may end a request without a word. */
const ALIVE_MS = 3_000
/** Looks of the first that waits, in which a holder would have been heard of: an isolate that was held up heard nobody. */
const UNHEARD = 4 * RENEWAL

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
  let holder: Held | null = null
  let waiting: readonly Waiting[] = []
  let [places, looks] = [0, 0]

  const look = (own: Waiting): void => {
    own.look = ++looks
    own.lookedAt = now()
    const oldest = looks - MISSED * (waiting.length + 1)
    waiting = [...waiting.filter((other) => other !== own && other.look > oldest), own]
  }

  const isHeld = ({ until, aliveUntil, unheard }: Held): boolean =>
    now() <= until && (now() <= aliveUntil || unheard < UNHEARD)

  /** Makes a slot that tells of its holder as long as the runtime keeps that: its timer ends with its request. */
  const hold = (): Held => {
    const timer = setInterval(() => {
      held.aliveUntil = now() + ALIVE_MS
      held.unheard = 0
    }, RENEWAL * lookMs)
    const held: Held = {
      until: now() + holdMs,
      aliveUntil: now() + ALIVE_MS,
      unheard: 0,
      stop: () => clearInterval(timer),
    }
    return held
  }

  const tryTake = (own: Waiting): Slot | null => {
    look(own)
    if (waiting.some(({ place }) => place < own.place)) return null
    if (holder) holder.unheard++
    if (holder && isHeld(holder)) return null
    holder = hold()
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
      const held = slot as Held
      held.stop()
      if (holder === held) holder = null
    },
    isAwaited: () => waiting.some(({ lookedAt }) => lookedAt > now() - UNSEEN * lookMs),
  }
}
