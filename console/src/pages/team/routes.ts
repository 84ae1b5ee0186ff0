import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { tenantRoute } from '../../app/routes.tsx'

const pages = () => import('./pages.ts')
const page = (name: keyof Awaited<ReturnType<typeof pages>>) => lazyRouteComponent(pages, name)
const getParentRoute = () => tenantRoute

export const teamRoutes = [
  createRoute({ getParentRoute, path: 'team', component: page('MembersPage') }),
  createRoute({ getParentRoute, path: 'team/invitations', component: page('InvitationsPage') }),
  createRoute({ getParentRoute, path: 'team/invitations/new', component: page('InvitePage') }),
  createRoute({ getParentRoute, path: 'team/roles', component: page('RolesPage') }),
  createRoute({ getParentRoute, path: 'team/disclosures', component: page('DisclosuresPage') }),
] as const
