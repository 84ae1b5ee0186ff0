import type { MiddlewareHandler } from 'hono'
import { newRequestId, type RequestId } from '#worker/domain/ids.ts'
import { isSend } from './audit.ts'
import type { AppEnv } from './variables.ts'

/** Value of `Strict-Transport-Security`: a year of this host by https alone. Hosts below it are its owner's to decide on. */
export const HTTPS_ALONE = 'max-age=31536000'

/**
 * Default headers of every answer: not cacheable, because most are private, no content sniffing, and over https no other way from
 * then on. Handlers may set others.
 */
export const defaultHeaders = (id: RequestId, url: string): Readonly<Record<string, string>> => ({
  'request-id': id,
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
  ...(url.startsWith('https:') ? { 'strict-transport-security': HTTPS_ALONE } : {}),
})

function mark(headers: Headers, id: RequestId, url: string): void {
  for (const [name, value] of Object.entries(defaultHeaders(id, url))) if (!headers.has(name)) headers.set(name, value)
}

/** Gives every answer, errors included, the id of its row in the access log. Stands outermost of all. */
export const requestId: MiddlewareHandler<AppEnv> = async (c, next) => {
  const id = newRequestId(Date.now())
  c.set('requestId', id)
  // Headers set ahead are in the answer when it is made, which is cheaper than changing it. A send makes its own at once.
  if (!isSend(c.req)) for (const [name, value] of Object.entries(defaultHeaders(id, c.req.url))) c.header(name, value)
  await next()
  if (c.res.headers.has('request-id')) return
  try {
    mark(c.res.headers, id, c.req.url)
  } catch {
    // Copies an answer that another Worker gave: headers of fetched answers cannot be changed.
    c.res = new Response(c.res.body, c.res)
    mark(c.res.headers, id, c.req.url)
  }
}
