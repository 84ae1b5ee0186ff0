import type { MiddlewareHandler } from 'hono'
import { newRequestId } from '#worker/domain/ids.ts'
import type { AppEnv } from './variables.ts'

/** What every answer carries. Answers are somebody's own unless they say otherwise, and are what their type says. */
const DEFAULTS: readonly (readonly [string, string])[] = [
  ['x-content-type-options', 'nosniff'],
  ['cache-control', 'no-store'],
]

function mark(headers: Headers, id: string): void {
  headers.set('request-id', id)
  for (const [name, value] of DEFAULTS) if (!headers.has(name)) headers.set(name, value)
}

/** Outermost of all: every answer, errors included, carries the id of its row in the IP log. */
export const requestId: MiddlewareHandler<AppEnv> = async (c, next) => {
  const id = newRequestId(Date.now())
  c.set('requestId', id)
  // Set ahead, they are in the answer when it is made, which is cheaper than changing it.
  c.header('request-id', id)
  for (const [name, value] of DEFAULTS) c.header(name, value)
  await next()
  if (c.res.headers.has('request-id')) return
  try {
    mark(c.res.headers, id)
  } catch {
    // Answers that were fetched (another Worker's) have immutable headers.
    c.res = new Response(c.res.body, c.res)
    mark(c.res.headers, id)
  }
}
