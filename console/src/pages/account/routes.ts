import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { rootRoute } from '../../app/routes.tsx'

const accountRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/account',
  component: lazyRouteComponent(() => import('./account-layout.tsx')),
})

const profileRoute = createRoute({
  getParentRoute: () => accountRoute,
  path: '/',
  component: lazyRouteComponent(() => import('./profile-page.tsx')),
})

const passkeysRoute = createRoute({
  getParentRoute: () => accountRoute,
  path: 'passkeys',
  component: lazyRouteComponent(() => import('./passkeys-page.tsx')),
})

const signInsRoute = createRoute({
  getParentRoute: () => accountRoute,
  path: 'sign-ins',
  component: lazyRouteComponent(() => import('./sign-ins-page.tsx')),
})

const mobileRoute = createRoute({
  getParentRoute: () => accountRoute,
  path: 'mobile',
  component: lazyRouteComponent(() => import('./mobile-page.tsx')),
})

const identityRoute = createRoute({
  getParentRoute: () => accountRoute,
  path: 'identity',
  component: lazyRouteComponent(() => import('./identity-page.tsx')),
})

const preferencesRoute = createRoute({
  getParentRoute: () => accountRoute,
  path: 'preferences',
  component: lazyRouteComponent(() => import('./preferences-page.tsx')),
})

const closeRoute = createRoute({
  getParentRoute: () => accountRoute,
  path: 'close',
  component: lazyRouteComponent(() => import('./close-page.tsx')),
})

/** Pages of the person who is signed in, whatever he acts for. */
export const accountRoutes = accountRoute.addChildren([
  profileRoute,
  passkeysRoute,
  signInsRoute,
  mobileRoute,
  identityRoute,
  preferencesRoute,
  closeRoute,
])
