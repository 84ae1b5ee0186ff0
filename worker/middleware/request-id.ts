import type { MiddlewareHandler } from 'hono'
import { newRequestId } from '../domain/ids.ts'
import type { AppEnv } from './variables.ts'

/** Outermost of all: every answer, errors included, carries the id of its row in the IP log. */
export const requestId: MiddlewareHandler<AppEnv> = async (c, next) => {
  const id = newRequestId(Date.now())
  c.set('requestId', id)
  // Set ahead, it is in the answer when that is made; afterwards an answer is copied for it.
  c.header('request-id', id)
  await next()
  if (c.res.headers.has('request-id')) return
  try {
    c.res.headers.set('request-id', id)
  } catch {
    // Answers that were fetched (another Worker's) have immutable headers.
    c.res = new Response(c.res.body, c.res)
    c.res.headers.set('request-id', id)
  }
}
