import { type EpochMs, MINUTE, SECOND } from '#worker/domain/time.ts'
import type { KeptTurn, SessionEnd, SessionRecord, SessionState, SessionTurn } from './session.ts'

/** Time that unwritten turns wait for others before they go to the ledger; the object's own storage holds them meanwhile. */
const FLUSH_AFTER = 3 * SECOND
/** Time that an ended session is kept, so that a repeated last turn gets its screen. */
const KEEP_ENDED = MINUTE

/** Ends a session; one that has ended stays as it ended. */
export const endSession = (state: SessionState, reason: SessionEnd, at: EpochMs): SessionState =>
  state.reason === null ? { ...state, reason, updatedAt: at } : state

const silenceEndsAt = ({ opening, updatedAt }: SessionState): EpochMs => updatedAt + opening.sessionMs

/** True if an open session has had no input for its time-out. */
export const isExpired = (state: SessionState, now: EpochMs): boolean =>
  state.reason === null && now >= silenceEndsAt(state)

/** True if the ledger lacks turns or the end of the session. */
export const isUnwritten = ({ turns, reason, written }: SessionState): boolean =>
  turns.length > written.turns || (reason !== null && !written.isEnded)

/** Marks as written what the ledger's queue took with `sent`, an earlier state of the same session. */
export const markWritten = (state: SessionState, sent: SessionState): SessionState => ({
  ...state,
  written: { turns: sent.turns.length, isEnded: sent.reason !== null },
})

/** Time at which the object must wake to write, or to end or forget the session; null: the session may be forgotten now. */
export function nextWake(state: SessionState, now: EpochMs): EpochMs | null {
  const { reason, turns, updatedAt } = state
  if (isUnwritten(state)) {
    const first = turns[state.written.turns]
    return reason !== null || !first ? now : Math.min(Math.max(now, first.at + FLUSH_AFTER), silenceEndsAt(state))
  }
  if (reason === null) return silenceEndsAt(state)
  const forgetAt = updatedAt + (reason === 'timeout' ? 0 : KEEP_ENDED)
  return now >= forgetAt ? null : forgetAt
}

/** The part of a turn that the ledger keeps. */
const turnRecordOf = ({ at, input, added, screen, by, ms, back, inputs }: KeptTurn): SessionTurn => ({
  at,
  input,
  ...(added.length > 1 ? { typed: added } : {}),
  screen,
  by,
  ms,
  ...(back ? { back } : {}),
  ...(inputs ? { inputs } : {}),
})

/** The session in the form that the ledger keeps. */
export function sessionRecordOf({ opening, reason, updatedAt, turns }: SessionState): SessionRecord {
  const { id, channel, connectionId, sessionRef, party, line, startedAt } = opening
  return {
    id,
    channel,
    connectionId,
    sessionRef,
    party,
    line,
    reason,
    startedAt,
    updatedAt,
    turns: turns.map(turnRecordOf),
  }
}
