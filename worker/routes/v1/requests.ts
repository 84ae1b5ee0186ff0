import * as z from 'zod'
import { ownCalls } from '#worker/flows/auth/access-log.ts'
import { instant } from '#worker/routes/operation/fields.ts'
import type { Operation, Resource } from '#worker/routes/operation/operation.ts'
import { endOf, lookedUntil, pageFields, pageOf } from '#worker/routes/operation/page.ts'
import { ipQuery, requestAnswer, requestJson } from '#worker/routes/operation/request-answer.ts'
import { serve } from '#worker/routes/operation/serve.ts'

const list = {
  method: 'GET',
  path: '/v1/requests',
  summary: 'Read the log of calls, newest first',
  description:
    'Every call that credentials and people of this account made in this mode, kept for six months (186 days): who, from where, what and when. A send is there once its first message is taken up. A page that found nothing may have a cursor: `lookedUntil` says how far back it looked.',
  tag: 'Requests',
  scope: 'requests:read',
  query: z.strictObject({
    after: instant.optional().describe('At or after (RFC 3339).'),
    before: instant.optional().describe('Before (RFC 3339).'),
    ip: ipQuery.optional().describe('From this address or CIDR block.'),
    credential: z
      .string()
      .regex(/^cli_[0-9a-z]{29}$/)
      .optional()
      .describe('By this credential (`cli_…`).'),
    person: z
      .string()
      .regex(/^per_[0-9a-z]{16}$/)
      .optional()
      .describe('By this person (`per_…`).'),
    status: z.coerce.number().int().min(100).max(599).optional().describe('Answered with this status.'),
    ...pageFields(50, 100, z.string().regex(/^req_[0-9a-z]{16}$/)),
  }),
  responses: {
    200: {
      description: 'A page',
      schema: pageOf(requestAnswer.meta({ id: 'Request' }))
        .extend(lookedUntil)
        .meta({ id: 'RequestPage' }),
    },
  },
} as const satisfies Operation

/** `/v1/requests`: the access log of the caller's own realm. */
export const ownRequests: Resource = {
  operations: [list],
  mount(app) {
    serve(app, list, async (c, { query: { after = 0, before, cursor = '', ...query } }) => {
      const platform = c.get('platform')
      const to = before ?? platform.now() + 1
      const { rows, ...end } = await ownCalls(platform, c.get('principal'), {
        ...query,
        from: after,
        to,
        cursor,
      })
      return c.json({ data: rows.map(requestJson), ...endOf(end) })
    })
  },
}
