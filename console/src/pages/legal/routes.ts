import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { rootRoute } from '../../app/routes.tsx'

/** What the law wants shown of who runs the gateway. */
export const legalRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/legal/$page',
  component: lazyRouteComponent(() => import('./legal-page.tsx')),
})
