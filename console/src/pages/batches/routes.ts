import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { tenantRoute } from '../../app/routes.tsx'

/** What the list of batches is narrowed by. */
export interface BatchSearch {
  readonly ref?: string
  readonly within?: string
  readonly after?: string
  readonly before?: string
}

/** Batches, newest first. */
export const batchesRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'batches',
  validateSearch: (search: Record<string, unknown>) => search as BatchSearch,
  component: lazyRouteComponent(() => import('./batches-page.tsx')),
})

/** One batch. */
export const batchRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'batches/$id',
  component: lazyRouteComponent(() => import('./batch-page.tsx')),
})
