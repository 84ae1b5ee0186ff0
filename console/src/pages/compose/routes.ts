import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { tenantRoute } from '../../app/routes.tsx'

/** What a form begins with; kept in the address, so that other pages lead to it. */
export interface ComposeSearch {
  readonly to?: string
  readonly channel?: string
}

/** Writing and sending. */
export const composeRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'compose',
  validateSearch: (search: Record<string, unknown>): ComposeSearch => ({
    ...(search['to'] ? { to: String(search['to']) } : {}),
    ...(search['channel'] ? { channel: String(search['channel']) } : {}),
  }),
  component: lazyRouteComponent(() => import('./compose-page.tsx')),
})
