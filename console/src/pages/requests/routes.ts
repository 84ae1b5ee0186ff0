import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { tenantRoute } from '../../app/routes.tsx'
import type { RequestSearch } from './query.ts'

export const requestRoutes = [
  createRoute({
    getParentRoute: () => tenantRoute,
    path: 'requests',
    // What the address says is read by the page itself (`searchOf`), whose code comes with it.
    validateSearch: (search: Record<string, unknown>) => search as RequestSearch,
    component: lazyRouteComponent(() => import('./requests-page.tsx')),
  }),
] as const
