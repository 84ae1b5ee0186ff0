import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { tenantRoute } from '../../app/routes.tsx'

/** Whose conversation is open; kept in the address, so that it can be sent to a colleague. */
export interface InboxSearch {
  readonly channel?: string
  readonly person?: string
}

/** What people wrote, and answers to them. */
export const inboxRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'inbox',
  validateSearch: (search: Record<string, unknown>): InboxSearch =>
    search['person'] ? { person: String(search['person']), channel: String(search['channel'] ?? 'sms') } : {},
  component: lazyRouteComponent(() => import('./inbox-page.tsx')),
})
