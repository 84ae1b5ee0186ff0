import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { tenantRoute } from '../../app/routes.tsx'

export const senderRoutes = [
  createRoute({
    getParentRoute: () => tenantRoute,
    path: 'senders',
    validateSearch: (search: Record<string, unknown>) => search as { channel?: string },
    component: lazyRouteComponent(() => import('./senders-page.tsx')),
  }),
] as const
