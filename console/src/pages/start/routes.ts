import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { rootRoute, validateTo } from '../../app/routes.tsx'

/** The first page: the landing, or for who is signed in his own home. */
export const startRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  component: lazyRouteComponent(() => import('./start-page.tsx')),
})

/** Where one signs in; `to` is the page that one wanted. */
export const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: validateTo,
  component: lazyRouteComponent(() => import('./sign-in-page.tsx')),
})
