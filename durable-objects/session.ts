import { DurableObject } from 'cloudflare:workers'
import { loadConfig } from '#worker/config.ts'
import type { Screen } from '#worker/domain/carriers/provider.ts'
import {
  endSession,
  isExpired,
  isUnwritten,
  markWritten,
  nextWake,
  sessionRecordOf,
} from '#worker/domain/sessions/life.ts'
import {
  type Answer,
  answerTurn,
  decideTurn,
  isSameTurn,
  type Opening,
  openSession,
  type SessionState,
  screenOfCall,
} from '#worker/domain/sessions/session.ts'
import { DAY, type EpochMs, HOUR, SECOND } from '#worker/domain/time.ts'
import type { Env } from '#worker/env.ts'
import { sealedQueues } from '#worker/flows/core/sealed-queues.ts'
import { type KeptState, openState, sealState } from '#worker/flows/sessions/kept-state.ts'
import { withDeadline } from '#worker/lib/deadline.ts'
import { consoleLog, errorLabel } from '#worker/lib/log.ts'
import type { BegunTurn, SessionCalls, TurnCall } from '#worker/object-calls.ts'

interface Flight {
  readonly call: TurnCall
  readonly shown: Promise<Screen>
  readonly land: (screen: Screen) => void
}

/** Time after the carrier's deadline at which the object itself answers a turn that nobody finished, with the fallback. */
const GRACE_MS = SECOND
/** Time until the next alarm when the queue refused the session's record, or while a turn is under way. */
const AGAIN_MS = 5 * SECOND
/** Longest time that a session is kept whose key is not there: it may come back, and what was said can then be written down. */
const LOCKED_MS = DAY

/**
 * Keeps one session of a person with a tenant's application and takes its turns one after the other; named by a hash of
 * connection, code, person and the carrier's session id. What it stores is sealed.
 */
export class SessionObject extends DurableObject<Env> implements SessionCalls {
  #state: SessionState | null = null
  /** Time of the stored session that could not be opened; null: there is none. */
  #lockedAt: EpochMs | null = null
  #flight: Flight | null = null
  #wakeAt: EpochMs | null = null

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    const kept = ctx.storage.kv.get<KeptState>('session')
    // Holds back every call until it is open.
    if (kept) ctx.blockConcurrencyWhile(() => this.#open(kept)).catch(() => undefined)
  }

