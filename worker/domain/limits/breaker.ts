import type { EpochMs, Seconds } from '#worker/domain/time.ts'
import { HOUR, MINUTE, SECOND } from '#worker/domain/time.ts'
import { setBackBy } from '#worker/lib/steady-clock.ts'

/** What a slice asks of a provider account before it claims anything. */
export interface ThrottleRequest {
  readonly want: number
  /** Messages a second the account may be given; null: no limit of ours. */
  readonly rate: number | null
  /** Most messages under way at once; null where the provider drops repeats (no submit is a gamble there). */
  readonly concurrency: number | null
}

export type ThrottleGrant =
  /**
   * Up to `messages` now; `permit` goes back with `settle`, within 2 minutes. `probe`: the breaker is half open, ask `health?()` first.
   * `inFlight` bounds what the slice may gamble: messages under way plus its own unclear outcomes in a row; when
   * those outcomes alone reach it, the slice ends and settles. Null: no such bound, but two in a row end the slice too.
   */
  | {
      readonly ok: true
      readonly messages: number
      readonly inFlight: number | null
      readonly permit: string
      readonly probe: boolean
    }
  | { readonly ok: false; readonly reason: 'open' | 'busy' | 'rate'; readonly retryAfter: Seconds }

/** What came of a slice, in the order it happened. */
export interface ThrottleSettlement {
  readonly permit: string
  /** Unclear outcomes of this slice since its last certain one (or since its start). */
  readonly unknownStreak: number
  /** Did anything certain come back (accepted, rejected, deferred by the provider, a good health)? It closes a half-open breaker. */
  readonly certain: boolean
  /** The provider said to wait so long (429). */
  readonly retryAfter?: Seconds
}

interface Permit {
  readonly id: string
  readonly slots: number
  readonly expiresAt: EpochMs
  readonly probe: boolean
  /** `unclear` when it was granted: what its certain outcomes are later than. */
  readonly unclearBefore: number
}

/** What the throttle of a provider account keeps. Half open is an open breaker whose time is over. */
export interface ThrottleState {
  /** The last moment the state was brought up to. */
  readonly at: EpochMs
  /** The account's rate as the last slice told it, and the messages it allows at `at`. */
  readonly rate: number | null
  readonly tokens: number
  /** The provider asked for silence until then. */
  readonly pausedUntil: EpochMs
  readonly permits: readonly Permit[]
  readonly nextPermit: number
  /** Unclear outcomes ever reported. */
  readonly unclear: number
  /**
   * How many of them a certain outcome came after. A slice vouches only for what was reported before it began: its
   * certain outcomes may be older than the unclear ones of a slice beside it.
   */
  readonly forgiven: number
  readonly open: { readonly openedAt: EpochMs; readonly until: EpochMs; readonly forMs: number } | null
}

/** Unclear outcomes in a row that open the breaker: what a dead provider may cost. */
const OPENS_AT = 2
const FIRST_OPEN_MS = 10 * SECOND
const LONGEST_OPEN_MS = 5 * MINUTE
/** A consumer that was killed gives nothing back; its permit ends by itself. */
const PERMIT_MS = 2 * MINUTE
const LONGEST_PAUSE_MS = HOUR
const BUSY_RETRY: Seconds = 1

export const idleThrottle = (now: EpochMs): ThrottleState => ({
  at: now,
  rate: null,
  tokens: 0,
  pausedUntil: 0,
  permits: [],
  nextPermit: 1,
  unclear: 0,
  forgiven: 0,
  open: null,
})

/** One second's worth fits the bucket, so no second sees more than twice the rate. */
const capacityOf = (rate: number): number => Math.max(1, rate)

/** The state under the rate of today: a bucket that had none starts full. */
const withRate = (state: ThrottleState, rate: number | null): ThrottleState =>
  rate === null || state.rate === null
    ? { ...state, rate, tokens: rate === null ? 0 : capacityOf(rate) }
    : { ...state, rate, tokens: Math.min(state.tokens, capacityOf(rate)) }

/** Moves the state to `now`: permits end, and a clock that was set back takes all moments with it. */
function advance(before: ThrottleState, now: EpochMs): ThrottleState {
  const back = setBackBy(before.at, now)
  const at = back === 0 ? Math.max(before.at, now) : now
  const { open, rate } = before
  return {
    ...before,
    at,
    tokens: rate === null ? 0 : Math.min(capacityOf(rate), before.tokens + ((at - before.at + back) * rate) / SECOND),
    pausedUntil: before.pausedUntil - back,
    permits: before.permits
      .map((permit) => (back === 0 ? permit : { ...permit, expiresAt: permit.expiresAt - back }))
      .filter(({ expiresAt }) => expiresAt > at),
    open: open && back > 0 ? { ...open, openedAt: open.openedAt - back, until: open.until - back } : open,
  }
}

/** Unclear outcomes in a row over all slices. */
const streakOf = (state: ThrottleState): number => state.unclear - state.forgiven

const secondsUntil = (until: EpochMs, now: EpochMs): Seconds => Math.max(1, Math.ceil((until - now) / SECOND))

