import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { tenantRoute } from '../../app/routes.tsx'

/** Which telephone is looked at: kept in the address, so that a link leads to it. */
export interface SimulatorSearch {
  readonly number?: string
}

/** The test telephone. */
export const simulatorRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'simulator',
  validateSearch: (search: Record<string, unknown>): SimulatorSearch =>
    // An address bar that was typed in reads a number of digits alone as a number.
    search['number'] ? { number: String(search['number']) } : {},
  component: lazyRouteComponent(() => import('./simulator-page.tsx')),
})
