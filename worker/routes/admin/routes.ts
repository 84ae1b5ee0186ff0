import type { Context } from 'hono'
import type * as z from 'zod'
import type { ConnectionId, TenantId } from '#worker/domain/ids.ts'
import { type FieldError, Problem } from '#worker/domain/problem.ts'
import { toTimestamp } from '#worker/domain/time.ts'
import { providerOf } from '#worker/flows/carriers/ports.ts'
import { confirmPolicy } from '#worker/flows/core/confirm-policy.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import type { AppEnv } from '#worker/middleware/variables.ts'
import type { Resource } from '#worker/routes/operation/operation.ts'
import { wholeList } from '#worker/routes/operation/page.ts'
import { serveChange } from '#worker/routes/operation/recorded.ts'
import { type Input, serve } from '#worker/routes/operation/serve.ts'
import { versionOf } from '#worker/routes/operation/versioned.ts'
import { connectionsById } from '#worker/store/control/connections.ts'
import { listRoutes, putRoute, removeRoute, type StoredRoute } from '#worker/store/control/routes.ts'
import { tenantById } from '#worker/store/control/tenants.ts'
import { listRoutesOperation, putRouteOperation, removeRouteOperation, type routeInput } from './route-operations.ts'
import { demandAskedTenant } from './tenants.ts'

const shown = ({ updatedAt, ...route }: StoredRoute) => ({
  ...route,
  updatedAt: toTimestamp(updatedAt),
  version: versionOf(route.connections),
})

async function knownTenant(db: D1Database, id: string): Promise<TenantId | ''> {
  if (id === '') return id
  const tenant = await tenantById(db, id)
  if (!tenant) throw new Problem('not-found')
  if (tenant.status === 'closed') throw new Problem('conflict', { detail: 'The tenant is closed.' })
  return tenant.id
}

/** Checks that each connection of a route exists, is of its channel and, on a test route, reaches no person; else a 422. */
async function knownConnections(
  platform: Platform,
  { channel, mode, connections }: z.output<typeof routeInput>,
): Promise<readonly ConnectionId[]> {
  const found = new Map(
    (await connectionsById(platform.env.CONTROL, connections)).map((one) => [one.id as string, one]),
  )
  const faultOf = (id: string): string | null => {
    const connection = found.get(id)
    if (connection?.channel !== channel) return `must be a connection of the channel ${channel}`
    const isReal = mode === 'test' && providerOf(platform, connection)?.simulated !== true
    return isReal ? 'a test route may name only simulated carriers' : null
  }
  const errors = connections.flatMap((id, i): FieldError[] => {
    const detail = faultOf(id)
    return detail === null ? [] : [{ pointer: `/connections/${i}`, detail }]
  })
  if (errors.length > 0) throw new Problem('invalid-fields', { errors })
  return connections as readonly ConnectionId[]
}

async function put(c: Context<AppEnv>, body: z.output<typeof routeInput>): Promise<Response> {
  const platform = c.get('platform')
  const route: StoredRoute = {
    tenantId: await knownTenant(c.env.CONTROL, body.tenantId),
    channel: body.channel,
    mode: body.mode,
    connections: await knownConnections(platform, body),
    updatedAt: platform.now(),
  }
  const version = await putRoute(c.env.CONTROL, route)
  if (route.tenantId !== '' && version !== null) await confirmPolicy(platform, route.tenantId, version)
  return c.json(shown(route))
}

type RouteKey = Pick<StoredRoute, 'channel' | 'mode'> & { readonly tenantId: string }

const routeName = ({ tenantId, channel, mode }: RouteKey): string => `route/${tenantId || 'default'}/${channel}/${mode}`

/** Route for the log of changes. */
async function loggedState(c: Context<AppEnv>, key: RouteKey): Promise<unknown> {
  const found = await listRoutes(c.env.CONTROL, key.tenantId as TenantId | '')
  const route = found.find(({ channel, mode }) => channel === key.channel && mode === key.mode)
  return route ? shown(route) : null
}

/** `/admin/v1/routes`: the connections that carry a tenant's messages, in the order in which they are tried. */
export const routes: Resource = {
  operations: [putRouteOperation, listRoutesOperation, removeRouteOperation],
  mount(app) {
    const ofBody = {
      object: (_: Context<AppEnv>, { body }: Input<typeof putRouteOperation>) => routeName(body),
      parent: ({ body }: Input<typeof putRouteOperation>) => body.tenantId,
      read: (c: Context<AppEnv>, _: string, { body }: Input<typeof putRouteOperation>) => loggedState(c, body),
    }
    serveChange(app, putRouteOperation, ofBody, (c, { body }) => put(c, body))
    serve(app, listRoutesOperation, async (c, { query }) => {
      await demandAskedTenant(c, query.tenantId ?? '')
      const found = await listRoutes(c.env.CONTROL, (query.tenantId as TenantId | '' | undefined) ?? null)
      return c.json(wholeList(found.map(shown)))
    })
    const ofQuery = {
      object: (_: Context<AppEnv>, { query }: Input<typeof removeRouteOperation>) => routeName(query),
      parent: ({ query }: Input<typeof removeRouteOperation>) => query.tenantId,
      read: (c: Context<AppEnv>, _: string, { query }: Input<typeof removeRouteOperation>) => loggedState(c, query),
    }
    serveChange(app, removeRouteOperation, ofQuery, async (c, { query }) => {
      const platform = c.get('platform')
      const key = { ...query, tenantId: query.tenantId as TenantId | '' }
      const { removed, version } = await removeRoute(c.env.CONTROL, key, platform.now())
      if (!removed) throw new Problem('not-found')
      if (key.tenantId !== '' && version !== null) await confirmPolicy(platform, key.tenantId, version)
      return c.body(null, 204)
    })
  },
}
