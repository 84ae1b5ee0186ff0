import type { Context } from 'hono'
import * as z from 'zod'
import { PAPER_TYPES, PAPERS_STATUSES } from '#worker/domain/identity/papers.ts'
import { decide, openPaper, requirePapers } from '#worker/flows/identity/papers.ts'
import { contentDisposition } from '#worker/lib/http/content-disposition.ts'
import type { AppEnv } from '#worker/middleware/variables.ts'
import { pageQuery } from '#worker/routes/admin/page-query.ts'
import { oneLine, reason } from '#worker/routes/operation/fields.ts'
import type { Operation, Resource } from '#worker/routes/operation/operation.ts'
import { page, pageOf } from '#worker/routes/operation/page.ts'
import { serveChange, serveDisclosure } from '#worker/routes/operation/recorded.ts'
import { serve } from '#worker/routes/operation/serve.ts'
import { listPapers, type Papers } from '#worker/store/identity/papers.ts'
import { papersAnswer, papersJson } from './papers-answer.ts'

const tag = 'Identity'

const reviewed = papersAnswer.extend({
  personId: z.string().describe('Who handed them in.'),
  others: z.int().describe('Other people who named the same legal person.'),
  decidedBy: z.string().nullable(),
})

const list = {
  method: 'GET',
  path: '/admin/v1/papers',
  summary: 'List papers of legal persons, by default those that wait for a decision',
  tag,
  operatorScope: 'identity:read',
  query: pageQuery(/^pap_[0-9a-z]{25}$/).extend({ status: z.enum(PAPERS_STATUSES).default('submitted') }),
  responses: { 200: { description: 'A page, newest first.', schema: pageOf(reviewed) } },
} as const satisfies Operation

const missing = { 404: { description: 'There are no such papers.' } }

const read = {
  method: 'GET',
  path: '/admin/v1/papers/:papersId',
  summary: 'Read papers, without their files',
  tag,
  operatorScope: 'identity:read',
  responses: { 200: { description: 'The papers.', schema: reviewed }, ...missing },
} as const satisfies Operation

const discloseFile = {
  method: 'POST',
  path: '/admin/v1/papers/:papersId/files/:number/disclose',
  summary: 'Download a file of papers; the reason is kept',
  description:
    'The access log names you, the papers, the time and the reason before this is answered. The file is whoever’s who sent it: open it as one from a stranger.',
  tag,
  operatorScope: 'people:disclose',
  stepUp: true,
  body: z.strictObject({ reason }),
  responses: {
    200: { description: `The bytes: ${PAPER_TYPES.join(', ')}.`, contentType: '*/*' },
    404: { description: 'There is no such file.' },
  },
} as const satisfies Operation

const decided = {
  200: { description: 'The papers.', schema: reviewed },
  ...missing,
  409: { description: 'They wait for no decision, or who handed them in is closed.' },
  503: { description: 'It is decided, but not confirmed: say it again.' },
}

const approve = {
  method: 'POST',
  path: '/admin/v1/papers/:papersId/approve',
  summary: 'Approve papers: who handed them in, and his accounts, are of the level L3',
  tag,
  operatorScope: 'identity:review',
  stepUp: true,
  responses: decided,
} as const satisfies Operation

const refuse = {
  method: 'POST',
  path: '/admin/v1/papers/:papersId/refuse',
  summary: 'Refuse papers, or take their approval back',
  tag,
  operatorScope: 'identity:review',
  stepUp: true,
  body: z.strictObject({ reason: oneLine(500).describe('Why; the person reads it.') }),
  example: { reason: 'The newspaper’s notice is of another company.' },
  responses: decided,
} as const satisfies Operation

const shown = (papers: Papers) => ({
  ...papersJson(papers),
  personId: papers.personId,
  others: papers.others,
  decidedBy: papers.decision?.by ?? null,
})

const ofPath = {
  object: (_: Context<AppEnv>, { params }: { readonly params: { readonly papersId: string } }) => params.papersId,
  read: async (c: Context<AppEnv>, id: string) => {
    const { status, personId } = await requirePapers(c.get('platform'), id)
    return { status, personId }
  },
}

/** Headers of a file that may be hostile: it is never shown in place, and its type is not guessed. */
const HARMLESS = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; sandbox",
  'cache-control': 'no-store',
}

/** `/admin/v1/papers`: papers by which legal persons prove who they are. */
export const papers: Resource = {
  operations: [list, read, discloseFile, approve, refuse],
  mount(app) {
    serve(app, list, async (c, { query: { cursor, limit, status } }) => {
      const { env, keys } = c.get('platform')
      const before = cursor ?? 'pap_~'
      const found = await listPapers(env.CONTROL, keys, { status, before, limit: limit + 1 })
      const { rows, last } = page(found, limit)
      return c.json({ data: rows.map(shown), nextCursor: last?.id ?? null })
    })
    serve(app, read, async (c, { params }) => c.json(shown(await requirePapers(c.get('platform'), params.papersId))))
    serveDisclosure(
      app,
      discloseFile,
      { object: ({ params }) => params.papersId, tenant: async () => null },
      async (c, { params }) => {
        const { type, name, bytes } = await openPaper(c.get('platform'), params.papersId, params.number)
        const headers = { 'content-type': type, 'content-disposition': contentDisposition('attachment', name) }
        return c.body(bytes, 200, { ...HARMLESS, ...headers })
      },
    )
    serveChange(app, approve, ofPath, async (c, { params }) => {
      const decision = { id: params.papersId, by: c.get('operator').name, reason: null }
      return c.json(shown(await decide(c.get('platform'), decision)))
    })
    serveChange(app, refuse, ofPath, async (c, { params, body }) => {
      const decision = { id: params.papersId, by: c.get('operator').name, reason: body.reason }
      return c.json(shown(await decide(c.get('platform'), decision)))
    })
  },
}
