import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { tenantRoute } from '../../app/routes.tsx'

/** What the list of messages is narrowed by; kept in the address, so that it can be sent to a colleague. */
export interface MessageSearch {
  readonly q?: string
  readonly channel?: string
  readonly status?: string
  readonly direction?: string
}

const FIELDS = ['q', 'channel', 'status', 'direction'] as const

/** The log of messages. */
export const messagesRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'messages',
  validateSearch: (search: Record<string, unknown>): MessageSearch =>
    Object.fromEntries(FIELDS.flatMap((field) => (search[field] ? [[field, String(search[field])]] : []))),
  component: lazyRouteComponent(() => import('./messages-page.tsx')),
})

/** One message. */
export const messageRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'messages/$id',
  component: lazyRouteComponent(() => import('./message-page.tsx')),
})
