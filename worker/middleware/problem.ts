import type { Context, ErrorHandler, Hono, NotFoundHandler } from 'hono'
import { Problem, problemBody } from '#worker/domain/problem.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { RequestCut } from '#worker/lib/http/request-body.ts'
import { consoleLog, errorLabel } from '#worker/lib/log.ts'
import type { AppEnv } from './variables.ts'

/** Platform of the call; undefined if the error came before it could be made (a secret is missing). */
const platformOf = (c: Context<AppEnv>): Platform | undefined => c.get('platform')

/** Answers with the document of a problem (RFC 9457). */
function problemResponse(c: Context<AppEnv>, problem: Problem): Response {
  const body = problemBody(problem, platformOf(c)?.config.baseUrl ?? '', c.get('requestId') ?? '')
  return new Response(JSON.stringify(body), {
    status: problem.status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...problem.options.headers,
    },
  })
}

/** Handler for Hono's onError: a problem becomes its document, anything else a logged 500 that tells nothing. */
export const onProblem: ErrorHandler<AppEnv> = (error, c) => {
  if (error instanceof Problem) return problemResponse(c, error)
  if (error instanceof RequestCut) return problemResponse(c, new Problem('invalid-request', { detail: error.message }))
  const log = platformOf(c)?.log ?? consoleLog
  log('request.failed', { requestId: c.get('requestId'), method: c.req.method, error: errorLabel(error) })
  return problemResponse(c, new Problem('internal'))
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/** Methods that have a handler at this path; middleware is registered for ALL and does not count. */
function allowedMethods(app: Hono<AppEnv>, path: string): readonly string[] {
  const found: string[] = METHODS.filter((method) =>
    app.router.match(method, path)[0].some(([[, route]]) => route.method === method),
  )
  return found.includes('GET') ? ['GET', 'HEAD', ...found.slice(1)] : found
}

/** Handler for Hono's notFound: 405 with `Allow` where the path exists with another method, else 404. */
export const notFoundOf =
  (app: Hono<AppEnv>): NotFoundHandler<AppEnv> =>
  (c) => {
    const allowed = allowedMethods(app, c.req.path)
    if (allowed.length === 0) return problemResponse(c, new Problem('not-found'))
    return problemResponse(c, new Problem('method-not-allowed', { headers: { allow: allowed.join(', ') } }))
  }
