import type { ChannelName } from '#worker/domain/carriers/channel.ts'
import type { Screen, Turn } from '#worker/domain/carriers/provider.ts'
import type { ConnectionId, SessionId } from '#worker/domain/ids.ts'
import type { Realm } from '#worker/domain/realm.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { utf8Length } from '#worker/lib/bytes.ts'
import { SESSION_BYTES } from '#worker/queue-limits.ts'
import { cleanScreen, fitScreen } from './screen.ts'

/** One turn of a session: what was typed, and the screen that answered it. */
export interface SessionTurn {
  readonly at: EpochMs
  /** Last input of the turn; null at a plain start. */
  readonly input: string | null
  /** All inputs of the turn, if it brought several. */
  readonly typed?: readonly string[]
  readonly screen: string
  /** Origin of the screen: the tenant's application, or our fallback because that one failed or was late. */
  readonly by: 'application' | 'fallback'
  /** Milliseconds until the screen was there. */
  readonly ms: number
  /** Set if the application asked for the screen before, which was shown once more. */
  readonly back?: true
  /** Inputs that had led to the screen, if it is the one at which an earlier session broke off. */
  readonly inputs?: readonly string[]
}

/** Reason of a session's end. application, fallback: its last screen said so · person: hung up · timeout: no more input came. */
export type SessionEnd = 'application' | 'person' | 'timeout' | 'fallback'

/** A session as the ledger keeps it. It is written whole each time, so that a repeat or an older copy changes nothing. */
export interface SessionRecord {
  readonly id: SessionId
  readonly channel: ChannelName
  readonly connectionId: ConnectionId
  readonly sessionRef: string
  readonly party: string
  readonly line: string
  readonly reason: SessionEnd | null
  readonly startedAt: EpochMs
  readonly updatedAt: EpochMs
  readonly turns: readonly SessionTurn[]
  /** Person, code and turns are not told: the row was altered in the database. */
  readonly isAltered?: true
}

/** An earlier session of the same person that broke off and may be resumed. */
export interface Resumable {
  readonly id: SessionId
  readonly inputs: readonly string[]
  readonly screen: string
}

/** Facts of a session that are known when it begins. */
export interface Opening extends Omit<SessionRecord, 'reason' | 'updatedAt' | 'turns'> {
  readonly realm: Realm
  /** Ledger shard that the session is written to. */
  readonly shard: number
  /** Milliseconds without input after which the session is over. */
  readonly sessionMs: number
  readonly resumes: Resumable | null
}

/** A turn as the session's object keeps it. */
export interface KeptTurn extends SessionTurn {
  /** Token of the call that the turn answered. */
  readonly token: string
  /** Key by which a repeat of the turn is known (`turnKey`); null: none. */
  readonly key: string | null
  readonly number: number | null
  /** Inputs that came with the turn. */
  readonly added: readonly string[]
  readonly ends: boolean
}

/** A session as its object keeps it. */
export interface SessionState {
  readonly opening: Opening
  readonly turns: readonly KeptTurn[]
  readonly reason: SessionEnd | null
  readonly updatedAt: EpochMs
  /** Number of turns that the ledger's queue has taken, and whether it has the end. */
  readonly written: { readonly turns: number; readonly isEnded: boolean }
}

/** Answer of the application: a new screen, the screen before, or the one at which the earlier session broke off. */
export type Answer =
  | { readonly kind: 'screen'; readonly text: string; readonly ends: boolean }
  | { readonly kind: 'back' }
  | { readonly kind: 'resume' }

/**
 * Decision about a turn. ask: the application makes the screen · show: the turn was answered before, or the session is past it ·
 * full: the session has grown too long · over: it has ended, and nothing more is shown in it.
 */
type TurnDecision =
  | { readonly kind: 'ask'; readonly number: number; readonly inputs: readonly string[] }
  | { readonly kind: 'show'; readonly screen: Screen }
  | { readonly kind: 'full' }
  | { readonly kind: 'over' }

/** Most turns of a session: one that grows beyond this is a loop of a machine. */
const MOST_TURNS = 100

export const openSession = (opening: Opening): SessionState => ({
  opening,
  turns: [],
  reason: null,
  updatedAt: opening.startedAt,
  written: { turns: 0, isEnded: false },
})

/** Key by which a repeat of this turn is known: the carrier's number, or all inputs so far; null: the turn has neither. */
function turnKey(turn: Turn): string | null {
  if (turn.number !== undefined) return `n${turn.number}`
  if (turn.inputs !== undefined) return `i${JSON.stringify(turn.inputs)}`
  return turn.event === 'start' ? 'start' : null
}

/** True if `b` is a repeat of `a`, told while `a` is being answered. */
export const isSameTurn = (a: Turn, b: Turn): boolean => {
  const key = turnKey(a)
  return key === turnKey(b) && (key !== null || (a.event === b.event && a.input === b.input))
}

const typedCount = (turns: readonly KeptTurn[]): number => turns.reduce((sum, { added }) => sum + added.length, 0)

