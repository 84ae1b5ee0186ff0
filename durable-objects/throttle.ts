import { DurableObject } from 'cloudflare:workers'
import type { Seconds } from '../worker/domain/time.ts'
import type { Env } from '../worker/env.ts'

/** What a slice asks of a provider account before it claims anything. */
export interface ThrottleRequest {
  readonly want: number
  /** Messages a second the account may be given; null: no limit of ours. */
  readonly rate: number | null
  /** Most submits under way at once; null where the provider drops repeats (no submit is a gamble there). */
  readonly concurrency: number | null
}

export type ThrottleGrant =
  /** Up to `messages` now; `permit` goes back with `settle`. `probe`: the breaker is half open, ask `health?()` first. */
  | {
      readonly ok: true
      readonly messages: number
      readonly inFlight: number | null
      readonly permit: string
      readonly probe: boolean
    }
  | { readonly ok: false; readonly reason: 'open' | 'busy' | 'rate'; readonly retryAfter: Seconds }

/** What came of a slice, in the order it happened. */
export interface ThrottleSettlement {
  readonly permit: string
  /** Unclear outcomes in a row at the end of the slice, counting on from `streak` if nothing else happened. */
  readonly unknownStreak: number
  /** Did anything certain come back (accepted, rejected, deferred by the provider)? It closes a half-open breaker. */
  readonly certain: boolean
  /** The provider said to wait so long (429). */
  readonly retryAfter?: Seconds
}

/** One a provider account (named by the connection id): rate, submits under way, circuit breaker. */
export class ThrottleObject extends DurableObject<Env> {
  async admit(_request: ThrottleRequest): Promise<ThrottleGrant> {
    throw new Error('not written yet')
  }

  async settle(_settlement: ThrottleSettlement): Promise<void> {
    throw new Error('not written yet')
  }

  /** For the operators' health. */
  async state(): Promise<{ breaker: 'closed' | 'open' | 'half-open'; openedAt: number | null; inFlight: number }> {
    throw new Error('not written yet')
  }
}
