import type { Context } from 'hono'
import * as z from 'zod'
import { Problem } from '#worker/domain/problem.ts'
import { toTimestamp } from '#worker/domain/time.ts'
import { grant, refuse } from '#worker/flows/accounts/lost-access.ts'
import type { AppEnv } from '#worker/middleware/variables.ts'
import { pageQuery } from '#worker/routes/admin/page-query.ts'
import { altered, alteredJson, timestamp, timestampOrNull } from '#worker/routes/operation/fields.ts'
import type { Operation, Resource } from '#worker/routes/operation/operation.ts'
import { page, pageOf } from '#worker/routes/operation/page.ts'
import { serveChange } from '#worker/routes/operation/recorded.ts'
import { serve } from '#worker/routes/operation/serve.ts'
import { type LostAccess, listLostAccess, lostAccessById } from '#worker/store/people/lost-access.ts'

const tag = 'People'

const requestAnswer = z
  .object({
    id: z.string(),
    personId: z.string().nullable().describe('Who had the old number; null: nobody, so that nothing can be granted.'),
    mobile: z.string().nullable().describe('The number that is said to be lost.'),
    newMobile: z.string().nullable().describe('The number that who asks has proven to have.'),
    name: z.string().nullable(),
    words: z.string().nullable(),
    createdAt: timestamp,
    decision: z.enum(['granted', 'refused']).nullable(),
    decidedAt: timestamp.nullable(),
    altered,
  })
  .meta({ id: 'LostAccess' })

const listOperation = {
  method: 'GET',
  path: '/admin/v1/lost-access',
  summary: 'List requests of people who lost their way in',
  description: 'All of it is what somebody says, except that the new number was proven to be his. Kept for 90 days.',
  tag,
  operatorScope: 'lost-access:read',
  query: pageQuery(/^lst_[0-9a-z]{16}$/),
  responses: { 200: { description: 'A page, newest first.', schema: pageOf(requestAnswer) } },
} as const satisfies Operation

const decided = { 200: { description: 'The request.', schema: requestAnswer } }

const grantOperation = {
  method: 'POST',
  path: '/admin/v1/lost-access/:id/grant',
  summary: 'Give a person his account again',
  description:
    'The person gets the new number, his passkeys go, and all his sign-ins end: a code to the new number lets him in. Refused where he was seen in the account since he asked. Find out first that it is he: call the old number, and ask for what only he knows.',
  tag,
  operatorScope: 'lost-access:grant',
  stepUp: true,
  responses: {
    ...decided,
    409: { description: 'It is decided, nobody has such an account, or who has it was seen there since.' },
  },
} as const satisfies Operation

const refuseOperation = {
  method: 'POST',
  path: '/admin/v1/lost-access/:id/refuse',
  summary: 'Refuse a request of who lost his way in',
  tag,
  operatorScope: 'lost-access:refuse',
  responses: { ...decided, 409: { description: 'It is decided.' } },
} as const satisfies Operation

const requestJson = ({ facts, ...request }: LostAccess) => ({
  id: request.id,
  personId: request.personId,
  mobile: facts?.before ?? null,
  newMobile: facts?.after ?? null,
  name: facts?.name ?? null,
  words: facts?.words ?? null,
  createdAt: toTimestamp(request.createdAt),
  decision: request.decision,
  decidedAt: timestampOrNull(request.decidedAt),
  ...alteredJson(request),
})

/** What the log keeps of a request: whose it is and what came of it; no number, and no word. */
async function logged(c: Context<AppEnv>, id: string) {
  const { env, keys } = c.get('platform')
  const found = await lostAccessById(env.CONTROL, keys, id)
  if (!found) throw new Problem('not-found')
  return { personId: found.personId, decision: found.decision }
}

/** `/admin/v1/lost-access`: what operators decide about people who lost their way in. */
export const lostAccessRequests: Resource = {
  operations: [listOperation, grantOperation, refuseOperation],
  mount(app) {
    serve(app, listOperation, async (c, { query: { cursor, limit } }) => {
      const { env, keys } = c.get('platform')
      const found = await listLostAccess(env.CONTROL, keys, { before: cursor ?? null, limit: limit + 1 })
      const { rows, last } = page(found, limit)
      return c.json({ data: rows.map(requestJson), nextCursor: last?.id ?? null })
    })
    const subject = {
      object: (_: Context<AppEnv>, { params }: { readonly params: { readonly id: string } }) => params.id,
      read: logged,
    }
    serveChange(app, grantOperation, subject, async (c, { params }) =>
      c.json(requestJson(await grant(c.get('platform'), params.id))),
    )
    serveChange(app, refuseOperation, subject, async (c, { params }) =>
      c.json(requestJson(await refuse(c.get('platform'), params.id))),
    )
  },
}
