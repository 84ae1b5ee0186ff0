import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { tenantRoute } from '../../app/routes.tsx'
import type { FiguresSearch } from '../../app/traffic/span.ts'

/** A tenant's first page. */
export const homeRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: '/',
  // The page finds out whether these are any.
  validateSearch: (search: Record<string, unknown>) => search as FiguresSearch,
  component: lazyRouteComponent(() => import('./home-page.tsx')),
})
