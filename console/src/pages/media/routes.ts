import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { tenantRoute } from '../../app/routes.tsx'

/** Files of the account. */
export const mediaRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'media',
  component: lazyRouteComponent(() => import('./media-page.tsx')),
})
