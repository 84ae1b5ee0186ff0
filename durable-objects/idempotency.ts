import { DurableObject } from 'cloudflare:workers'
import type { RequestId } from '../worker/domain/ids.ts'
import type { Env } from '../worker/env.ts'

/** An answer kept for replay; once-shown secrets are masked in it. */
export interface StoredAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** `start`: run, with this request id (the first try's, if one began and did not finish). */
export type Begun =
  | { readonly kind: 'start'; readonly requestId: RequestId }
  | { readonly kind: 'replay'; readonly answer: StoredAnswer }
  | { readonly kind: 'in-flight'; readonly retryAfter: number }
  | { readonly kind: 'mismatch' }

/** Idempotency keys of one tenant that share a hash bucket; named `<tenant>:<bucket>`. */
export class IdempotencyObject extends DurableObject<Env> {
  async begin(_key: string, _fingerprint: string, _requestId: RequestId): Promise<Begun> {
    throw new Error('not written yet')
  }

  /** Keeps the answer for 24 h after the first sight of the key. */
  async complete(_key: string, _answer: StoredAnswer): Promise<void> {
    throw new Error('not written yet')
  }

  /** Ends the in-flight lease without an answer, so that a retry runs again with the same request id. */
  async release(_key: string): Promise<void> {
    throw new Error('not written yet')
  }
}
