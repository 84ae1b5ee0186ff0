import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { operatorRoute } from '../../app/routes.tsx'

/** Whose messages go by which connections. `tenant`: those of one account; absent: of all without their own. */
export const routingRoute = createRoute({
  getParentRoute: () => operatorRoute,
  path: 'routes',
  validateSearch: ({ tenant }: Record<string, unknown>): { tenant?: string } =>
    typeof tenant === 'string' && tenant !== '' ? { tenant } : {},
  component: lazyRouteComponent(() => import('./routing-page.tsx')),
})
