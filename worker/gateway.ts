import { Hono } from 'hono'
import type { Platform } from '#worker/flows/core/platform.ts'
import { audit } from '#worker/middleware/audit.ts'
import { authenticate } from '#worker/middleware/authenticate.ts'
import { operator } from '#worker/middleware/operator.ts'
import { notFoundOf, onProblem } from '#worker/middleware/problem.ts'
import { requestId } from '#worker/middleware/request-id.ts'
import type { AppEnv } from '#worker/middleware/variables.ts'
import { adminRoutes } from '#worker/routes/admin/index.ts'
import { batchRoutes } from '#worker/routes/batches.ts'
import { channelRoutes } from '#worker/routes/channels.ts'
import { deviceRoutes } from '#worker/routes/devices.ts'
import { docsRoutes } from '#worker/routes/docs-page.ts'
import { healthRoutes } from '#worker/routes/health.ts'
import { mediaRoutes } from '#worker/routes/media.ts'
import { messageRoutes } from '#worker/routes/messages.ts'
import { mountOauth } from '#worker/routes/oauth.ts'
import { openApiRoutes } from '#worker/routes/openapi.ts'
import { sessionRoutes } from '#worker/routes/sessions.ts'
import { suppressionRoutes } from '#worker/routes/suppressions.ts'
import { webhookRoutes } from '#worker/routes/webhooks.ts'
import { mountWellKnown } from '#worker/routes/well-known.ts'
import type { Env } from './env.ts'

/** The tenants' and operators' surface. Hono never sees a carrier. */
export function gateway(platformOf: (env: Env) => Promise<Platform>): Hono<AppEnv> {
  const app = new Hono<AppEnv>()
  app.use(requestId)
  app.use(async (c, next) => {
    c.set('platform', await platformOf(c.env))
    await next()
  })
  app.use('/v1/*', authenticate, audit)
  app.use('/admin/*', operator, audit)
  messageRoutes(app)
  batchRoutes(app)
  channelRoutes(app)
  mediaRoutes(app)
  deviceRoutes(app)
  suppressionRoutes(app)
  sessionRoutes(app)
  webhookRoutes(app)
  adminRoutes(app)
  mountOauth(app)
  mountWellKnown(app)
  healthRoutes(app)
  openApiRoutes(app)
  docsRoutes(app)
  app.onError(onProblem)
  app.notFound(notFoundOf(app))
  return app
}
