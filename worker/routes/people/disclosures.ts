import type { Context } from 'hono'
import * as z from 'zod'
import { Problem } from '#worker/domain/problem.ts'
import type { AppEnv } from '#worker/middleware/variables.ts'
import { pageQuery } from '#worker/routes/admin/page-query.ts'
import type { Operation, Resource } from '#worker/routes/operation/operation.ts'
import { page, pageOf } from '#worker/routes/operation/page.ts'
import { serveChange } from '#worker/routes/operation/recorded.ts'
import { serve } from '#worker/routes/operation/serve.ts'
import { type Disclosure, disclosureById, listDisclosures, showDisclosure } from '#worker/store/people/disclosures.ts'
import { DISCLOSURE_ID, disclosureAnswer, disclosureJson } from './own-disclosures.ts'

const tag = 'Approvals'

const answer = disclosureAnswer.extend({
  tenantId: z.string(),
  underOrder: z
    .object({ reference: z.string().nullable(), isLifted: z.boolean().describe('True: the tenant sees it.') })
    .nullable()
    .describe('The order of a court that it was made under; null: the tenant saw it at once.'),
})

const listAll = {
  method: 'GET',
  path: '/admin/v1/disclosures',
  summary: 'List what was read of the words of tenants’ people, also what a tenant must not see yet',
  tag,
  operatorScope: 'disclosures:read',
  query: pageQuery(DISCLOSURE_ID),
  responses: { 200: { description: 'A page, newest first.', schema: pageOf(answer) } },
} as const satisfies Operation

const lift = {
  method: 'POST',
  path: '/admin/v1/disclosures/:id/lift',
  summary: 'Let the tenant see a disclosure whose order was lifted',
  tag,
  operatorScope: 'people:disclose',
  stepUp: true,
  responses: { 200: { description: 'As the list shows it.', schema: answer } },
} as const satisfies Operation

const shown = (one: Disclosure) => ({
  ...disclosureJson(one),
  tenantId: one.tenantId,
  underOrder: one.order === null && !one.isHidden ? null : { reference: one.order, isLifted: !one.isHidden },
})

/** State for the access log: of an order only whether it holds. */
async function loggedState(c: Context<AppEnv>, id: string): Promise<unknown> {
  const { env, keys } = c.get('platform')
  const found = await disclosureById(env.CONTROL, keys, id)
  return found && { id, object: found.object, isHidden: found.isHidden }
}

/** `/admin/v1/disclosures`: what the licensee's people read of the words of tenants' people. */
export const disclosures: Resource = {
  operations: [listAll, lift],
  mount(app) {
    serve(app, listAll, async (c, { query: { cursor = '', limit } }) => {
      const { env, keys } = c.get('platform')
      const asked = { before: cursor, limit: limit + 1 }
      const { rows, last } = page(await listDisclosures(env.CONTROL, keys, 'all', asked), limit)
      return c.json({ data: rows.map(shown), nextCursor: last?.id ?? null })
    })
    serveChange(
      app,
      lift,
      { object: (_, { params }) => params.id, read: loggedState },
      async (c, { params: { id } }) => {
        const { env, keys } = c.get('platform')
        await showDisclosure(env.CONTROL, id)
        const found = await disclosureById(env.CONTROL, keys, id)
        if (!found) throw new Problem('not-found')
        return c.json(shown(found))
      },
    )
  },
}
