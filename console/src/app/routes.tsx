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

/** Form of a path of ours. Browsers drop tabs and line ends out of addresses and read \ as /, so none with either is one. */
const OWN_PATH = /^\/(?!\/)[^\\\p{C}\p{Z}]*$/u

/**
 * Reads the page that somebody wanted before he had to sign in or up: one of ours, and no other site's. What is none is named as
 * undefined: a member that is left out here the router takes from the address, as it stands there.
 */
export function validateTo({ to }: Record<string, unknown>): { to?: string | undefined } {
  return { to: typeof to === 'string' && OWN_PATH.test(to) ? to : undefined }
}
