import type { Failure, FailureCode, Submission } from '#worker/domain/carriers/provider.ts'
import type { Seconds } from '#worker/domain/time.ts'

/** A submission that no carrier took for certain, or of which nobody can tell. */
export type Refusal = Exclude<Submission, { readonly outcome: 'accepted' }>

/** One line of a table: codes of the carrier that come to the same. */
interface RefusalRow<Code extends FailureCode> {
  readonly code: Code
  /** A sentence that a tenant may read. */
  readonly detail: string
  /** The carrier's codes, or `http-<status>`. Absent: the driver tells by something else. */
  readonly of?: readonly (string | number)[]
  /** The carrier's sentences, where it has no codes. */
  readonly said?: RegExp
  /** Seconds to wait where the carrier names no time. */
  readonly retryAfter?: Seconds
  /** Default: what our code says of who is at fault. */
  readonly outcome?: 'unknown'
}

/** Seconds that a carrier is left alone at its word; then it is asked again. */
export const LONGEST_WAIT = 3_600

/** The carrier refuses us and not the message, which another connection may carry: the tenant has done nothing wrong. */
const DEFERRED: ReadonlySet<FailureCode> = new Set([
  'connection-misconfigured',
  'credit-exhausted',
  'provider-throttled',
  'provider-unavailable',
])
/** No answer that can be believed: the carrier may have the message. */
const UNKNOWN: ReadonlySet<FailureCode> = new Set(['provider-timeout', 'provider-invalid-answer'])

/** The outcome that a failure stands for, with the time that the carrier asks for if it is to be waited. */
export function refusalFor(failure: Failure, retryAfter?: Seconds): Refusal {
  if (UNKNOWN.has(failure.code)) return { outcome: 'unknown', failure }
  if (!DEFERRED.has(failure.code)) return { outcome: 'rejected', failure }
  const wait = retryAfter === undefined ? {} : { retryAfter: Math.min(retryAfter, LONGEST_WAIT) }
  return { outcome: 'deferred', failure, ...wait }
}

/** For a message whose validity ended before it could be submitted. */
export const EXPIRED = refusalFor({ code: 'validity-expired', detail: 'The validity has ended.' })

/** What a carrier's refusals mean in our words. */
interface RefusalTable<Code extends FailureCode> {
  /** By the carrier's code; null: the table does not know it, and it proves nothing. */
  find(carrierCode: string | number, retryAfter?: Seconds): Refusal | null
  /** Our code for a sentence of the carrier's, by the first row that knows it. */
  read(sentence: string): Code | undefined
  /** By one of our codes, where something else than a code of the carrier's told. */
  make(code: Code, carrierCode?: string, retryAfter?: Seconds): Refusal
  /** Is this a code of ours that the table has a sentence for? */
  has(code: string): code is Code
}

/** The table of one carrier: each row is one meaning, its outcome and its sentence. Of several rows of one code `make` takes the first. */
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
