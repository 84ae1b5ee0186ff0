import { DurableObject } from 'cloudflare:workers'
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

/** Keeps the rate, the submits under way and the circuit breaker of one provider account; named by the connection id. */
export class ThrottleObject extends DurableObject<Env> implements ThrottleCalls {
  #state: ThrottleState

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#state = ctx.storage.kv.get<ThrottleState>('state') ?? idleThrottle(Date.now())
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

  /** Stores the state before the answer leaves, so that an open breaker outlives an eviction of the object. */
  #keep(state: ThrottleState): void {
    this.ctx.storage.kv.put('state', state)
    this.#state = state
  }
}
