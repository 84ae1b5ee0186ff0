import type { EpochMs, Seconds } from '#worker/domain/time.ts'
import { HOUR, MINUTE, SECOND } from '#worker/domain/time.ts'
import { setBackBy } from '#worker/lib/steady-clock.ts'

/** Request of a slice to a provider account's throttle, made before it claims anything. */
export interface ThrottleRequest {
  readonly want: number
  /** Messages a second that the account may be given; null: no limit of ours. */
  readonly rate: number | null
  /** Most messages under way at once; null where the provider drops repeats, because there an unclear submit may be repeated. */
  readonly concurrency: number | null
}

/** Answer to a `ThrottleRequest`; `retryAfter` are seconds. */
export type ThrottleGrant =
  /**
   * The slice may submit up to `messages` now and gives `permit` back with `settle`, within 2 minutes. `probe`: the breaker is
   * half open, so it asks `health?()` first. `inFlight` bounds messages under way plus the slice's own unclear outcomes in a row:
   * when those outcomes alone reach it, the slice ends and settles. Null: no such bound, but two in a row end the slice too.
   */
  | {
      readonly ok: true
      readonly messages: number
      readonly inFlight: number | null
      readonly permit: string
      readonly probe: boolean
    }
  | { readonly ok: false; readonly reason: 'open' | 'busy' | 'rate'; readonly retryAfter: Seconds }

/** Outcomes of a slice, told once it has ended. */
export interface ThrottleSettlement {
  readonly permit: string
  /** Unclear outcomes of the slice since its last certain one, or since its start. */
  readonly unknownStreak: number
  /**
   * True if anything certain came back (accepted, rejected, deferred by the provider, a good health): it closes a half-open
   * breaker.
   */
  readonly certain: boolean
  /** Seconds that the provider asked us to wait (429). */
  readonly retryAfter?: Seconds
}

interface Permit {
  readonly id: string
  readonly slots: number
  readonly expiresAt: EpochMs
  readonly probe: boolean
  /** `unclear` of the state when this was granted: the slice's certain outcomes came later than these. */
  readonly unclearBefore: number
}

/** State of a provider account's throttle. Half open is an open breaker whose time is over. */
export interface ThrottleState {
  /** Time that the state was last brought up to. */
  readonly at: EpochMs
  /** Rate of the account as the last slice told it; `tokens` are the messages that it allows at `at`. */
  readonly rate: number | null
  readonly tokens: number
  /** Time until which the provider asked for silence. */
  readonly pausedUntil: EpochMs
  readonly permits: readonly Permit[]
  readonly nextPermit: number
  /** Number of unclear outcomes ever reported. */
  readonly unclear: number
  /**
   * Number of these that a certain outcome came after. A slice's certain outcome counts only against what was reported before
   * it began: it may be older than the unclear ones of a slice that runs beside it.
   */
  readonly forgiven: number
  readonly open: { readonly openedAt: EpochMs; readonly until: EpochMs; readonly forMs: number } | null
}

/** Unclear outcomes in a row that open the breaker: a dead provider costs at most so many messages. */
const OPENS_AT = 2
const FIRST_OPEN_MS = 10 * SECOND
const LONGEST_OPEN_MS = 5 * MINUTE
/** Life of a permit: a consumer that was killed gives nothing back, so its permit ends by itself. */
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

/** Most messages in the bucket: those of one second, so that no second sees more than twice the rate. */
const capacityOf = (rate: number): number => Math.max(1, rate)

/** Applies the rate that a slice told: a bucket that had none starts full. */
const withRate = (state: ThrottleState, rate: number | null): ThrottleState =>
  rate === null || state.rate === null
    ? { ...state, rate, tokens: rate === null ? 0 : capacityOf(rate) }
    : { ...state, rate, tokens: Math.min(state.tokens, capacityOf(rate)) }

/** Brings the state up to `now`: permits end, tokens come, and a clock that was set back takes all times with it. */
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

/** Unclear outcomes in a row, over all slices. */
const streakOf = (state: ThrottleState): number => state.unclear - state.forgiven

const secondsUntil = (until: EpochMs, now: EpochMs): Seconds => Math.max(1, Math.ceil((until - now) / SECOND))

/** Messages under way. Permits without concurrency count none. */
const slotsTaken = (state: ThrottleState): number => state.permits.reduce((sum, { slots }) => sum + slots, 0)

/**
 * Decides whether a slice may begin. Slots under way plus the streak never exceed max(2, concurrency), whoever asks, so that a
 * provider that dies makes at most so many unclear messages before the breaker opens. The state counts once it is stored.
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

  // Claims no more in doubt than the slice may submit, because what it claims and leaves needs a next attempt.
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

/** Takes a permit back and moves the breaker. A second settlement of a permit, or one after the permit's end, changes nothing. */
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
    // Lets only the probe decide: outcomes of slices that began before the breaker opened change nothing.
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

/** The throttle as operators see it. */
export function viewThrottle(before: ThrottleState, now: EpochMs): BreakerView {
  const state = advance(before, now)
  const breaker = state.open === null ? 'closed' : state.open.until > state.at ? 'open' : 'half-open'
  return { breaker, openedAt: state.open?.openedAt ?? null, inFlight: slotsTaken(state) }
}
