import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { operatorRoute } from '../../app/routes.tsx'

const connectionsRoute = createRoute({
  getParentRoute: () => operatorRoute,
  path: 'connections',
  component: lazyRouteComponent(() => import('./connections-page.tsx')),
})

/** What a new connection begins with, so that the address of a half-filled form says what it is for. */
export const newConnectionRoute = createRoute({
  getParentRoute: () => operatorRoute,
  path: 'connections/new',
  validateSearch: ({ channel, provider }: Record<string, unknown>): { channel?: string; provider?: string } => ({
    ...(typeof channel === 'string' ? { channel } : {}),
    ...(typeof provider === 'string' ? { provider } : {}),
  }),
  component: lazyRouteComponent(() => import('./new-connection-page.tsx')),
})

const connectionRoute = createRoute({
  getParentRoute: () => operatorRoute,
  path: 'connections/$connectionId',
  component: lazyRouteComponent(() => import('./connection-page.tsx')),
})

const editConnectionRoute = createRoute({
  getParentRoute: () => operatorRoute,
  path: 'connections/$connectionId/edit',
  component: lazyRouteComponent(() => import('./edit-connection-page.tsx')),
})

/** Accounts at providers. */
export const connectionRoutes = [connectionsRoute, newConnectionRoute, connectionRoute, editConnectionRoute] as const
