import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { tenantRoute } from '../../app/routes.tsx'

const pages = () => import('./pages.ts')
const page = (name: keyof Awaited<ReturnType<typeof pages>>) => lazyRouteComponent(pages, name)
const getParentRoute = () => tenantRoute

export const verificationRoutes = [
  createRoute({
    getParentRoute,
    path: 'verifications',
    validateSearch: (search: Record<string, unknown>) => search as { to?: string },
    component: page('VerificationsPage'),
  }),
  createRoute({ getParentRoute, path: 'verifications/try', component: page('TryPage') }),
  createRoute({ getParentRoute, path: 'verifications/$id', component: page('VerificationPage') }),
] as const
