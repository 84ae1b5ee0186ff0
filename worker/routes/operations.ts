import { adminOperations } from '#worker/routes/admin/index.ts'
import { batchOperations } from './batches.ts'
import { channelOperations } from './channels.ts'
import { deviceOperations } from './devices.ts'
import { documentOperations } from './document-operations.ts'
import { healthOperations } from './health.ts'
import { mediaOperations } from './media.ts'
import { messageOperations } from './messages.ts'
import { oauthOperations } from './oauth.ts'
import type { Operation } from './operation.ts'
import { sessionOperations } from './sessions.ts'
import { suppressionOperations } from './suppressions.ts'
import { webhookOperations } from './webhooks.ts'
import { wellKnownOperations } from './well-known.ts'

/** Every call of the gateway, in the order of the docs. */
export const operations: readonly Operation[] = [
  ...messageOperations,
  ...batchOperations,
  ...channelOperations,
  ...mediaOperations,
  ...deviceOperations,
  ...suppressionOperations,
  ...sessionOperations,
  ...webhookOperations,
  ...oauthOperations,
  ...wellKnownOperations,
  ...adminOperations,
  ...healthOperations,
  ...documentOperations,
]
