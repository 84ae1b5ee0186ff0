import type { RequestId } from '#worker/domain/ids.ts'
import { DAY, type EpochMs, MINUTE, SECOND, type Seconds } from '#worker/domain/time.ts'

/** The first answer to a request, kept for its retries. Secrets that are shown once are masked in it. */
export interface KeptAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * Decision about a request under a key. start: do the work, under this request id (that of an earlier run, if one began and
 * did not finish); `run` numbers the runs of a key, and `paid` is what earlier ones left · answered: give the kept answer, which
 * is sealed · in-flight: another run is under way · mismatch: the key was used for another request · full: `count` keys are
 * there, and this would be one too many.
 */
export type Begun =
  | { readonly kind: 'start'; readonly requestId: RequestId; readonly run: number; readonly paid: number }
  | { readonly kind: 'answered'; readonly sealed: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'in-flight'; readonly retryAfter: Seconds }
  | { readonly kind: 'mismatch' }
  | { readonly kind: 'full'; readonly count: number }

/** State of a key. */
export interface KeyRecord {
  readonly fingerprint: string
  /** Request id of the first run, from which every later run makes the same message ids. */
  readonly requestId: RequestId
  /** Number of the present run, from 1. */
  readonly run: number
  /** Time until which the present run counts as under way; 0: none is. */
  readonly leaseUntil: EpochMs
  /** Messages that refused runs queued, whose tokens are taken: the next run takes none for them. */
  readonly paid: number
  readonly answered: boolean
  readonly expiresAt: EpochMs
}

/** Time after which a run without an answer counts as dead. */
const IN_FLIGHT_MS = MINUTE
/** Time for which a key and its answer are kept, from the first request on. */
const KEPT_MS = DAY

type Decision =
  | { readonly kind: 'start'; readonly record: KeyRecord }
  | { readonly kind: 'answered' }
  | { readonly kind: 'in-flight'; readonly retryAfter: Seconds; readonly leaseUntil: EpochMs }
  | { readonly kind: 'mismatch' }

/**
 * Decides what a request under a key does, by draft-ietf-httpapi-idempotency-key-header, section 2.6: first request,
 * completed, in flight, another payload.
 */
export function decideKey(known: KeyRecord | null, fingerprint: string, requestId: RequestId, now: EpochMs): Decision {
  if (!known || known.expiresAt <= now) {
    const record = { fingerprint, requestId, run: 1, leaseUntil: now + IN_FLIGHT_MS, paid: 0, answered: false }
    return { kind: 'start', record: { ...record, expiresAt: now + KEPT_MS } }
  }
  if (known.fingerprint !== fingerprint) return { kind: 'mismatch' }
  if (known.answered) return { kind: 'answered' }
  // Caps the lease at its full length: a clock that was set back would make it longer.
  const leaseUntil = Math.min(known.leaseUntil, now + IN_FLIGHT_MS)
  // True if this very request began the key: the answer to its first call of the object was lost, and it calls once more.
  const isSameCall = known.requestId === requestId && known.run === 1
  if (leaseUntil > now && !isSameCall)
    return { kind: 'in-flight', retryAfter: Math.ceil((leaseUntil - now) / SECOND), leaseUntil }
  return { kind: 'start', record: { ...known, run: isSameCall ? 1 : known.run + 1, leaseUntil: now + IN_FLIGHT_MS } }
}

// Refusals that may pass in a moment or for another caller, so that a retry must run and not get them from the store.
const PASSING = new Set([401, 403, 408, 409, 425, 429])

/** True for an answer that every retry should get. Refusals that may pass and failures of ours are none: a retry runs anew. */
export const isFinalAnswer = (status: number): boolean => status < 500 && !PASSING.has(status)
