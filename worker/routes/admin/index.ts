import type { Hono } from 'hono'
import type { AppEnv } from '#worker/middleware/variables.ts'
import type { Operation } from '#worker/routes/operation/operation.ts'
import { connectionOperations } from './connection-operations.ts'
import { connectionRoutes } from './connections.ts'
import { credentialOperations } from './credential-operations.ts'
import { credentialRoutes } from './credentials.ts'
import { routeOperations } from './route-operations.ts'
import { routeRoutes } from './routes.ts'
import { senderOperations } from './sender-operations.ts'
import { senderRoutes } from './senders.ts'
import { tenantOperations } from './tenant-operations.ts'
import { tenantRoutes } from './tenants.ts'
import { watchRoutes } from './watch.ts'
import { watchOperations } from './watch-operations.ts'

/** Everything under `/admin/v1`. */
export const adminOperations: readonly Operation[] = [
  ...tenantOperations,
  ...credentialOperations,
  ...senderOperations,
  ...connectionOperations,
  ...routeOperations,
  ...watchOperations,
]

/** The operators' calls; stands behind `operator` and `audit`. */
export function adminRoutes(app: Hono<AppEnv>): void {
  tenantRoutes(app)
  credentialRoutes(app)
  senderRoutes(app)
  connectionRoutes(app)
  routeRoutes(app)
  watchRoutes(app)
}
