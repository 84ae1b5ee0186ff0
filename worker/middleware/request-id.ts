import type { MiddlewareHandler } from 'hono'
import { newRequestId } from '#worker/domain/ids.ts'
import type { AppEnv } from './variables.ts'

/**
 * Default headers of every response: not cacheable, because most are private, and no content sniffing. Handlers may set others.
 */
const DEFAULTS: readonly (readonly [string, string])[] = [
  ['x-content-type-options', 'nosniff'],
  ['cache-control', 'no-store'],
]

function mark(headers: Headers, id: string): void {
  headers.set('request-id', id)
  for (const [name, value] of DEFAULTS) if (!headers.has(name)) headers.set(name, value)
}

/** Gives every answer, errors included, the id of its row in the access log. Stands outermost of all. */
export const requestId: MiddlewareHandler<AppEnv> = async (c, next) => {
  const id = newRequestId(Date.now())
  c.set('requestId', id)
  // Headers that are set ahead are in the answer when it is made, which is cheaper than changing it afterwards.
  c.header('request-id', id)
  for (const [name, value] of DEFAULTS) c.header(name, value)
  await next()
  if (c.res.headers.has('request-id')) return
  try {
    mark(c.res.headers, id)
  } catch {
    // Copies an answer that another Worker gave: headers of fetched answers cannot be changed.
    c.res = new Response(c.res.body, c.res)
    mark(c.res.headers, id)
  }
}
