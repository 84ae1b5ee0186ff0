import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { tenantRoute } from '../../app/routes.tsx'

/** What the list of devices is narrowed by. */
export interface DeviceSearch {
  readonly user?: string
  readonly tag?: string
  readonly status?: string
}

export const deviceRoutes = [
  createRoute({
    getParentRoute: () => tenantRoute,
    path: 'devices',
    validateSearch: (search: Record<string, unknown>) => search as DeviceSearch,
    component: lazyRouteComponent(() => import('./devices-page.tsx')),
  }),
] as const
