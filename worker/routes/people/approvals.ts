import type { Context } from 'hono'
import type * as z from 'zod'
import { approvalStatus } from '#worker/domain/people/approval.ts'
import { invalidField, Problem } from '#worker/domain/problem.ts'
import { type EpochMs, toTimestamp } from '#worker/domain/time.ts'
import { decide } from '#worker/flows/approvals/decide.ts'
import { propose } from '#worker/flows/approvals/propose.ts'
import type { OperatorCaller } from '#worker/flows/auth/operator-caller.ts'
import { parseBody } from '#worker/middleware/json-body.ts'
import type { AppEnv } from '#worker/middleware/variables.ts'
import { isDangerous } from '#worker/routes/operation/dangerous.ts'
import { timestampOrNull } from '#worker/routes/operation/fields.ts'
import type { Operation, Resource } from '#worker/routes/operation/operation.ts'
import { page } from '#worker/routes/operation/page.ts'
import { serveChange } from '#worker/routes/operation/recorded.ts'
import { serve } from '#worker/routes/operation/serve.ts'
import { type Approval, approvalById, listApprovals } from '#worker/store/people/approvals.ts'
import { approveCall, listCalls, proposeCall, readCall, refuseCall } from './approval-operations.ts'

/** Approval as an operator sees it: what it is for only if he may make that call himself. */
const shown = (approval: Approval, now: EpochMs, { scopes }: OperatorCaller) => {
  const act = (scopes as readonly string[]).includes(approval.scope) ? approval.act : null
  return {
    id: approval.id,
    kind: approval.kind,
    status: approvalStatus(approval, now),
    operation: approval.operation,
    method: act?.method ?? null,
    path: act?.path ?? null,
    body: act?.body ?? null,
    reason: act?.reason ?? null,
    proposedBy: approval.proposedBy ?? approval.act?.program ?? null,
    proposedAt: toTimestamp(approval.proposedAt),
    opensAt: timestampOrNull(approval.opensAt),
    expiresAt: toTimestamp(approval.expiresAt),
    decidedBy: approval.decidedBy,
    decidedAt: timestampOrNull(approval.decidedAt),
    answer: act && approval.answer,
    usedAt: timestampOrNull(approval.usedAt),
    usedBy: approval.usedBy,
  }
}

/** State for the access log: without the body of the call, which may name a person. */
async function loggedState(c: Context<AppEnv>, id: string): Promise<unknown> {
  const { env, keys, now } = c.get('platform')
  const approval = await approvalById(env.CONTROL, keys, id)
  if (!approval) return null
  const { kind, operation, proposedBy, decidedBy } = approval
  return { id, kind, operation, status: approvalStatus(approval, now()), proposedBy, decidedBy }
}

/** Matches the paths that a pattern stands for. */
const pathsOf = (pattern: string): RegExp => new RegExp(`^${pattern.replaceAll('.', '\\.').replace(/:\w+/g, '[^/]+')}$`)

/** Checks the body of a proposed call as the call itself will. Pointers of what is wrong begin with `/body`. */
function demandBody({ body: schema, bodyOptional }: Operation, body: unknown): unknown {
  if (!schema) {
    if (body !== undefined && body !== null) throw invalidField('/body', 'that call has no body')
    return null
  }
  const given = body ?? (bodyOptional ? {} : undefined)
  try {
    parseBody(schema, given)
  } catch (error) {
    if (!(error instanceof Problem) || !error.options.errors) throw error
    const errors = error.options.errors.map(({ pointer, detail }) => ({ pointer: `/body${pointer}`, detail }))
    throw new Problem('invalid-fields', { errors })
  }
  return given
}

/** Finds the dangerous call that somebody means; the first whose pattern fits is the one that would answer. */
function dangerousCall(all: readonly Operation[], asked: z.output<typeof proposeCall.body>) {
  const { method, path, body, reason } = asked
  const operation = all.find((one) => one.method === method && pathsOf(one.path).test(path))
  if (!operation?.operatorScope || !isDangerous(operation))
    throw invalidField('/path', 'is no call that wants an approval')
  return {
    operation: `${method} ${operation.path}`,
    scope: operation.operatorScope,
    method,
    path,
    body: demandBody(operation, body),
    reason,
  }
}

const ofPath = {
  object: (_: Context<AppEnv>, { params }: { readonly params: { readonly id: string } }) => params.id,
  read: loggedState,
}

/** `/admin/v1/approvals`: dangerous calls that two people do. */
export const approvals: Resource = {
  operations: [proposeCall, listCalls, readCall, approveCall, refuseCall],
  mount(app, all) {
    serveChange(app, proposeCall, { object: { made: 'id' }, read: loggedState }, async (c, { body }) => {
      const platform = c.get('platform')
      const approval = await propose(platform, c.get('operator'), c.get('requestId'), dangerousCall(all, body))
      return c.json(shown(approval, platform.now(), c.get('operator')), 201, {
        location: `/admin/v1/approvals/${approval.id}`,
      })
    })
    serve(app, listCalls, async (c, { query: { cursor = '', limit, status = null, kind = null } }) => {
      const { env, keys, now } = c.get('platform')
      const filter = { status, kind, now: now(), before: cursor, limit: limit + 1 }
      const { rows, last } = page(await listApprovals(env.CONTROL, keys, filter), limit)
      return c.json({
        data: rows.map((one) => shown(one, filter.now, c.get('operator'))),
        nextCursor: last?.id ?? null,
      })
    })
    serve(app, readCall, async (c, { params }) => {
      const { env, keys, now } = c.get('platform')
      const found = await approvalById(env.CONTROL, keys, params.id)
      if (!found) throw new Problem('not-found')
      return c.json(shown(found, now(), c.get('operator')))
    })
    for (const [operation, approves] of [
      [approveCall, true],
      [refuseCall, false],
    ] as const)
      serveChange(app, operation, ofPath, async (c, { params: { id }, body }) => {
        const platform = c.get('platform')
        const decided = await decide(platform, c.get('operator'), { id, approves, answer: body.reason ?? null })
        return c.json(shown(decided, platform.now(), c.get('operator')))
      })
  },
}
