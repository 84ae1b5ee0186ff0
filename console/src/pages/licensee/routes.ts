import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { operatorRoute } from '../../app/routes.tsx'

/** The licensee's settings: sign-up, passkeys, legal texts, the registry of identities. */
export const licenseeRoute = createRoute({
  getParentRoute: () => operatorRoute,
  path: 'licensee',
  component: lazyRouteComponent(() => import('./licensee-page.tsx')),
})
