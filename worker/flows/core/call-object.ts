import { Problem } from '#worker/domain/problem.ts'
import { errorLabel, type Log } from '#worker/lib/log.ts'

/** Flags that workerd puts on errors of Durable Object calls. */
interface ObjectError {
  readonly retryable?: boolean
  readonly overloaded?: boolean
}

/** True if the call may be made a second time. Not to an overloaded object (durable-objects/best-practices/error-handling). */
const mayRepeat = (error: unknown): boolean =>
  error instanceof Error && (error as ObjectError).retryable === true && (error as ObjectError).overloaded !== true

/**
 * Calls a Durable Object, and a second time over a new stub if the platform calls the error retryable: the call must bear
 * being made twice. Throws a 503 if the object cannot be reached.
 */
export async function callObject<Stub, Result>(
  log: Log,
  object: string,
  stub: () => Stub,
  call: (stub: Stub) => Promise<Result>,
): Promise<Result> {
  try {
    return await call(stub()).catch((error) => {
      if (!mayRepeat(error)) throw error
      return call(stub())
    })
  } catch (error) {
    const overloaded = (error as ObjectError | null)?.overloaded === true
    log('object.unreachable', { object, overloaded, reason: errorLabel(error) })
    throw new Problem('unavailable', { headers: { 'Retry-After': overloaded ? '5' : '1' } })
  }
}
