import type { Context } from 'hono'
import type { LimitState } from '#worker/domain/limits/lease.ts'
import { limitHeaders } from '#worker/domain/limits/limit-headers.ts'
import type { AppEnv } from './variables.ts'

/** Sets the headers that tell how the limits stand; a 429 sets its own. */
export function tellLimits(c: Context<AppEnv>, limits: readonly LimitState[]): void {
  const headers = limitHeaders(limits)
  for (const name in headers) c.header(name, headers[name])
}
