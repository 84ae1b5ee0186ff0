import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { tenantRoute } from '../../app/routes.tsx'
import type { MessageSearch } from './query.ts'

/** The log of messages. */
export const messagesRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'messages',
  // What the address says is read by the page itself (`searchOf`), whose code comes with it.
  validateSearch: (search: Record<string, unknown>) => search as MessageSearch,
  component: lazyRouteComponent(() => import('./messages-page.tsx')),
})

/** One message. */
export const messageRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'messages/$id',
  component: lazyRouteComponent(() => import('./message-page.tsx')),
})
