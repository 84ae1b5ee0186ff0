import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { operatorRoute } from '../../app/routes.tsx'

const STATUSES = ['pending', 'active', 'suspended', 'closed'] as const

/** States that the list of accounts is narrowed to. */
export type TenantStatus = (typeof STATUSES)[number]

/** All accounts. */
export const tenantsRoute = createRoute({
  getParentRoute: () => operatorRoute,
  path: 'tenants',
  validateSearch: (search: Record<string, unknown>): { status?: TenantStatus } => {
    const status = STATUSES.find((one) => one === search['status'])
    return status ? { status } : {}
  },
  component: lazyRouteComponent(() => import('./tenants-page.tsx')),
})

/** One account. */
export const tenantOfOperatorRoute = createRoute({
  getParentRoute: () => operatorRoute,
  path: 'tenants/$id',
  component: lazyRouteComponent(() => import('./tenant-page.tsx')),
})