  async begin(call: TurnCall, opening: Opening | null): Promise<BegunTurn> {
    for (let flight = this.#flight; flight && flight.call.token !== call.token; flight = this.#flight) {
      const left = call.screenBy - Date.now()
      // Clears its timer: one that is left keeps the object in memory, and billed, until it ends.
      const screen = left > 0 ? await withDeadline(flight.shown, left).catch(() => undefined) : undefined
      if (!screen) return { kind: 'late' }
      if (isSameTurn(flight.call.turn, call.turn)) return { kind: 'show', screen }
    }
    const state = this.#state ?? (opening && openSession(opening))
    if (!state) return { kind: 'unknown' }
    if (!this.#state) await this.#keep(state)
    const decision = decideTurn(state, call.turn)
    if (decision.kind === 'full') return { kind: 'show', screen: await this.#settle(call, state.opening, null, 0) }
    if (decision.kind !== 'ask') return decision
    this.#flight ??= this.#takeOff(call, state.opening)
    return { ...decision, opening: state.opening }
  }

  async finish(call: TurnCall, opening: Opening, answer: Answer | null, ms: number): Promise<Screen> {
    return this.#settle(call, opening, answer, ms)
  }

  async end(at: EpochMs): Promise<void> {
    if (this.#state) await this.#keep(endSession(this.#state, 'person', at))
  }

  /**
   * Ends a session that has been silent for too long, sends the ledger what it lacks, and deletes the storage once the session
   * is over and written down. Until then the storage, not the ledger, holds the truth.
   */
  override async alarm(): Promise<void> {
    this.#wakeAt = null
    const now = Date.now()
    if (!this.#state) {
      const isWorthWaiting = this.#lockedAt !== null && now < this.#lockedAt + LOCKED_MS
      return isWorthWaiting ? this.#wake(now + HOUR) : this.#forget()
    }
    if (this.#flight === null && isExpired(this.#state, now)) await this.#keep(endSession(this.#state, 'timeout', now))
    if (isUnwritten(this.#state) && !(await this.#write(this.#state))) return this.#wake(now + AGAIN_MS)
    const next = nextWake(this.#state, now)
    if (next !== null) return this.#wake(Math.max(next, this.#flight ? now + AGAIN_MS : 0))
    this.#state = null
    await this.#forget()
  }

  async #forget(): Promise<void> {
    await this.ctx.storage.deleteAlarm()
    await this.ctx.storage.deleteAll()
  }

  async #open(kept: KeptState): Promise<void> {
    const { transit } = await loadConfig(this.env)
    this.#state = await openState(transit, this.ctx.id.toString(), kept)
    if (this.#state) return
    this.#lockedAt = kept.at
    consoleLog('session.locked', { at: kept.at })
  }

  /** Stores the state. No other call comes between, so that none is answered with what is not stored yet. */
  #store(state: SessionState): Promise<void> {
    this.#state = state
    return this.ctx.blockConcurrencyWhile(async () => {
      const { transit } = await loadConfig(this.env)
      this.ctx.storage.kv.put('session', await sealState(transit, this.ctx.id.toString(), state))
    })
  }

  #takeOff(call: TurnCall, opening: Opening): Flight {
    const { promise: shown, resolve } = Promise.withResolvers<Screen>()
    // The Worker that asks the application may die before it calls finish(): the fallback then ends the turn.
    const giveUp = (): void => this.ctx.waitUntil(this.#settle(call, opening, null, call.screenBy - call.turn.at))
    const timer = setTimeout(giveUp, Math.max(0, call.screenBy - Date.now()) + GRACE_MS)
    const land = (screen: Screen): void => {
      clearTimeout(timer)
      resolve(screen)
    }
    return { call, shown, land }
  }

  async #settle(call: TurnCall, opening: Opening, answer: Answer | null, ms: number): Promise<Screen> {
    const state = this.#state ?? openSession(opening)
    const screen = screenOfCall(state, call.token) ?? (await this.#answer(state, call, answer, ms))
    if (this.#flight?.call.token === call.token) {
      this.#flight.land(screen)
      this.#flight = null
    }
    return screen
  }

  async #answer(state: SessionState, call: TurnCall, answer: Answer | null, ms: number): Promise<Screen> {
    const decision = decideTurn(state, call.turn)
    if (decision.kind === 'show') return decision.screen
    if (decision.kind === 'over') return { text: call.fallback, ends: true }
    const { token, turn, fallback, screenLength } = call
    const said = decision.kind === 'full' ? null : answer
    const at = Date.now()
    const next = answerTurn(state, { token, turn, answer: said, fallback, screenLength, ms, at })
    await this.#keep(next.state)
    return next.screen
  }

  /** Stores the state before the answer leaves (the output gate waits for it), so that no screen that was shown is forgotten. */
  async #keep(state: SessionState): Promise<void> {
    await this.#store(state)
    const next = nextWake(state, Date.now())
    if (next !== null && next !== this.#wakeAt) await this.#wake(next)
  }

  async #wake(at: EpochMs): Promise<void> {
    this.#wakeAt = at
    await this.ctx.storage.setAlarm(at)
  }

  async #write(sent: SessionState): Promise<boolean> {
    const { realm, shard } = sent.opening
    try {
      const { transit } = await loadConfig(this.env)
      await sealedQueues(this.env, transit).REPORT.send({
        kind: 'session',
        realm,
        shard,
        session: sessionRecordOf(sent),
      })
    } catch (error) {
      consoleLog('session.queue-refused', { session: sent.opening.id, reason: errorLabel(error) })
      return false
    }
    // A turn may have come while the queue was called: only what was sent counts as written.
    if (this.#state) await this.#store(markWritten(this.#state, sent))
    return true
  }
}
