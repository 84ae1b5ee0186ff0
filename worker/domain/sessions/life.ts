import { type EpochMs, MINUTE, SECOND } from '#worker/domain/time.ts'
import type { KeptTurn, SessionEnd, SessionRecord, SessionState, SessionTurn } from './session.ts'

/** Unwritten turns wait so long for others before they go to the ledger; the object's own storage holds them meanwhile. */
const FLUSH_AFTER = 3 * SECOND
/** An ended session is kept for so long, so that a repeated last turn gets its screen. */
const KEEP_ENDED = MINUTE

/** The session, ended; one that has ended stays as it ended. */
export const endSession = (state: SessionState, reason: SessionEnd, at: EpochMs): SessionState =>
  state.reason === null ? { ...state, reason, updatedAt: at } : state

const silenceEndsAt = ({ opening, updatedAt }: SessionState): EpochMs => updatedAt + opening.sessionMs

export const isExpired = (state: SessionState, now: EpochMs): boolean =>
  state.reason === null && now >= silenceEndsAt(state)

/** Does the ledger lack something of it? */
export const isUnwritten = ({ turns, reason, written }: SessionState): boolean =>
  turns.length > written.turns || (reason !== null && !written.isEnded)

/** The session after the ledger's queue took `sent`. */
export const markWritten = (state: SessionState, sent: SessionState): SessionState => ({
  ...state,
  written: { turns: sent.turns.length, isEnded: sent.reason !== null },
})

/** When the object must wake: to write down, to end a silent session, or to forget one; null: now it may forget. */
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

/** What of a turn is written down. */
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

/** The session as the ledger keeps it. */
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
