import { queryCause } from './query-error.ts'

/**
 * True if the same work would fail for the same reason every time: a bug or a refused row. Outages, time-outs and overload
 * pass. By this a consumer tells a poisoned job from one that a retry can work.
 */
export function isDefinite(error: unknown): boolean {
  if (error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError) {
    // A lost connection is no bug, though workerd reports it as a TypeError.
    return !/network|connection|fetch failed/i.test(error.message)
  }
  const said = error instanceof Error ? queryCause(error) : null
  return said !== null && /SQLITE_(CONSTRAINT|MISMATCH|TOOBIG)|malformed JSON/i.test(`${said.message} ${said.cause}`)
}
