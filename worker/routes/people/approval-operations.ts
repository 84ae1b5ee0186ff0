import * as z from 'zod'
import { APPROVAL_KINDS, APPROVAL_STATUSES } from '#worker/domain/people/approval.ts'
import { pageQuery } from '#worker/routes/admin/page-query.ts'
import { oneLine, timestamp } from '#worker/routes/operation/fields.ts'
import type { Operation } from '#worker/routes/operation/operation.ts'
import { pageOf } from '#worker/routes/operation/page.ts'

const tag = 'Approvals'
const METHODS = ['POST', 'PUT', 'PATCH', 'DELETE'] as const
const why = oneLine(500).min(3)

const approvalAnswer = z.object({
  id: z.string(),
  kind: z
    .enum(APPROVAL_KINDS)
    .describe(
      '`four-eyes`: another person decides · `alone`: nobody else may, so that the proposer may approve it after `opensAt`, by another passkey · `break-glass`: a program did it at once, for the reason that its token gave.',
    ),
  status: z.enum(APPROVAL_STATUSES),
  operation: z.string().describe('The kind of call.'),
  method: z.string().nullable(),
  path: z.string().nullable(),
  body: z.unknown().describe('The body of the call; null: it has none.'),
  reason: z.string().nullable().describe('Why it was proposed, or why a program broke the glass.'),
  proposedBy: z.string().nullable().describe('The person (`per_…`), or the name of the program.'),
  proposedAt: timestamp,
  opensAt: timestamp.nullable(),
  expiresAt: timestamp.describe('Until then it is decided, and the call is made.'),
  decidedBy: z.string().nullable(),
  decidedAt: timestamp.nullable(),
  answer: z.string().nullable().describe('The reason of the decision.'),
  usedAt: timestamp.nullable().describe('When the call was made.'),
  usedBy: z.string().nullable(),
})

export const proposeCall = {
  method: 'POST',
  path: '/admin/v1/approvals',
  summary: 'Propose a dangerous call, for another person to approve',
  description:
    'Calls that take the header `Approval` are dangerous: two people do them. Name such a call as you would make it; who may make it himself approves it within 24 hours, and either of you makes it, once, with `Approval: apr_…`. Where nobody else may decide, it waits for 72 hours, for all to see.',
  tag,
  operatorScope: 'approvals:write',
  stepUp: true,
  body: z.strictObject({
    method: z.enum(METHODS),
    path: z
      .string()
      .max(300)
      .regex(/^\/admin\/v1(?:\/[\w.~-]+)+$/, 'must be a path below /admin/v1, without a query')
      .meta({ description: 'The path of the call.', examples: ['/admin/v1/tenants/ten_01kb2k4w9a6t/close'] }),
    body: z.unknown().optional().describe('The body of the call, as it will be sent.'),
    reason: why.describe('Why; whoever decides reads it.'),
  }),
  example: {
    method: 'POST',
    path: '/admin/v1/tenants/ten_01kb2k4w9a6t/close',
    reason: 'The contract ended on the 1st, ticket 4711',
  },
  responses: {
    201: { description: 'It waits for a decision.', schema: approvalAnswer, located: true },
  },
} as const satisfies Operation

export const listCalls = {
  method: 'GET',
  path: '/admin/v1/approvals',
  summary: 'List what was proposed, decided and done, also what programs did behind a broken glass',
  description: 'What an approval is for (path, body, reasons) is shown only of calls that you may make yourself.',
  tag,
  operatorScope: 'approvals:read',
  query: pageQuery(/^apr_[0-9a-z]{16}$/).extend({
    status: z.enum(APPROVAL_STATUSES).optional(),
    kind: z.enum(APPROVAL_KINDS).optional(),
  }),
  responses: { 200: { description: 'A page, newest first.', schema: pageOf(approvalAnswer) } },
} as const satisfies Operation

export const readCall = {
  method: 'GET',
  path: '/admin/v1/approvals/:id',
  summary: 'Read what was proposed, and how it was decided',
  tag,
  operatorScope: 'approvals:read',
  responses: { 200: { description: 'The approval.', schema: approvalAnswer } },
} as const satisfies Operation

const decision = <const Verb extends 'approve' | 'refuse'>(verb: Verb, summary: string) =>
  ({
    method: 'POST',
    path: `/admin/v1/approvals/:id/${verb}`,
    summary,
    tag,
    operatorScope: 'approvals:write',
    stepUp: true,
    body: z.strictObject({ reason: why.optional() }),
    bodyOptional: true,
    responses: {
      200: { description: 'The approval, as it is decided.', schema: approvalAnswer },
      409: { description: 'It is not pending any more.' },
    },
  }) as const satisfies Operation

export const approveCall = decision('approve', 'Approve what another person proposed')
export const refuseCall = decision('refuse', 'Refuse what somebody proposed, or take back what you did')
