import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { tenantRoute } from '../../app/routes.tsx'

/** What the list shows: of one recipient, and how long back is counted. */
interface VerificationSearch {
  readonly to?: string
  readonly back?: string
}

const pages = () => import('./pages.ts')
const page = (name: keyof Awaited<ReturnType<typeof pages>>) => lazyRouteComponent(pages, name)
const getParentRoute = () => tenantRoute

export const verificationRoutes = [
  createRoute({
    getParentRoute,
    path: 'verifications',
    validateSearch: (search: Record<string, unknown>) => search as VerificationSearch,
    component: page('VerificationsPage'),
  }),
  createRoute({ getParentRoute, path: 'verifications/try', component: page('TryPage') }),
  createRoute({ getParentRoute, path: 'verifications/$id', component: page('VerificationPage') }),
] as const
