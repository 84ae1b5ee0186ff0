import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { operatorRoute } from '../../app/routes.tsx'

/** What waits for a decision of the licensee's people: sign-ups, papers, lost access. */
export const reviewRoute = createRoute({
  getParentRoute: () => operatorRoute,
  path: 'review',
  component: lazyRouteComponent(() => import('./review-page.tsx')),
})
