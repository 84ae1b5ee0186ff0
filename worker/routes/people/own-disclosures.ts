import * as z from 'zod'
import { OPERATOR_ROLES } from '#worker/domain/people/roles.ts'
import { toTimestamp } from '#worker/domain/time.ts'
import { altered, alteredJson, timestamp } from '#worker/routes/operation/fields.ts'
import type { Operation, Resource } from '#worker/routes/operation/operation.ts'
import { page, pageFields, pageOf } from '#worker/routes/operation/page.ts'
import { serve } from '#worker/routes/operation/serve.ts'
import { type Disclosure, listDisclosures } from '#worker/store/people/disclosures.ts'

/** Form of an id, by which lists of disclosures go on. */
export const DISCLOSURE_ID = /^dsc_[0-9a-z]{16}$/

/** Disclosure as its tenant sees it. */
export const disclosureAnswer = z.object({
  id: z.string(),
  at: timestamp,
  role: z.enum([...OPERATOR_ROLES, 'program']).describe('What whoever read it is at the operator.'),
  object: z.string().describe('The id of what was read.'),
  operation: z.string().describe('The call by which it was read.'),
  reason: z.string().nullable(),
  altered,
})

export const disclosureJson = ({ id, at, role, object, operation, reason, ...rest }: Disclosure) => ({
  id,
  at: toTimestamp(at),
  role,
  object,
  operation,
  reason,
  ...alteredJson(rest),
})

const list = {
  method: 'GET',
  path: '/v1/disclosures',
  summary: 'Who of the operator read words of your people, when and why, newest first',
  description:
    'In both modes, kept for six months (186 days). The operator names the role of who read and the reason that was given; ask with the id who it was.',
  tag: 'Requests',
  scope: 'requests:read',
  query: z.strictObject(pageFields(50, 100, z.string().regex(DISCLOSURE_ID))),
  responses: {
    200: { description: 'A page', schema: pageOf(disclosureAnswer.meta({ id: 'Disclosure' })) },
  },
} as const satisfies Operation

/** `/v1/disclosures`: what the licensee's people read of the words of the tenant's. */
export const ownDisclosures: Resource = {
  operations: [list],
  mount(app) {
    serve(app, list, async (c, { query: { cursor = '', limit } }) => {
      const { env, keys } = c.get('platform')
      const { tenantId } = c.get('principal')
      const asked = { before: cursor, limit: limit + 1 }
      const { rows, last } = page(await listDisclosures(env.CONTROL, keys, { tenantId }, asked), limit)
      return c.json({ data: rows.map(disclosureJson), nextCursor: last?.id ?? null })
    })
  },
}
