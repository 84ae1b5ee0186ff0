import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { operatorRoute } from '../../app/routes.tsx'

/** What the access log is asked for: one of these, since the API finds rows by one. */
export const LOOKS = ['tenantId', 'ip', 'person', 'object'] as const
export type Look = (typeof LOOKS)[number]

/** The question that the address keeps. */
export interface LogSearch {
  readonly by?: Look
  readonly of?: string
}

/** Who called what, from where, and what an operator changed. */
export const accessLogRoute = createRoute({
  getParentRoute: () => operatorRoute,
  path: 'access-log',
  validateSearch: ({ by, of }: Record<string, unknown>): LogSearch => ({
    ...(LOOKS.some((look) => look === by) ? { by: by as Look } : {}),
    ...(typeof of === 'string' || typeof of === 'number' ? { of: String(of) } : {}),
  }),
  component: lazyRouteComponent(() => import('./access-log-page.tsx')),
})

/** What the licensee's people read of other people's words. */
export const disclosuresRoute = createRoute({
  getParentRoute: () => operatorRoute,
  path: 'disclosures',
  component: lazyRouteComponent(() => import('./disclosures-page.tsx')),
})

/** Messages to lines that no tenant has. */
export const unownedRoute = createRoute({
  getParentRoute: () => operatorRoute,
  path: 'unowned',
  component: lazyRouteComponent(() => import('./unowned-page.tsx')),
})
