import * as z from 'zod'
import { channel, connectionId, mode, timestamp } from '#worker/routes/operation/fields.ts'
import type { Operation } from '#worker/routes/operation/operation.ts'
import { wholeListOf } from '#worker/routes/operation/page.ts'
import { changedVersion, putVersion, version } from '#worker/routes/operation/versioned.ts'

const tag = 'Routes'
const CONNECTIONS_MOST = 10

const tenantId = z.string().max(40).describe('A tenant; empty: every tenant that has no route of its own.')

export const routeInput = z.strictObject({
  tenantId: tenantId.default(''),
  channel,
  mode,
  connections: z
    .array(connectionId)
    .min(1)
    .max(CONNECTIONS_MOST)
    .refine((ids) => new Set(ids).size === ids.length, 'names a connection twice')
    .describe('Tried in this order. A `test` route may name only simulated carriers.'),
  version: putVersion,
})
const removedRoute = z.strictObject({ tenantId: tenantId.default(''), channel, mode, version: changedVersion })

const routeAnswer = z.object({
  tenantId: z.string(),
  channel,
  mode,
  connections: z.array(z.string()),
  updatedAt: timestamp,
  version,
})

const inForce = {
  404: { description: 'There is no such tenant or route.' },
  503: { description: 'The change is made, but not confirmed: it is in force within 60 seconds.' },
}
const description = 'A tenant’s own route is in force at once, a default one within 60 seconds.'

export const putRouteOperation = {
  method: 'PUT',
  path: '/admin/v1/routes',
  summary: 'Set the route of a channel and mode, for one tenant or for all that have none',
  description,
  tag,
  operatorScope: 'connections:write',
  body: routeInput,
  responses: {
    200: { description: 'The route.', schema: routeAnswer },
    409: { description: 'The tenant is closed, or the route was changed since the `version` that is named.' },
    ...inForce,
  },
} as const satisfies Operation

export const listRoutesOperation = {
  method: 'GET',
  path: '/admin/v1/routes',
  summary: 'List routes',
  tag,
  operatorScope: 'connections:read',
  query: z.strictObject({ tenantId: tenantId.optional() }),
  responses: {
    200: { description: 'Up to 1,000 routes, default ones first.', schema: wholeListOf(routeAnswer) },
  },
} as const satisfies Operation

export const removeRouteOperation = {
  method: 'DELETE',
  path: '/admin/v1/routes',
  summary: 'Remove a route',
  description,
  tag,
  operatorScope: 'connections:write',
  query: removedRoute,
  responses: {
    204: { description: 'It is gone.' },
    409: { description: 'The route was changed since the `version` that is named.' },
    ...inForce,
  },
} as const satisfies Operation
