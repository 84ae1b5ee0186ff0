import { createRootRoute, createRoute, lazyRouteComponent, Outlet } from '@tanstack/react-router'
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

/** The first page: the landing, or for who is signed in his own home. */
export const startRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  component: lazyRouteComponent(() => import('../pages/start/start-page.tsx')),
})

/** Where one signs in; `to` is the page that one wanted. */
export const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>): { to?: string } =>
    typeof search['to'] === 'string' && /^\/(?!\/)/.test(search['to']) ? { to: search['to'] } : {},
  component: lazyRouteComponent(() => import('../pages/start/sign-in-page.tsx')),
})
