import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { operatorRoute } from '../../app/routes.tsx'

/** The licensee's people, and who is invited. */
export const staffRoute = createRoute({
  getParentRoute: () => operatorRoute,
  path: 'staff',
  component: lazyRouteComponent(() => import('./staff-page.tsx')),
})
