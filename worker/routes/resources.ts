import { accessLog } from '#worker/routes/admin/access-log.ts'
import { connections } from '#worker/routes/admin/connections.ts'
import { credentials } from '#worker/routes/admin/credentials.ts'
import { deadLetters } from '#worker/routes/admin/dead-letters.ts'
import { health } from '#worker/routes/admin/health.ts'
import { routes } from '#worker/routes/admin/routes.ts'
import { senders } from '#worker/routes/admin/senders.ts'
import { tenants } from '#worker/routes/admin/tenants.ts'
import { unowned } from '#worker/routes/admin/unowned.ts'
import type { Operation, Resource } from '#worker/routes/operation/operation.ts'
import { docs } from '#worker/routes/public/docs-page.ts'
import { liveness } from '#worker/routes/public/health.ts'
import { oauth } from '#worker/routes/public/oauth.ts'
import { openApi } from '#worker/routes/public/openapi.ts'
import { wellKnown } from '#worker/routes/public/well-known.ts'
import { batches } from '#worker/routes/v1/batches.ts'
import { channels } from '#worker/routes/v1/channels.ts'
import { deliveries } from '#worker/routes/v1/deliveries.ts'
import { devices } from '#worker/routes/v1/devices.ts'
import { media } from '#worker/routes/v1/media.ts'
import { messages } from '#worker/routes/v1/messages.ts'
import { sessions } from '#worker/routes/v1/sessions.ts'
import { suppressions } from '#worker/routes/v1/suppressions.ts'
import { webhooks } from '#worker/routes/v1/webhooks.ts'

/** ONE LINE PER RESOURCE, in the order of the docs. */
export const resources: readonly Resource[] = [
  messages,
  batches,
  channels,
  media,
  devices,
  suppressions,
  sessions,
  webhooks,
  deliveries,
  oauth,
  wellKnown,
  tenants,
  credentials,
  senders,
  connections,
  routes,
  health,
  deadLetters,
  unowned,
  accessLog,
  liveness,
  openApi,
  docs,
]

/** Every call of the gateway. */
export const operations: readonly Operation[] = resources.flatMap((resource) => resource.operations)