/** Inputs that this turn brings; of accumulated ones, those behind the known ones. */
function addedBy(turns: readonly KeptTurn[], turn: Turn): readonly string[] {
  if (turn.inputs !== undefined) return turn.inputs.slice(typedCount(turns))
  return turn.input === null ? [] : [turn.input]
}

interface Stop {
  readonly inputs: readonly string[]
  readonly screen: string
}

/** Screens that lead to the present one, each with the inputs that led to it. A step back takes the last one away. */
function trailOf(turns: readonly KeptTurn[]): readonly Stop[] {
  const trail: Stop[] = []
  for (const { added, screen, back, inputs } of turns) {
    if (inputs !== undefined) trail.splice(0, trail.length, { inputs, screen })
    else if (back) trail.splice(Math.max(1, trail.length - 1))
    else trail.push({ inputs: [...(trail.at(-1)?.inputs ?? []), ...added], screen })
  }
  return trail
}

const screenOf = ({ screen, ends }: KeptTurn): Screen => ({ text: screen, ends })

const isPast = (turns: readonly KeptTurn[], turn: Turn): boolean => {
  if (turns.length === 0) return false
  if (turn.number !== undefined) return turns.some(({ number }) => number !== null && number > Number(turn.number))
  return turn.inputs !== undefined && turn.inputs.length <= typedCount(turns)
}

const isFull = (turns: readonly KeptTurn[]): boolean =>
  turns.length >= MOST_TURNS || utf8Length(JSON.stringify(turns)) > SESSION_BYTES

/** Decides what a turn gets: one that was answered, its own screen; one that the session is past, the present screen. */
export function decideTurn({ turns, reason }: SessionState, turn: Turn): TurnDecision {
  const key = turnKey(turn)
  const known = key === null ? undefined : turns.find((kept) => kept.key === key)
  if (known) return { kind: 'show', screen: screenOf(known) }
  if (reason !== null) return { kind: 'over' }
  const last = turns.at(-1)
  if (last && isPast(turns, turn)) return { kind: 'show', screen: screenOf(last) }
  if (isFull(turns)) return { kind: 'full' }
  const inputs = [...(trailOf(turns).at(-1)?.inputs ?? []), ...addedBy(turns, turn)]
  return { kind: 'ask', number: turns.length + 1, inputs }
}

type Shown = Pick<KeptTurn, 'screen' | 'by' | 'ends' | 'back' | 'inputs'>

function shownFor(state: SessionState, answer: Answer, length: number): Shown | null {
  const { turns, opening } = state
  if (answer.kind === 'screen') {
    const screen = fitScreen(cleanScreen(answer.text), length).text
    return screen === '' ? null : { screen, by: 'application', ends: answer.ends }
  }
  if (answer.kind === 'resume') {
    const { resumes } = opening
    if (resumes === null || turns.length > 0) return null
    return { screen: resumes.screen, by: 'application', ends: false, inputs: resumes.inputs }
  }
  const trail = trailOf(turns)
  const before = trail.at(-2) ?? trail.at(-1)
  return before ? { screen: before.screen, by: 'application', ends: false, back: true } : null
}

interface TurnOutcome {
  readonly token: string
  readonly turn: Turn
  /** Answer of the application; null: none came in time. */
  readonly answer: Answer | null
  readonly fallback: string
  readonly screenLength: number
  readonly ms: number
  /** Time at which the screen was there. */
  readonly at: EpochMs
}

/** Adds an answered turn to the session. An answer that cannot be shown becomes the fallback, which ends the session. */
export function answerTurn(state: SessionState, outcome: TurnOutcome): { state: SessionState; screen: Screen } {
  const { token, turn, answer, at, ms } = outcome
  const fallback: Shown = {
    screen: fitScreen(outcome.fallback, outcome.screenLength).text,
    by: 'fallback',
    ends: true,
  }
  const shown = (answer && shownFor(state, answer, outcome.screenLength)) ?? fallback
  const kept: KeptTurn = {
    at: turn.at,
    input: turn.input,
    ms,
    ...shown,
    token,
    key: turnKey(turn),
    number: turn.number ?? null,
    added: addedBy(state.turns, turn),
  }
  const reason = shown.ends ? shown.by : null
  return { state: { ...state, turns: [...state.turns, kept], reason, updatedAt: at }, screen: screenOf(kept) }
}

/** The screen that a call got; null: none yet. A call that is told of twice is answered once. */
export function screenOfCall({ turns }: SessionState, token: string): Screen | null {
  const kept = turns.find((turn) => turn.token === token)
  return kept ? screenOf(kept) : null
}

/** The screen at which a session stopped and the inputs to it, from the ledger's turns; null: the application showed none. */
export function stopOf(turns: readonly SessionTurn[]): Omit<Resumable, 'id'> | null {
  const kept = turns
    .filter(({ by }) => by === 'application')
    .map((turn) => ({
      ...turn,
      token: '',
      key: null,
      number: null,
      ends: false,
      added: turn.typed ?? (turn.input === null ? [] : [turn.input]),
    }))
  return trailOf(kept).at(-1) ?? null
}
