import { adminOperations, adminRoutes } from '#worker/routes/admin/index.ts'
import type { Operation, Resource } from '#worker/routes/operation/operation.ts'
import { docsOperations, docsRoutes } from '#worker/routes/public/docs-page.ts'
import { healthOperations, healthRoutes } from '#worker/routes/public/health.ts'
import { oauthOperations, oauthRoutes } from '#worker/routes/public/oauth.ts'
import { openApiOperations, openApiRoutes } from '#worker/routes/public/openapi.ts'
import { wellKnownOperations, wellKnownRoutes } from '#worker/routes/public/well-known.ts'
import { batchOperations, batchRoutes } from '#worker/routes/v1/batches.ts'
import { channelOperations, channelRoutes } from '#worker/routes/v1/channels.ts'
import { deviceOperations, deviceRoutes } from '#worker/routes/v1/devices.ts'
import { mediaOperations, mediaRoutes } from '#worker/routes/v1/media.ts'
import { messageOperations, messageRoutes } from '#worker/routes/v1/messages.ts'
import { sessionOperations, sessionRoutes } from '#worker/routes/v1/sessions.ts'
import { suppressionOperations, suppressionRoutes } from '#worker/routes/v1/suppressions.ts'
import { webhookOperations, webhookRoutes } from '#worker/routes/v1/webhooks.ts'

/** ONE LINE PER RESOURCE, in the order of the docs. */
export const resources: readonly Resource[] = [
  { operations: messageOperations, mount: messageRoutes },
  { operations: batchOperations, mount: batchRoutes },
  { operations: channelOperations, mount: channelRoutes },
  { operations: mediaOperations, mount: mediaRoutes },
  { operations: deviceOperations, mount: deviceRoutes },
  { operations: suppressionOperations, mount: suppressionRoutes },
  { operations: sessionOperations, mount: sessionRoutes },
  { operations: webhookOperations, mount: webhookRoutes },
  { operations: oauthOperations, mount: oauthRoutes },
  { operations: wellKnownOperations, mount: wellKnownRoutes },
  { operations: adminOperations, mount: adminRoutes },
  { operations: healthOperations, mount: healthRoutes },
  { operations: openApiOperations, mount: openApiRoutes },
  { operations: docsOperations, mount: docsRoutes },
]

/** Every call of the gateway. */
export const operations: readonly Operation[] = resources.flatMap((resource) => resource.operations)
