import type { ProblemCode } from '../../generated/problems.d.ts'
import type { TwoPeopleCall } from './approvals.ts'

/** A wrong field, named by JSON Pointer, `header:Name` or `query:name`. */
export interface FieldError {
  readonly pointer: string
  readonly detail: string
}

/** Code of an answer: one of the API's own, or what happened on the way. */
export type FailureCode = ProblemCode | 'unreachable' | 'unreadable'

/** An answer of the API that is no success, as an exception. `fields` names what was wrong with what was sent. */
export class Failure extends Error {
  override readonly name = 'Failure'
  readonly status: number
  readonly code: FailureCode
  readonly fields: readonly FieldError[]
  /** Id of the request, which support can look for; null where no answer came. */
  readonly requestId: string | null
  /** Milliseconds after which to come again, where the answer said so. */
  readonly retryAfter: number | null
  /** What the API says beside the code, in English. */
  readonly detail: string | null
  /** Which of several causes of the same code it was, where the API tells them apart. */
  readonly reason: string | null
  /** What was asked for, of a call that two people do. */
  readonly call: TwoPeopleCall | null

  constructor(code: FailureCode, about: Partial<Omit<Failure, 'code' | 'name'>> = {}) {
    super(code)
    this.code = code
    this.status = about.status ?? 0
    this.fields = about.fields ?? []
    this.requestId = about.requestId ?? null
    this.retryAfter = about.retryAfter ?? null
    this.detail = about.detail ?? null
    this.reason = about.reason ?? null
    this.call = about.call ?? null
  }
}

let wordsOf: () => Promise<unknown> = async () => {}

/** Says what to await before a failure with sentences is thrown: the page's words for them. */
export const awaitWords = (ready: () => Promise<unknown>): void => {
  wordsOf = ready
}

/** Answers a failure once its sentences can be said; where their words cannot be loaded, it goes without. */
export async function worded(failure: Failure): Promise<Failure> {
  if (failure.fields.length > 0 || failure.detail !== null) await wordsOf().catch(() => {})
  return failure
}

interface ProblemDocument {
  readonly code?: ProblemCode
  readonly detail?: string
  readonly reason?: string
  readonly errors?: readonly FieldError[]
}

/** Makes the failure of an answer that is none of 200 to 299. */
export function failureOf(response: Response, body: unknown, call: TwoPeopleCall | null = null): Failure {
  const problem = (typeof body === 'object' && body !== null ? body : {}) as ProblemDocument
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
  return new Failure(problem.code ?? 'unreadable', {
    status: response.status,
    fields: problem.errors ?? [],
    requestId: response.headers.get('request-id'),
    retryAfter: Number.isFinite(seconds) ? seconds * 1000 : null,
    detail: problem.detail ?? null,
    reason: problem.reason ?? null,
    call,
  })
}

/** True of a failure that the same call may not meet again: nothing answered, or the API was busy. */
export const isPassing = (error: unknown): boolean =>
  error instanceof Failure && (error.code === 'unreachable' || error.status === 429 || error.status === 503)
