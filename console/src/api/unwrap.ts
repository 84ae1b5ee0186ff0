import { refusedCall } from './approvals.ts'
import { Failure, failureOf, worded } from './problem.ts'

interface Answer<Data> {
  readonly data?: Data
  readonly error?: unknown
  readonly response: Response
}

/** Awaits a call: its body, or a `Failure` as an exception. */
export async function unwrap<Data>(call: Promise<Answer<Data>>): Promise<Data> {
  let answer: Answer<Data>
  try {
    answer = await call
  } catch (error) {
    if (error instanceof Failure) throw error
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    // What waited in vain is not tried again at once: three more such waits would say nothing for two minutes.
    const isLate = error instanceof DOMException && error.name === 'TimeoutError'
    throw new Failure(error instanceof SyntaxError ? 'unreadable' : 'unreachable', isLate ? { retryAfter: 10_000 } : {})
  }
  if (!answer.response.ok) {
    throw await worded(failureOf(answer.response, answer.error, await refusedCall(answer.response)))
  }
  return answer.data as Data
}
