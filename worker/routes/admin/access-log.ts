import type { Context } from 'hono'
import * as z from 'zod'
import { Problem } from '#worker/domain/problem.ts'
import { DAY } from '#worker/domain/time.ts'
import { callsAbout, callsFrom, callsOfPerson, callsOfTenant } from '#worker/flows/auth/access-log.ts'
import type { AppEnv } from '#worker/middleware/variables.ts'
import { instant, reason } from '#worker/routes/operation/fields.ts'
import type { Operation, Resource } from '#worker/routes/operation/operation.ts'
import { pageOf } from '#worker/routes/operation/page.ts'
import { ipQuery, requestAnswer, requestJson } from '#worker/routes/operation/request-answer.ts'
import { type Input, serve } from '#worker/routes/operation/serve.ts'
import type { RequestRead } from '#worker/store/requests.ts'
import { pageQuery } from './page-query.ts'
import { demandAskedTenant } from './tenants.ts'

const state = z
  .unknown()
  .describe(
    'How it stood before or after an operator’s change, as the field’s name says; secrets masked. Null: it was not there, or nothing was changed.',
  )

const loggedAnswer = requestAnswer.extend({
  tenantId: z.string().describe('Empty: no tenant called.'),
  reason: z.string().nullable().describe('Given by the operator.'),
  approval: z.string().nullable().describe('The approval under which a dangerous act was done.'),
  before: state,
  after: state,
})

const listRequestsOperation = {
  method: 'GET',
  path: '/admin/v1/requests',
  summary: 'Read the access log of a tenant, of an address, of a person or of an object',
  description:
    'One of `tenantId`, `ip`, `person` and `object`. A page of a block in a time window may be short and have a cursor. Each look is itself in the log, with what was looked for and the reason.',
  tag: 'Operations',
  operatorScope: 'requests:read',
  query: pageQuery(/^(?:\d{4}\.[46][0-9a-f]{24,30}\.)?req_[0-9a-z]{16}$/).extend({
    tenantId: z
      .string()
      .max(40)
      .optional()
      .meta({
        description: 'Empty: calls that no tenant made (operators, refused sign-ins).',
        examples: ['ten_01kb2k4w9a6t3p1z'],
      }),
    ip: ipQuery
      .optional()
      .describe(
        'An address or a CIDR block: what it did with all tenants. Rows of a block are in the order of month and network.',
      ),
    person: z
      .string()
      .regex(/^per_[0-9a-z]{16}$/)
      .optional()
      .describe('A person (`per_…`): what he did for whichever tenant, or as one of the staff.'),
    object: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .describe(
        'An id (`msg_`, `bat_`, `con_`, `ten_`, `whe_`, `cli_`, `med_`, `dev_`, `ses_`, `dead_`, `per_`, `apr_`), or `sender/sms/10004346`, `route/default/sms/live`, `queue/notify`: who made it, touched it or something of it, or looked for it.',
      ),
    reason: reason.optional(),
    from: instant.optional().describe('Default: 24 hours before `to`; with `ip`, `person` or `object` any time.'),
    to: instant.optional().describe('Default: now.'),
  }),
  responses: { 200: { description: 'A page, newest first.', schema: pageOf(loggedAnswer) } },
} as const satisfies Operation

const parsed = (json: string | null): unknown => (json === null ? null : JSON.parse(json))

const shown = (row: RequestRead) => ({
  ...requestJson(row),
  tenantId: row.tenantId,
  reason: row.reason,
  approval: row.approval,
  before: parsed(row.before),
  after: parsed(row.after),
})

const CURSOR = { id: /^req_[0-9a-z]{16}$/, ip: /^\d{4}\.(?:4[0-9a-f]{24}|6[0-9a-f]{30})\.req_[0-9a-z]{16}$/ } as const

const badQuery = (parameter: string, detail: string): Problem =>
  new Problem('invalid-request', { errors: [{ pointer: `query:${parameter}`, detail }] })

async function list(c: Context<AppEnv>, { query }: Input<typeof listRequestsOperation>): Promise<Response> {
  const platform = c.get('platform')
  const { tenantId, ip, person, object, reason: why, cursor = '', limit } = query
  if ([tenantId, ip, person, object].filter((one) => one !== undefined).length !== 1) {
    const parameter = tenantId === undefined || ip === undefined ? 'tenantId' : 'ip'
    throw badQuery(parameter, 'one of `tenantId`, `ip`, `person` and `object` is asked for')
  }
  if (cursor !== '' && !CURSOR[ip === undefined ? 'id' : 'ip'].test(cursor))
    throw badQuery('cursor', 'is no cursor of this list')
  const looked = object ?? person ?? ip ?? tenantId
  c.set('noted', { ...(looked ? { object: looked } : {}), ...(why === undefined ? {} : { reason: why }) })
  await demandAskedTenant(c, tenantId ?? '')
  const to = query.to ?? platform.now() + 1
  const from = query.from ?? (tenantId === undefined ? 0 : to - DAY)
  const asked = { from, to, cursor, limit }
  const { rows, nextCursor } =
    ip !== undefined
      ? await callsFrom(platform, ip, asked)
      : person !== undefined
        ? await callsOfPerson(platform, person, asked)
        : object !== undefined
          ? await callsAbout(platform, object, asked)
          : await callsOfTenant(platform, tenantId ?? '', asked)
  return c.json({ data: rows.map(shown), nextCursor })
}

/** `/admin/v1/requests`: the access log. */
export const accessLog: Resource = {
  operations: [listRequestsOperation],
  mount: (app) => serve(app, listRequestsOperation, list),
}
