import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { operatorRoute } from '../../app/routes.tsx'

/** Calls that two people do: proposed, decided, done. */
export const approvalsRoute = createRoute({
  getParentRoute: () => operatorRoute,
  path: 'approvals',
  validateSearch: (search: Record<string, unknown>): { status?: string } =>
    typeof search['status'] === 'string' ? { status: search['status'] } : {},
  component: lazyRouteComponent(() => import('./approvals-page.tsx')),
})
