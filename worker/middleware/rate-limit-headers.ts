import type { Context } from 'hono'
import type { LimitState } from '#worker/domain/limits/lease.ts'
import { limitHeaders } from '#worker/domain/limits/limit-headers.ts'
import type { AppEnv } from './variables.ts'

/** Puts how the limits stand on the answer that is about to be made; a 429 carries them by itself. */
export function tellLimits(c: Context<AppEnv>, limits: readonly LimitState[]): void {
  const headers = limitHeaders(limits)
  for (const name in headers) c.header(name, headers[name])
}
