import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { operatorRoute } from '../../app/routes.tsx'
import type { FiguresSearch } from '../../app/traffic/span.ts'

/** What all accounts sent together, and how carriers do: the operators' view of the counts that each account's home shows. */
export const trafficRoute = createRoute({
  getParentRoute: () => operatorRoute,
  path: 'traffic',
  // The page finds out whether these are any.
  validateSearch: (search: Record<string, unknown>) => search as FiguresSearch,
  component: lazyRouteComponent(() => import('./traffic-page.tsx')),
})
