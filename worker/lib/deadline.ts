const defaultError = (ms: number): Error => new Error(`not done within ${ms} ms`)

/**
 * What `work` gives, or `lateError` thrown when that takes longer than `ms` milliseconds. Cannot stop the work itself:
 * who gives up on a socket must close it.
 */
export async function withDeadline<Value>(work: Promise<Value>, ms: number, lateError = defaultError): Promise<Value> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(lateError(ms)), ms)
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
