import { accessLog } from '#worker/routes/admin/access-log.ts'
import { connections } from '#worker/routes/admin/connections.ts'
import { credentials } from '#worker/routes/admin/credentials.ts'
import { deadLetters } from '#worker/routes/admin/dead-letters.ts'
import { guard } from '#worker/routes/admin/guard.ts'
import { health } from '#worker/routes/admin/health.ts'
import { identities } from '#worker/routes/admin/identity/matches.ts'
import { papers } from '#worker/routes/admin/identity/papers.ts'
import { identityRegistry } from '#worker/routes/admin/identity/registry.ts'
import { keys } from '#worker/routes/admin/keys.ts'
import { licensee } from '#worker/routes/admin/licensee.ts'
import { providers } from '#worker/routes/admin/providers.ts'
import { routes } from '#worker/routes/admin/routes.ts'
import { senders } from '#worker/routes/admin/senders.ts'
import { allStatistics } from '#worker/routes/admin/statistics.ts'
import { tenants } from '#worker/routes/admin/tenants.ts'
import { unowned } from '#worker/routes/admin/unowned.ts'
import type { Resource } from '#worker/routes/operation/operation.ts'
import { approvals } from '#worker/routes/people/approvals.ts'
import { disclosures } from '#worker/routes/people/disclosures.ts'
import { lostAccessRequests } from '#worker/routes/people/lost-access-requests.ts'
import { staff } from '#worker/routes/people/staff.ts'

/** Calls of operators, a line each, in the order of the docs. */
export const operatorResources: readonly Resource[] = [
  tenants,
  credentials,
  senders,
  guard,
  connections,
  providers,
  routes,
  health,
  allStatistics,
  deadLetters,
  keys,
  licensee,
  identityRegistry,
  identities,
  papers,
  lostAccessRequests,
  unowned,
  approvals,
  disclosures,
  staff,
  accessLog,
]
