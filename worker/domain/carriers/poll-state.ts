import { type EpochMs, HOUR, MINUTE, SECOND, type Seconds } from '#worker/domain/time.ts'

/** Reason that an inbox could not be read: a carrier's failure, or a code of our own. */
export interface PollFault {
  readonly code: string
  readonly carrierCode?: string
  readonly detail: string
}

/** Request for a round of polling. The same token twice is the same round. */
export interface PollRequest {
  readonly token: string
  /** Fingerprint of the settings: a cursor of other settings means nothing. */
  readonly settings: string
  readonly now: EpochMs
}

/** Begun round: the page to begin with, and whether it was asked for before without having become durable. */
export interface PollBegun {
  readonly cursor: string | null
  readonly isRepeat: boolean
}

/** A page that is durable, with the cursor behind it. */
export interface KeptPage {
  readonly token: string
  readonly cursor: string | null
  readonly now: EpochMs
}

/** End of a round. */
export interface PollEnd extends KeptPage {
  /** True if a page was asked for behind the cursor and is not durable. */
  readonly isOpen: boolean
  /** Fault of the round; null: every page came. */
  readonly fault: PollFault | null
  /** True if not one page came, so that the next round waits. */
  readonly isFruitless: boolean
  /** Seconds that the carrier asked us to wait. */
  readonly retryAfter?: Seconds
}

/** News for the operator: the inbox stands still, or is read again. */
export type PollNotice = 'stalled' | 'recovered'

/** State of the poller of a connection. */
export interface PollState {
  readonly settings: string
  readonly cursor: string | null
  readonly round: { readonly token: string; readonly until: EpochMs; readonly isRepeat: boolean } | null
  /** True if the page at the cursor was asked for and is not known to be durable. */
  readonly isAsked: boolean
  readonly dueAt: EpochMs
  /** End of the last round without a fault. */
  readonly lastAt: EpochMs | null
  /** Fruitless rounds in a row. */
  readonly fruitless: number
  /** End of the first round with a fault since `lastAt`. */
  readonly failingSince: EpochMs | null
  readonly fault: PollFault | null
  /** True once the operator was told that the inbox stands still. */
  readonly isTold: boolean
}

/**
 * Milliseconds that a round lasts without a page: longer than a page may take. After them the poller counts as dead, and another
 * may begin.
 */
const LAPSE_MS = 90 * SECOND
/** Milliseconds until the round after a fruitless one. They double; the first is below the minute between two crons. */
const FIRST_WAIT_MS = 30 * SECOND
const LONGEST_WAIT_MS = 5 * MINUTE
/** Longest wait that a carrier may ask for. */
const LONGEST_PAUSE_MS = HOUR
/** Milliseconds of faults after which an inbox stands still. */
export const STALL_MS = 15 * MINUTE

const fresh = (settings: string): PollState => ({
  settings,
  cursor: null,
  round: null,
  isAsked: false,
  dueAt: 0,
  lastAt: null,
  fruitless: 0,
  failingSince: null,
  fault: null,
  isTold: false,
})

/** True if `at` is ahead of the clock, and not by more than it can be: further ahead, the clock was set back meanwhile. */
const isAhead = (at: EpochMs, now: EpochMs, most: number): boolean => at > now && at - now <= most

/**
 * Begins a round for one poller at a time, and not before it is due; null: not now. Other settings are due at once, and begin
 * their inbox anew.
 */
export function beginRound(
  before: PollState | null,
  { token, settings, now }: PollRequest,
): { readonly state: PollState; readonly round: PollBegun } | null {
  const known = before ?? fresh(settings)
  const { round } = known
  if (round !== null && round.token === token)
    return { state: known, round: { cursor: known.cursor, isRepeat: round.isRepeat } }
  if (round !== null && isAhead(round.until, now, LAPSE_MS)) return null
  const isChanged = known.settings !== settings
  if (!isChanged && isAhead(known.dueAt, now, LONGEST_PAUSE_MS)) return null
  const begun = { cursor: isChanged ? null : known.cursor, isRepeat: known.isAsked }
  const held = { token, until: now + LAPSE_MS, isRepeat: begun.isRepeat }
  return { state: { ...known, settings, cursor: begun.cursor, round: held, isAsked: true }, round: begun }
}

/** Stores the cursor behind a durable page, because the next page is about to be asked for; null: the round is another's. */
export function keepPage(before: PollState | null, { token, cursor, now }: KeptPage): PollState | null {
  if (before?.round?.token !== token) return null
  return { ...before, cursor, isAsked: true, round: { token, until: now + LAPSE_MS, isRepeat: false } }
}

/**
 * Ends a round: stores the cursor, says when the next round is due and what the operator must hear; null: the round is another's.
 */
export function endRound(
  before: PollState | null,
  { token, cursor, now, isOpen, fault, isFruitless, retryAfter = 0 }: PollEnd,
): { readonly state: PollState; readonly notice: PollNotice | null } | null {
  if (before?.round?.token !== token) return null
  const fruitless = isFruitless ? before.fruitless + 1 : 0
  const backOff = fruitless === 0 ? 0 : Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(fruitless - 1, 10))
  const failingSince = fault === null ? null : (before.failingSince ?? now)
  const isStalled = failingSince !== null && now - failingSince >= STALL_MS
  const notice = isStalled && !before.isTold ? 'stalled' : fault === null && before.isTold ? 'recovered' : null
  const state: PollState = {
    ...before,
    cursor,
    round: null,
    isAsked: isOpen,
    dueAt: now + Math.max(backOff, Math.min(LONGEST_PAUSE_MS, retryAfter * SECOND)),
    lastAt: fault === null ? now : before.lastAt,
    fruitless,
    failingSince,
    fault,
    isTold: fault !== null && (before.isTold || isStalled),
  }
  return { state, notice }
}
