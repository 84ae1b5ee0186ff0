import { Hono } from 'hono'
import type { Env } from './env.ts'
import { audit } from './middleware/audit.ts'
import { authenticate } from './middleware/authenticate.ts'
import { operator } from './middleware/operator.ts'
import { notFoundOf, onProblem } from './middleware/problem.ts'
import { requestId } from './middleware/request-id.ts'
import type { AppEnv } from './middleware/variables.ts'
import type { Platform } from './pipeline/platform.ts'
import { adminRoutes } from './routes/admin/index.ts'
import { batchRoutes } from './routes/batches.ts'
import { channelRoutes } from './routes/channels.ts'
import { deviceRoutes } from './routes/devices.ts'
import { docsRoutes } from './routes/docs-page.ts'
import { healthRoutes } from './routes/health.ts'
import { mediaRoutes } from './routes/media.ts'
import { messageRoutes } from './routes/messages.ts'
import { mountOauth } from './routes/oauth.ts'
import { openApiRoutes } from './routes/openapi.ts'
import { sessionRoutes } from './routes/sessions.ts'
import { suppressionRoutes } from './routes/suppressions.ts'
import { webhookRoutes } from './routes/webhooks.ts'
import { mountWellKnown } from './routes/well-known.ts'

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
