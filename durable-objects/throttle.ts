import { DurableObject } from 'cloudflare:workers'
import {
  beginRound,
  endRound,
  type KeptPage,
  keepPage,
  type PollBegun,
  type PollEnd,
  type PollNotice,
  type PollRequest,
  type PollState,
} from '#worker/domain/carriers/poll-state.ts'
import {
  admitSlice,
  type BreakerView,
  idleThrottle,
  settleSlice,
  type ThrottleGrant,
  type ThrottleRequest,
  type ThrottleSettlement,
  type ThrottleState,
  viewThrottle,
} from '#worker/domain/limits/breaker.ts'
import type { Env } from '#worker/env.ts'
import type { ThrottleCalls } from '#worker/object-calls.ts'

/**
 * Keeps the rate, the submits under way, the circuit breaker and the inbox poller of one provider account; named by the
 * connection id.
 */
export class ThrottleObject extends DurableObject<Env> implements ThrottleCalls {
  #state: ThrottleState
  #poll: PollState | null

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#state = ctx.storage.kv.get<ThrottleState>('state') ?? idleThrottle(Date.now())
    this.#poll = ctx.storage.kv.get<PollState>('poll') ?? null
  }

  async admit(request: ThrottleRequest): Promise<ThrottleGrant> {
    const { state, grant } = admitSlice(this.#state, request, Date.now())
    // A refused request changes only what the passing of time changes anyway, so it needs no write.
    if (grant.ok) this.#keep(state)
    return grant
  }

  async settle(settlement: ThrottleSettlement): Promise<void> {
    this.#keep(settleSlice(this.#state, settlement, Date.now()))
  }

  async state(): Promise<BreakerView> {
    return viewThrottle(this.#state, Date.now())
  }

  async beginPoll(request: PollRequest): Promise<PollBegun | null> {
    const begun = beginRound(this.#poll, request)
    if (begun) this.#keepPoll(begun.state)
    return begun?.round ?? null
  }

  async keepPage(page: KeptPage): Promise<boolean> {
    const state = keepPage(this.#poll, page)
    if (state) this.#keepPoll(state)
    return state !== null
  }

  async endPoll(end: PollEnd): Promise<PollNotice | null> {
    const ended = endRound(this.#poll, end)
    if (ended) this.#keepPoll(ended.state)
    return ended?.notice ?? null
  }

  async polling(): Promise<PollState | null> {
    return this.#poll
  }

  /**
   * Stores the state before the answer leaves, so that a poller that was given a round has it, and no other, also after an
   * eviction.
   */
  #keepPoll(state: PollState): void {
    this.ctx.storage.kv.put('poll', state)
    this.#poll = state
  }

  /** Stores the state before the answer leaves, so that an open breaker outlives an eviction of the object. */
  #keep(state: ThrottleState): void {
    this.ctx.storage.kv.put('state', state)
    this.#state = state
  }
}
