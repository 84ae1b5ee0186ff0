import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { operatorRoute, tenantRoute } from '../../app/routes.tsx'

/** What Home shows: how long back, and of which channel. */
export interface HomeSearch {
  readonly back?: string
  readonly channel?: string
}

/** A tenant's first page. */
export const homeRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: '/',
  // The page finds out whether these are any.
  validateSearch: (search: Record<string, unknown>) => search as HomeSearch,
  component: lazyRouteComponent(() => import('./home-page.tsx')),
})

/** What all accounts sent together, and how carriers do: the operators' view of the same counts. */
export const trafficRoute = createRoute({
  getParentRoute: () => operatorRoute,
  path: 'traffic',
  validateSearch: (search: Record<string, unknown>) => search as HomeSearch,
  component: lazyRouteComponent(() => import('./traffic-page.tsx')),
})
