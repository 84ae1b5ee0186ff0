import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { rootRoute, validateTo } from '../../app/routes.tsx'

/** Where one makes an account. */
export const signUpRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-up',
  validateSearch: validateTo,
  component: lazyRouteComponent(() => import('./sign-up-page.tsx')),
})

/** The request of who can neither sign in by a passkey nor by a code. */
export const lostAccessRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/lost-access',
  component: lazyRouteComponent(() => import('./lost-access-page.tsx')),
})

/** Where the link of an invitation leads in the end; its token stands behind `#`. */
export const invitationRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/invitation',
  component: lazyRouteComponent(() => import('./invitation-page.tsx')),
})
