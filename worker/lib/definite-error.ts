import { queryCause } from './query-error.ts'

/**
 * Would the same work fail again for the same reason? Bugs and refused rows would; outages, time-outs and overload pass.
 * Decides whether a job is poison or merely early.
 */
export function isDefinite(error: unknown): boolean {
  if (error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError) {
    // workerd reports a lost connection as a TypeError too.
    return !/network|connection|fetch failed/i.test(error.message)
  }
  const said = error instanceof Error ? queryCause(error) : null
  return said !== null && /SQLITE_(CONSTRAINT|MISMATCH|TOOBIG)|malformed JSON/i.test(`${said.message} ${said.cause}`)
}
