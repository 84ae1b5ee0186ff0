import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { operatorRoute } from '../../app/routes.tsx'

/** How the gateway fares: the operator's first page. */
export const healthRoute = createRoute({
  getParentRoute: () => operatorRoute,
  path: '/',
  component: lazyRouteComponent(() => import('./health-page.tsx')),
})

/** What the list of dead letters is narrowed by. */
export interface LetterSearch {
  readonly queue?: string
  readonly state?: 'all'
}

/** Jobs that ran out of retries. */
export const deadLettersRoute = createRoute({
  getParentRoute: () => operatorRoute,
  path: 'dead-letters',
  validateSearch: (search: Record<string, unknown>): LetterSearch => ({
    ...(search['queue'] ? { queue: String(search['queue']) } : {}),
    ...(search['state'] === 'all' ? { state: 'all' as const } : {}),
  }),
  component: lazyRouteComponent(() => import('./dead-letters-page.tsx')),
})
