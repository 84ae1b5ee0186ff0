import { createRouter } from '@tanstack/react-router'
import { ofOne } from './app/of-one.ts'
import { operatorRoute, rootRoute, tenantRoute } from './app/routes.tsx'
import { Broken } from './app/stumbles.tsx'
import { accountRoutes } from './pages/account/routes.ts'
import { approvalsRoute } from './pages/approvals/routes.ts'
import { batchesRoute, batchRoute } from './pages/batches/routes.ts'
import { composeRoute } from './pages/compose/routes.ts'
import { connectionRoutes } from './pages/connections/routes.ts'
import { developerRoutes } from './pages/developers/routes.ts'
import { deviceRoutes } from './pages/devices/routes.ts'
import { invitationRoute, lostAccessRoute, signUpRoute } from './pages/entry/routes.ts'
import { deadLettersRoute, healthRoute } from './pages/health/routes.ts'
import { homeRoute } from './pages/home/routes.ts'
import { inboxRoute } from './pages/inbox/routes.ts'
import { legalRoute } from './pages/legal/routes.ts'
import { licenseeRoute } from './pages/licensee/routes.ts'
import { mediaRoute } from './pages/media/routes.ts'
import { messageRoute, messagesRoute } from './pages/messages/routes.ts'
import { accessLogRoute, disclosuresRoute, unownedRoute } from './pages/oversight/routes.ts'
import { requestRoutes } from './pages/requests/routes.ts'
import { reviewRoute } from './pages/review/routes.ts'
import { routingRoute } from './pages/routing/routes.ts'
import { sealKeysRoute } from './pages/seal-keys/routes.ts'
import { senderRoutes } from './pages/senders/routes.ts'
import { sessionRoutes } from './pages/sessions/routes.ts'
import { settingsRoute } from './pages/settings/routes.ts'
import { simulatorRoute } from './pages/simulator/routes.ts'
import { staffRoute } from './pages/staff/routes.ts'
import { signInRoute, startRoute } from './pages/start/routes.ts'
import { suppressionRoutes } from './pages/suppressions/routes.ts'
import { teamRoutes } from './pages/team/routes.ts'
import { tenantOfOperatorRoute, tenantsRoute } from './pages/tenants/routes.ts'
import { trafficRoute } from './pages/traffic/routes.ts'
import { verificationRoutes } from './pages/verifications/routes.ts'
import { parseSearch, stringifySearch } from './search.ts'

const tree = rootRoute.addChildren([
  startRoute,
  signInRoute,
  signUpRoute,
  lostAccessRoute,
  invitationRoute,
  legalRoute,
  accountRoutes,
  tenantRoute.addChildren([
    homeRoute,
    messagesRoute,
    messageRoute,
    composeRoute,
    inboxRoute,
    simulatorRoute,
    ...developerRoutes,
    ...requestRoutes,
    batchesRoute,
    batchRoute,
    ...senderRoutes,
    ...suppressionRoutes,
    ...deviceRoutes,
    ...sessionRoutes,
    mediaRoute,
    ...teamRoutes,
    ...verificationRoutes,
    settingsRoute,
  ]),
  operatorRoute.addChildren([
    healthRoute,
    trafficRoute,
    deadLettersRoute,
    accessLogRoute,
    disclosuresRoute,
    unownedRoute,
    approvalsRoute,
    reviewRoute,
    tenantsRoute,
    tenantOfOperatorRoute,
    staffRoute,
    licenseeRoute,
    ...connectionRoutes,
    routingRoute,
    sealKeysRoute,
  ]),
])

/** Every page of the console and its address. */
export const router = createRouter({
  routeTree: tree,
  parseSearch,
  stringifySearch,
  defaultRemountDeps: ofOne,
  defaultPreload: 'intent',
  scrollRestoration: true,
  // A page that stumbles leaves the frame around it, by which one goes elsewhere.
  defaultErrorComponent: ({ error }) => <Broken error={error} />,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
