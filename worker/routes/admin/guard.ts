import * as z from 'zod'
import { Problem } from '#worker/domain/problem.ts'
import { MODES, realmOf } from '#worker/domain/realm.ts'
import { toTimestamp } from '#worker/domain/time.ts'
import { policyNow } from '#worker/flows/core/admission.ts'
import { lookAtGuard } from '#worker/flows/verifications/guard.ts'
import { timestamp } from '#worker/routes/operation/fields.ts'
import type { Operation, Resource } from '#worker/routes/operation/operation.ts'
import { page, pageOf } from '#worker/routes/operation/page.ts'
import { serve } from '#worker/routes/operation/serve.ts'
import { guardAnswer } from '#worker/routes/v1/verification-operations.ts'
import { type GuardAlert, listGuardAlerts } from '#worker/store/control/guard-alerts.ts'
import { pageQuery } from './page-query.ts'
import { requireTenant } from './tenants.ts'

const tag = 'Tenants'

const alertAnswer = z
  .object({
    id: z.string(),
    tenantId: z.string(),
    mode: z.enum(MODES),
    scope: z.string().describe('`home`, a country (ISO 3166-1), or `abroad` for all but the home country together.'),
    percent: z.int().describe('Percents of the ceiling that were reached: 50 or 80.'),
    used: z.int().describe('Units of that day, when it was reached.'),
    ceiling: z.int(),
    at: timestamp,
  })
  .meta({ id: 'GuardAlert' })

const alerts = {
  method: 'GET',
  path: '/admin/v1/guard-alerts',
  summary: 'List which accounts reached a part of a ceiling of their guard',
  description: 'What the event `verification.ceiling` tells the account, of all accounts and both modes.',
  tag,
  operatorScope: 'tenants:read',
  query: pageQuery(/^gal_[0-9a-z_]{10,60}$/),
  responses: { 200: { description: 'A page, newest first.', schema: pageOf(alertAnswer) } },
} as const satisfies Operation

const standing = {
  method: 'GET',
  path: '/admin/v1/tenants/:tenantId/guard',
  summary: 'Read how the guard of a tenant stands',
  description: 'As the tenant reads it in `GET /v1/verifications/guard`.',
  tag,
  operatorScope: 'tenants:read',
  query: z.strictObject({ mode: z.enum(MODES).default('live') }),
  responses: {
    200: { description: 'The guard of that mode.', schema: guardAnswer },
    404: { description: 'There is no such tenant, or it is closed.' },
  },
} as const satisfies Operation

const shown = ({ at, ...alert }: GuardAlert) => ({ ...alert, at: toTimestamp(at) })

/** `/admin/v1/guard-alerts` and the guard of a tenant: whose codes the licensee's people should look at. */
export const guard: Resource = {
  operations: [alerts, standing],
  mount(app) {
    serve(app, alerts, async (c, { query: { cursor = '', limit } }) => {
      const asked = { before: cursor, limit: limit + 1 }
      const { rows, last } = page(await listGuardAlerts(c.get('platform').env.CONTROL, asked), limit)
      return c.json({ data: rows.map(shown), nextCursor: last?.id ?? null })
    })
    serve(app, standing, async (c, { params: { tenantId }, query: { mode } }) => {
      const platform = c.get('platform')
      const { id } = await requireTenant(c, tenantId)
      const policy = await policyNow(platform, id)
      if (!policy) throw new Problem('not-found')
      return c.json(await lookAtGuard(platform, { realm: realmOf(id, mode), policy }))
    })
  },
}