/** Messages in the air or unclear; null-concurrency permits gamble nothing. */
const slotsTaken = (state: ThrottleState): number => state.permits.reduce((sum, { slots }) => sum + slots, 0)

/**
 * Lets a slice begin, or says why not. Slots under way plus the streak never exceed max(2, concurrency), whoever asks,
 * so a provider that dies makes at most that many unclear messages before the breaker opens.
 */
export function admitSlice(
  before: ThrottleState,
  request: ThrottleRequest,
  now: EpochMs,
): { readonly state: ThrottleState; readonly grant: ThrottleGrant } {
  const state = withRate(advance(before, now), request.rate)
  const refuse = (reason: 'open' | 'busy' | 'rate', retryAfter: Seconds) =>
    ({ state, grant: { ok: false, reason, retryAfter } }) as const

  if (state.pausedUntil > state.at) return refuse('rate', secondsUntil(state.pausedUntil, state.at))
  const probe = state.open !== null
  if (state.open && state.open.until > state.at) return refuse('open', secondsUntil(state.open.until, state.at))
  if (probe && state.permits.some((permit) => permit.probe)) return refuse('open', BUSY_RETRY)

  const slots = probe ? 1 : freeSlots(state, request.concurrency)
  if (slots === 0) return refuse('busy', BUSY_RETRY)
  const affordable = state.rate === null ? request.want : Math.floor(state.tokens)
  if (affordable < 1) return refuse('rate', secondsToOne(state.tokens, state.rate ?? 1))

  // In doubt no more is claimed than may be gambled: what a slice claims and does not submit must be tried anew.
  const doubtful = probe || (slots !== null && streakOf(state) > 0)
  const messages = Math.min(request.want, affordable, doubtful ? (slots ?? 1) : request.want)
  const inFlight = slots === null ? null : Math.min(slots, messages)
  const permit = {
    id: String(state.nextPermit),
    slots: inFlight ?? 0,
    expiresAt: state.at + PERMIT_MS,
    probe,
    unclearBefore: state.unclear,
  }
  return {
    state: {
      ...state,
      tokens: state.rate === null ? 0 : state.tokens - messages,
      permits: [...state.permits, permit],
      nextPermit: state.nextPermit + 1,
    },
    grant: { ok: true, messages, inFlight, permit: permit.id, probe },
  }
}

function freeSlots(state: ThrottleState, concurrency: number | null): number | null {
  if (concurrency === null) return null
  const most = Math.max(1, concurrency)
  return Math.max(0, Math.min(most, Math.max(OPENS_AT, most) - streakOf(state)) - slotsTaken(state))
}

const secondsToOne = (tokens: number, rate: number): Seconds =>
  Math.max(1, Math.min(LONGEST_PAUSE_MS / SECOND, Math.ceil((1 - tokens) / rate)))

/** Takes a permit back and moves the breaker. A second settlement of a permit, or one after its end, changes nothing. */
export function settleSlice(before: ThrottleState, settlement: ThrottleSettlement, now: EpochMs): ThrottleState {
  const moved = advance(before, now)
  const permit = moved.permits.find(({ id }) => id === settlement.permit)
  if (!permit) return moved
  const pauseMs = Math.min(LONGEST_PAUSE_MS, (settlement.retryAfter ?? 0) * SECOND)
  const state = {
    ...moved,
    permits: moved.permits.filter((each) => each !== permit),
    unclear: moved.unclear + settlement.unknownStreak,
    forgiven: settlement.certain ? Math.max(moved.forgiven, permit.unclearBefore) : moved.forgiven,
    pausedUntil: pauseMs > 0 ? Math.max(moved.pausedUntil, moved.at + pauseMs) : moved.pausedUntil,
  }
  return breakerAfter(state, permit, settlement.certain)
}

function breakerAfter(state: ThrottleState, permit: Permit, certain: boolean): ThrottleState {
  if (state.open) {
    // What slices from before the opening report changes nothing; the probe decides.
    if (!permit.probe) return state
    if (certain && streakOf(state) < OPENS_AT) return { ...state, open: null }
    return { ...state, open: openFor(state.at, Math.min(LONGEST_OPEN_MS, state.open.forMs * 2), state.open.openedAt) }
  }
  if (streakOf(state) < OPENS_AT) return state
  return { ...state, open: openFor(state.at, FIRST_OPEN_MS, state.at) }
}

const openFor = (at: EpochMs, forMs: number, openedAt: EpochMs) => ({ openedAt, until: at + forMs, forMs })

export interface BreakerView {
  readonly breaker: 'closed' | 'open' | 'half-open'
  readonly openedAt: EpochMs | null
  readonly inFlight: number
}

/** What operators see. */
export function viewThrottle(before: ThrottleState, now: EpochMs): BreakerView {
  const state = advance(before, now)
  const breaker = state.open === null ? 'closed' : state.open.until > state.at ? 'open' : 'half-open'
  return { breaker, openedAt: state.open?.openedAt ?? null, inFlight: slotsTaken(state) }
}
