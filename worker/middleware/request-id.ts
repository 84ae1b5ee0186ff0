import type { MiddlewareHandler } from 'hono'
import { newRequestId } from '../domain/ids.ts'
import type { AppEnv } from './variables.ts'

/** Outermost of all: every answer, errors included, carries the id of its row in the IP log. */
export const requestId: MiddlewareHandler<AppEnv> = async (c, next) => {
  const id = newRequestId(Date.now())
  c.set('requestId', id)
  await next()
  try {
    c.res.headers.set('request-id', id)
  } catch {
    // Answers that were fetched (another Worker's) have immutable headers.
    c.res = new Response(c.res.body, c.res)
    c.res.headers.set('request-id', id)
  }
}
