import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { tenantRoute } from '../../app/routes.tsx'

/** Sessions, and the screens of one. */
export const sessionRoutes = [
  createRoute({
    getParentRoute: () => tenantRoute,
    path: 'sessions',
    component: lazyRouteComponent(() => import('./sessions-page.tsx')),
  }),
  createRoute({
    getParentRoute: () => tenantRoute,
    path: 'sessions/$id',
    component: lazyRouteComponent(() => import('./session-page.tsx')),
  }),
] as const
