const defaultError = (ms: number): Error => new Error(`not done within ${ms} ms`)

/**
 * Awaits `work` for at most `ms` milliseconds and throws `lateError` when it takes longer. Cannot stop the work itself: a
 * caller that gives up on a socket must close it.
 */
export async function withDeadline<Value>(work: Promise<Value>, ms: number, lateError = defaultError): Promise<Value> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  let disarm = (): void => {}
  try {
    const timer = setTimeout(() => reject(lateError(ms)), ms)
    disarm = () => clearTimeout(timer)
    return await Promise.race([work, late])
  } finally {
    disarm()
  }
}
