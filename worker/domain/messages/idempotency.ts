import type { RequestId } from '#worker/domain/ids.ts'
import { DAY, type EpochMs, MINUTE, SECOND, type Seconds } from '#worker/domain/time.ts'

/** An answer kept for replay; once-shown secrets are masked in it. */
export interface StoredAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * `start`: run, with this request id (the first try's, if one began and did not finish); `run` tells this run from
 * others of the same key.
 */
export type Begun =
  | { readonly kind: 'start'; readonly requestId: RequestId; readonly run: number }
  | { readonly kind: 'answered'; readonly answer: StoredAnswer }
  | { readonly kind: 'in-flight'; readonly retryAfter: Seconds }
  | { readonly kind: 'mismatch' }

/** What is known of a key. */
export interface KeyRecord {
  readonly fingerprint: string
  /** The first try's: what every retry's messages are made from. */
  readonly requestId: RequestId
  /** Counts the runs. */
  readonly run: number
  /** Until when the present run counts as under way; 0 when none is. */
  readonly leaseUntil: EpochMs
  readonly answered: boolean
  readonly expiresAt: EpochMs
}

/** A run that has not answered for so long is taken for dead. */
const IN_FLIGHT_MS = MINUTE
/** Answers are replayed for so long after the first sight of the key. */
const KEPT_MS = DAY

type Decision =
  | { readonly kind: 'start'; readonly record: KeyRecord }
  | { readonly kind: 'answered' }
  | { readonly kind: 'in-flight'; readonly retryAfter: Seconds; readonly leaseUntil: EpochMs }
  | { readonly kind: 'mismatch' }

/** draft-ietf-httpapi-idempotency-key-header, section 2.6: first sight, completed, in flight, another payload. */
export function decideKey(known: KeyRecord | null, fingerprint: string, requestId: RequestId, now: EpochMs): Decision {
  if (!known || known.expiresAt <= now) {
    const record = { fingerprint, requestId, run: 1, leaseUntil: now + IN_FLIGHT_MS, answered: false }
    return { kind: 'start', record: { ...record, expiresAt: now + KEPT_MS } }
  }
  if (known.fingerprint !== fingerprint) return { kind: 'mismatch' }
  if (known.answered) return { kind: 'answered' }
  // A clock set back must not make a lease longer than it ever was.
  const leaseUntil = Math.min(known.leaseUntil, now + IN_FLIGHT_MS)
  // The same request once more: its first call began the key and the answer to that call was lost.
  const again = known.requestId === requestId && known.run === 1
  if (leaseUntil > now && !again)
    return { kind: 'in-flight', retryAfter: Math.ceil((leaseUntil - now) / SECOND), leaseUntil }
  return { kind: 'start', record: { ...known, run: again ? 1 : known.run + 1, leaseUntil: now + IN_FLIGHT_MS } }
}

// Refusals that may be otherwise in a moment, or for another caller: 401, 403, 408, 409, 425, 429.
const PASSING = new Set([401, 403, 408, 409, 425, 429])

/** Is this the answer that every retry should get? Not what may pass, and no failure of ours: those run again. */
export const isFinalAnswer = (status: number): boolean => status < 500 && !PASSING.has(status)
