import { createRootRoute, createRoute, Outlet } from '@tanstack/react-router'
import { OperatorLayout } from './operator-layout.tsx'
import { Broken, NotFound } from './stumbles.tsx'
import { TenantLayout } from './tenant-layout.tsx'

/** The root of all pages. */
export const rootRoute = createRootRoute({
  component: Outlet,
  notFoundComponent: NotFound,
  errorComponent: ({ error }) => <Broken error={error} />,
})

/** What begins every address of a tenant's pages. */
export const tenantRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/t/$tenantId/$mode',
  component: TenantLayout,
})

/** What begins every address of the licensee's pages. */
export const operatorRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/operator',
  component: OperatorLayout,
})

/** Reads the page that somebody wanted before he had to sign in or up: one of ours, and no other site's. */
export const validateTo = (search: Record<string, unknown>): { to?: string } =>
  typeof search['to'] === 'string' && /^\/(?![/\\])/.test(search['to']) ? { to: search['to'] } : {}
