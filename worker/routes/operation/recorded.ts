import type { Context, Hono } from 'hono'
import type * as z from 'zod'
import type { TenantId } from '#worker/domain/ids.ts'
import { Problem } from '#worker/domain/problem.ts'
import { recordDisclosure } from '#worker/flows/approvals/disclosure.ts'
import { demandApproval } from '#worker/flows/approvals/spend.ts'
import type { AppEnv, Noted } from '#worker/middleware/variables.ts'
import { isDangerous } from './dangerous.ts'
import type { Operation } from './operation.ts'
import { type Handle, type Input, mount, type Recorded } from './serve.ts'
import { demandVersion } from './versioned.ts'

/** Body that gives a reason, and the order of a court if there is one. */
type Reasoned = z.ZodType<{
  readonly reason: string
  readonly underOrder?: { readonly reference: string } | undefined
}>

/** Id of an approval in its header. */
const APPROVAL = /^apr_[0-9a-z]{16}$/

/**
 * Lets a dangerous call through only if two people want it (docs/four-eyes.md); its row of the access log names the approval.
 * Stands behind all that could still refuse the call for its form, because an approval is good for one.
 */
async function demandLeave(c: Context<AppEnv>, called: Operation, twoPeopleAlways = false): Promise<void> {
  const { operatorScope: scope, method, path } = called
  if (!isDangerous(called) || scope === undefined) return
  const given = c.req.header('Approval')
  if (given !== undefined && !APPROVAL.test(given))
    throw new Problem('invalid-request', { errors: [{ pointer: 'header:Approval', detail: 'an id such as apr_…' }] })
  const approval = await demandApproval(c.get('platform'), c.get('operator'), {
    operation: `${method} ${path}`,
    scope,
    method,
    path: c.req.path,
    body: c.get('body') ?? null,
    request: c.get('requestId'),
    approval: given ?? null,
    twoPeopleAlways,
  })
  c.set('approval', approval)
}

/** What a call of an operator changes. */
interface Subject<Called extends Recorded> {
  /** Id or name of the object; `made`: the member of the answer that is the id of what the call makes. */
  readonly object: ((c: Context<AppEnv>, input: Input<Called>) => string) | { readonly made: string }
  /** Id of what the object belongs to, where the path does not name it. */
  readonly parent?: (input: Input<Called>) => string
  /** Reads the object as operators are shown it, secrets masked; null: there is none. */
  readonly read: (c: Context<AppEnv>, object: string, input: Input<Called>) => Promise<unknown>
}

/** Characters of a text, and of a whole state, that the log keeps: a queue message holds both states. */
const TEXT_MOST = 300
const STATE_MOST = 15_000

const cut = (_: string, value: unknown): unknown =>
  typeof value === 'string' && value.length > TEXT_MOST ? `${value.slice(0, TEXT_MOST)}…` : value

function stateJson(state: unknown): string {
  const json = JSON.stringify(state, cut)
  return json.length <= STATE_MOST ? json : JSON.stringify({ omitted: json.length })
}

/**
 * Refuses a change that names another version than its object has, in its body or, as a removal, in its query. What is not there
 * has none, which a PATCH and a removal say by their 404.
 */
function demandNamed({ body, query }: { body: unknown; query: unknown }, state: unknown, { method }: Operation): void {
  const { version: named } = (body ?? query ?? {}) as { readonly version?: unknown }
  const { version: now = null } = (state ?? {}) as { readonly version?: string | number | null }
  if (state === null && (method === 'PATCH' || method === 'DELETE')) return
  demandVersion(named, now, body === undefined ? 'query:version' : '/version')
}

async function idIn(answer: Response, member: string): Promise<string | null> {
  const body = (await answer.clone().json()) as Readonly<Record<string, unknown>>
  const id = body[member]
  return typeof id === 'string' ? id : null
}

/**
 * Mounts a change that an operator makes. Its row of the access log names the object, and how it was before and after, read from
 * where it is kept: also of a change that is made and not answered well.
 */
export function serveChange<const Called extends Recorded>(
  app: Hono<AppEnv>,
  operation: Called,
  subject: Subject<NoInfer<Called>>,
  handler: Handle<Called>,
): void {
  const { object: names, parent, read } = subject
  mount<Called>(app, operation, async (c, input) => {
    let object = typeof names === 'function' ? names(c, input) : null
    const found = object === null ? null : await read(c, object, input)
    // Before two people are asked, and before their approval is spent.
    demandNamed(input, found, operation)
    await demandLeave(c, operation)
    const note = async (before: string): Promise<void> => {
      const belongs = parent?.(input)
      const known: Noted = { ...(object === null ? {} : { object }), ...(belongs ? { parent: belongs } : {}) }
      c.set('noted', { ...known, before })
      if (object !== null) c.set('noted', { ...known, before, after: stateJson(await read(c, object, input)) })
    }
    const before = stateJson(found)
    let answer: Response
    try {
      answer = await handler(c, input)
    } catch (error) {
      await note(before).catch(() => {})
      throw error
    }
    if (typeof names !== 'function') object = await idIn(answer, names.made)
    await note(before)
    return answer
  })
}

/** What a call shows of whom. */
interface Shown<Called extends Recorded> {
  /** Id of what is read. */
  readonly object: (input: Input<Called>) => string
  /** Finds the tenant whose people's words they are, or throws a 404; null: they are nobody's. */
  readonly tenant: (c: Context<AppEnv>, input: Input<Called>) => Promise<TenantId | null>
}

/**
 * Mounts a call that shows an operator people's words or addresses. Its body gives a reason, which its row of the access log
 * keeps with the object, and which the tenant reads whose people they are; the answer is given only when both are durable. One
 * under an order of a court is hidden from the tenant, and takes two people, whatever a token says.
 */
export function serveDisclosure<const Called extends Recorded & { readonly body: Reasoned }>(
  app: Hono<AppEnv>,
  operation: Called,
  of: Shown<NoInfer<Called>>,
  handler: Handle<Called>,
): void {
  mount<Called>(app, operation, async (c, input) => {
    const { reason, underOrder } = input.body as z.output<Reasoned>
    const object = of.object(input)
    c.set('noted', { object, reason })
    const tenantId = await of.tenant(c, input)
    await demandLeave(c, operation, underOrder !== undefined)
    if (tenantId !== null)
      await recordDisclosure(c.get('platform'), c.get('operator'), {
        request: c.get('requestId'),
        tenantId,
        object,
        operation: `${operation.method} ${operation.path}`,
        reason,
        order: underOrder?.reference,
      })
    return handler(c, input)
  })
}
