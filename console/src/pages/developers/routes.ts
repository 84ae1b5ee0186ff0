import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { tenantRoute } from '../../app/routes.tsx'

/** What an endpoint's log is narrowed by; kept in the address. */
export interface AttemptSearch {
  readonly outcome?: string
  readonly message?: string
  readonly event?: string
  readonly within?: string
  readonly after?: string
  readonly before?: string
}

const pages = () => import('./pages.ts')
const page = (name: keyof Awaited<ReturnType<typeof pages>>) => lazyRouteComponent(pages, name)
const keys = () => import('./keys/pages.ts')
const keyPage = (name: keyof Awaited<ReturnType<typeof keys>>) => lazyRouteComponent(keys, name)
const webhooks = () => import('./webhooks/pages.ts')
const webhookPage = (name: keyof Awaited<ReturnType<typeof webhooks>>) => lazyRouteComponent(webhooks, name)
const getParentRoute = () => tenantRoute

export const developerRoutes = [
  createRoute({ getParentRoute, path: 'developers', component: page('StartPage') }),
  createRoute({ getParentRoute, path: 'developers/keys', component: keyPage('KeysPage') }),
  createRoute({ getParentRoute, path: 'developers/keys/new', component: keyPage('NewKeyPage') }),
  createRoute({ getParentRoute, path: 'developers/webhooks', component: webhookPage('WebhooksPage') }),
  createRoute({ getParentRoute, path: 'developers/webhooks/new', component: webhookPage('NewWebhookPage') }),
  createRoute({
    getParentRoute,
    path: 'developers/webhooks/$id',
    // The page finds out whether it is an outcome.
    validateSearch: (search: Record<string, unknown>) => search as AttemptSearch,
    component: lazyRouteComponent(() => import('./webhooks/webhook-page.tsx')),
  }),
  createRoute({ getParentRoute, path: 'developers/webhooks/$id/edit', component: webhookPage('EditWebhookPage') }),
  createRoute({ getParentRoute, path: 'developers/events', component: page('EventsPage') }),
  createRoute({ getParentRoute, path: 'developers/signature', component: page('SignaturePage') }),
] as const
