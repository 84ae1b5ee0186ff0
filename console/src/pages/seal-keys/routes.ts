import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { operatorRoute } from '../../app/routes.tsx'

/** Which keys of SEAL_KEYS are in use. */
export const sealKeysRoute = createRoute({
  getParentRoute: () => operatorRoute,
  path: 'keys',
  component: lazyRouteComponent(() => import('./seal-keys-page.tsx')),
})
