import type { MiddlewareHandler } from 'hono'
import { limitHeaders } from '../domain/limit-headers.ts'
import type { AppEnv } from './variables.ts'

/** Tells how the limits stand on every answer of a route that left `limits`; a 429 carries them by itself. */
export const rateLimitHeaders: MiddlewareHandler<AppEnv> = async (c, next) => {
  await next()
  for (const [name, value] of Object.entries(limitHeaders(c.get('limits') ?? []))) c.res.headers.set(name, value)
}
