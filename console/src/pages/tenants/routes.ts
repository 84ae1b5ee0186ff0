import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { operatorRoute } from '../../app/routes.tsx'

const STATUSES = ['pending', 'active', 'suspended', 'closed'] as const

/** States that the list of accounts is narrowed to. */
export type TenantStatus = (typeof STATUSES)[number]

/** All accounts. */
export const tenantsRoute = createRoute({
  getParentRoute: () => operatorRoute,
  path: 'tenants',
  validateSearch: (search: Record<string, unknown>): { status?: TenantStatus; name?: string } => {
    const status = STATUSES.find((one) => one === search['status'])
    // A name in digits alone comes as a number.
    const name = String(search['name'] ?? '').slice(0, 100)
    return { ...(status ? { status } : {}), ...(name ? { name } : {}) }
  },
  component: lazyRouteComponent(() => import('./tenants-page.tsx')),
})

/** One account. */
export const tenantOfOperatorRoute = createRoute({
  getParentRoute: () => operatorRoute,
  path: 'tenants/$id',
  component: lazyRouteComponent(() => import('./tenant-page.tsx')),
})
