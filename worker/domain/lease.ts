import type { EpochMs, Seconds } from './time.ts'

/** An isolate asks for `need` messages now; `holder` tells isolates apart. */
export interface LeaseRequest {
  readonly holder: string
  readonly need: number
}

/** One limit as the RateLimit headers tell it. */
export interface LimitState {
  readonly name: 'burst' | 'daily' | 'monthly'
  readonly quota: number
  readonly window: Seconds
  readonly remaining: number
  readonly reset: Seconds
}

export type LeaseGrant =
  /** `tokens` include the need; what is prefetched may be spent for `ttlMs` after the call began. */
  | { readonly ok: true; readonly tokens: number; readonly ttlMs: number; readonly limits: readonly LimitState[] }
  | {
      readonly ok: false
      readonly retryAfter: Seconds
      readonly violated: readonly LimitState['name'][]
      readonly limits: readonly LimitState[]
    }

export type { EpochMs }
