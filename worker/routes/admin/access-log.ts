import type { Context } from 'hono'
import * as z from 'zod'
import { DAY, toTimestamp } from '#worker/domain/time.ts'
import { newestOfAll } from '#worker/flows/upkeep/all-shards.ts'
import type { AppEnv } from '#worker/middleware/variables.ts'
import { timestamp } from '#worker/routes/operation/fields.ts'
import type { Operation, Resource } from '#worker/routes/operation/operation.ts'
import { page, pageOf } from '#worker/routes/operation/page.ts'
import { type Input, serve } from '#worker/routes/operation/serve.ts'
import { listRequests } from '#worker/store/request-list.ts'
import { pageQuery } from './page-query.ts'

const requestAnswer = z.object({
  id: z.string(),
  tenantId: z.string(),
  at: timestamp,
  ip: z.string(),
  country: z.string().nullable(),
  asn: z.int().nullable(),
  ray: z.string().nullable(),
  actor: z.string().nullable(),
  method: z.string(),
  route: z.string(),
  status: z.int(),
  count: z.int().min(0).describe('Calls like this that the row stands for.'),
})

const listRequestsOperation = {
  method: 'GET',
  path: '/admin/v1/requests',
  summary: 'Read the access log of a tenant',
  tag: 'Operations',
  query: pageQuery.extend({
    tenantId: z.string().max(40).describe('Empty: calls that no tenant made (operators, refused sign-ins).'),
    from: z.iso.datetime({ offset: true }).optional().describe('Default: 24 hours before `to`.'),
    to: z.iso.datetime({ offset: true }).optional().describe('Default: now.'),
  }),
  responses: { 200: { description: 'A page, newest first.', schema: pageOf(requestAnswer) } },
} as const satisfies Operation

async function list(c: Context<AppEnv>, { query }: Input<typeof listRequestsOperation>): Promise<Response> {
  const platform = c.get('platform')
  const { tenantId, cursor = '', limit } = query
  const to = query.to === undefined ? platform.now() : Date.parse(query.to)
  const from = query.from === undefined ? to - DAY : Date.parse(query.from)
  const found = await newestOfAll(platform, limit + 1, (db) =>
    listRequests(db, { tenantId, from, to }, cursor, limit + 1),
  )
  const { rows, last } = page(found, limit)
  return c.json({ data: rows.map((row) => ({ ...row, at: toTimestamp(row.at) })), nextCursor: last?.id ?? null })
}

/** `/admin/v1/requests`: the access log of a tenant. */
export const accessLog: Resource = {
  operations: [listRequestsOperation],
  mount: (app) => serve(app, listRequestsOperation, list),
}
