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

/** One a provider account (named by the connection id): rate, submits under way, circuit breaker. */
export class ThrottleObject extends DurableObject<Env> implements ThrottleCalls {
  #state: ThrottleState

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#state = ctx.storage.kv.get<ThrottleState>('state') ?? idleThrottle(Date.now())
  }

  async admit(request: ThrottleRequest): Promise<ThrottleGrant> {
    const { state, grant } = admitSlice(this.#state, request, Date.now())
    // A refusal changes nothing that time alone does not.
    if (grant.ok) this.#keep(state)
    return grant
  }

  async settle(settlement: ThrottleSettlement): Promise<void> {
    this.#keep(settleSlice(this.#state, settlement, Date.now()))
  }

  async state(): Promise<BreakerView> {
    return viewThrottle(this.#state, Date.now())
  }

  /** Written in the turn that answers: an open breaker outlives the object. */
  #keep(state: ThrottleState): void {
    this.ctx.storage.kv.put('state', state)
    this.#state = state
  }
}
