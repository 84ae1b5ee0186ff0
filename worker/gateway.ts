import { Hono, type MiddlewareHandler } from 'hono'
import type { Platform } from '#worker/flows/core/platform.ts'
import { audit } from '#worker/middleware/audit.ts'
import { authenticate } from '#worker/middleware/authenticate.ts'
import { operator } from '#worker/middleware/operator.ts'
import { notFoundOf, onProblem } from '#worker/middleware/problem.ts'
import { requestId } from '#worker/middleware/request-id.ts'
import type { AppEnv } from '#worker/middleware/variables.ts'
import type { Operation, Resource } from '#worker/routes/operation/operation.ts'
import type { Env } from './env.ts'

/** Paths that people call by the cookie of their browser, and nobody by a token. */
const OF_BROWSERS = '/v1/auth/'

/** The same for all calls but those of browsers. */
const butBrowsers =
  (of: MiddlewareHandler<AppEnv>): MiddlewareHandler<AppEnv> =>
  (c, next) =>
    c.req.path.startsWith(OF_BROWSERS) ? next() : of(c, next)

/**
 * Serves these resources to tenants, operators and anybody; documents among them describe the calls of `described`.
 * `signedIn`: middleware of the calls of browsers, where they are served (middleware/signed-in.ts).
 * Carriers are served by callbacks.ts, people by people.ts.
 */
export function gateway(
  platformOf: (env: Env) => Promise<Platform>,
  resources: readonly Resource[],
  described: readonly Operation[] = [],
  signedIn?: MiddlewareHandler<AppEnv>,
): Hono<AppEnv> {
  const app = new Hono<AppEnv>()
  app.use(requestId)
  app.use(async (c, next) => {
    c.set('platform', await platformOf(c.env))
    await next()
  })
  if (signedIn) {
    app.use(`${OF_BROWSERS}*`, signedIn, audit)
    app.use('/v1/*', butBrowsers(authenticate), butBrowsers(audit))
  } else app.use('/v1/*', authenticate, audit)
  app.use('/admin/*', operator, audit)
  for (const resource of resources) resource.mount(app, described)
  app.onError(onProblem)
  app.notFound(notFoundOf(app))
  return app
}
