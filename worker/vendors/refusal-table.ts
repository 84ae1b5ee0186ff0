import type { Failure, FailureCode, Submission } from '#worker/domain/carriers/provider.ts'
import type { Seconds } from '#worker/domain/time.ts'

/** Outcome of a submit that no carrier took for certain, or of which nobody can tell. */
export type Refusal = Exclude<Submission, { readonly outcome: 'accepted' }>

/** One row of a table: codes of the carrier with the same meaning. */
interface RefusalRow<Code extends FailureCode> {
  readonly code: Code
  /** Sentence that a tenant may read. */
  readonly detail: string
  /** Codes of the carrier, or `http-<status>`. Absent: the driver tells by something else. */
  readonly of?: readonly (string | number)[]
  /** Sentences of the carrier, where it has no codes. */
  readonly said?: RegExp
  /** Seconds to wait where the answer names no time. */
  readonly retryAfter?: Seconds
  /** Outcome, where it does not follow from our code (`DEFERRED`, `UNKNOWN`, else `rejected`). */
  readonly outcome?: 'unknown'
}

/** Longest wait in seconds that a carrier may ask for: then it is tried again, whatever it said. */
export const LONGEST_WAIT = 3_600

/**
 * Codes of a carrier that refuses us and not the message: another connection may carry it, because the tenant has done
 * nothing wrong.
 */
const DEFERRED: ReadonlySet<FailureCode> = new Set([
  'connection-misconfigured',
  'credit-exhausted',
  'provider-throttled',
  'provider-unavailable',
])
/** Codes of answers that cannot be believed: the carrier may have the message. */
const UNKNOWN: ReadonlySet<FailureCode> = new Set(['provider-timeout', 'provider-invalid-answer'])

/** Gives the outcome that a failure stands for; `retryAfter` is kept where the message is deferred. */
export function refusalFor(failure: Failure, retryAfter?: Seconds): Refusal {
  if (UNKNOWN.has(failure.code)) return { outcome: 'unknown', failure }
  if (!DEFERRED.has(failure.code)) return { outcome: 'rejected', failure }
  const wait = retryAfter === undefined ? {} : { retryAfter: Math.min(retryAfter, LONGEST_WAIT) }
  return { outcome: 'deferred', failure, ...wait }
}

/** Outcome of a message whose validity ended before it could be submitted. */
export const EXPIRED = refusalFor({ code: 'validity-expired', detail: 'The validity has ended.' })

/** Meanings of one carrier's refusals. */
interface RefusalTable<Code extends FailureCode> {
  /** Looks up the carrier's code; null: the table does not know it, and it proves nothing. */
  find(carrierCode: string | number, retryAfter?: Seconds): Refusal | null
  /** Gives our code for a sentence of the carrier's, by the first row that knows it. */
  read(sentence: string): Code | undefined
  /** Gives the refusal of one of our codes, where the driver tells by something else than a code of the carrier's. */
  make(code: Code, carrierCode?: string, retryAfter?: Seconds): Refusal
  /** True if the table has a sentence for this code of ours. */
  has(code: string): code is Code
}

/** Makes the table of one carrier. `make` takes the first of several rows with the same code. */
export function refusalTable<Code extends FailureCode>(rows: readonly RefusalRow<Code>[]): RefusalTable<Code> {
  const byCode = new Map([...rows].reverse().map((row) => [row.code as string, row]))
  const byTheirs = new Map(rows.flatMap((row) => (row.of ?? []).map((theirs) => [String(theirs), row] as const)))
  const refusalOf = (row: RefusalRow<Code>, carrierCode: string | undefined, retryAfter: Seconds | undefined) => {
    const named = carrierCode === undefined ? {} : { carrierCode }
    const failure: Failure = { code: row.code, ...named, detail: row.detail }
    return row.outcome ? { outcome: row.outcome, failure } : refusalFor(failure, retryAfter ?? row.retryAfter)
  }
  return {
    find(carrierCode, retryAfter) {
      const row = byTheirs.get(String(carrierCode))
      return row ? refusalOf(row, String(carrierCode), retryAfter) : null
    },
    read: (sentence) => rows.find(({ said }) => said?.test(sentence))?.code,
    make(code, carrierCode, retryAfter) {
      const row = byCode.get(code)
      if (!row) throw new TypeError(`no row for ${code}`)
      return refusalOf(row, carrierCode, retryAfter)
    },
    has: (code): code is Code => byCode.has(code),
  }
}
