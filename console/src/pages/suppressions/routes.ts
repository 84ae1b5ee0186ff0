import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { tenantRoute } from '../../app/routes.tsx'

const pages = () => import('./pages.ts')
const page = (name: keyof Awaited<ReturnType<typeof pages>>) => lazyRouteComponent(pages, name)

export const suppressionRoutes = [
  createRoute({
    getParentRoute: () => tenantRoute,
    path: 'suppressions',
    validateSearch: (search: Record<string, unknown>) => search as { channel?: string; recipient?: string },
    component: page('SuppressionsPage'),
  }),
  createRoute({ getParentRoute: () => tenantRoute, path: 'suppressions/import', component: page('ImportPage') }),
] as const
