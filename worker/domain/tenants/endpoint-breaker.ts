import { type EpochMs, MINUTE, SECOND } from '#worker/domain/time.ts'

/** Breaker of an endpoint that did not answer in time. One that is closed is null. */
export interface EndpointBreaker {
  /** Time of the first time-out since the endpoint last answered. */
  readonly openedAt: EpochMs
  /** Time-outs in a row. */
  readonly timeOuts: number
  /** Time from which one POST may find out whether the endpoint answers again. */
  readonly probeAt: EpochMs
}

export const BREAKER_STATES = ['closed', 'open', 'half-open'] as const
type BreakerState = (typeof BREAKER_STATES)[number]

const FIRST_REST = 15 * SECOND
/** Longest time for which the events of an endpoint that is back still wait. */
const LONGEST_REST = 5 * MINUTE

/** Opens a breaker, or keeps it open for twice as long as before. */
export function openedBreaker(before: EndpointBreaker | null, now: EpochMs): EndpointBreaker {
  const timeOuts = before?.timeOuts ?? 0
  const rest = Math.min(LONGEST_REST, FIRST_REST * 2 ** Math.min(timeOuts, 10))
  return { openedAt: before?.openedAt ?? now, timeOuts: timeOuts + 1, probeAt: now + rest }
}

export function breakerState(breaker: EndpointBreaker | null, now: EpochMs): BreakerState {
  if (breaker === null) return 'closed'
  return breaker.probeAt > now ? 'open' : 'half-open'
}
