import type { Context, Handler, Hono, MiddlewareHandler } from 'hono'
import type * as z from 'zod'
import type { OperatorScope } from '#worker/domain/people/operator-scopes.ts'
import { idempotency } from '#worker/middleware/idempotency.ts'
import { itemsBody, jsonBody, optionalBody, parseBody } from '#worker/middleware/json-body.ts'
import { requireOperatorScope, requireOperatorStepUp } from '#worker/middleware/require-operator-scope.ts'
import { requireScope, requireSignedIn, requireStepUp } from '#worker/middleware/require-scope.ts'
import { type StreamedFile, streamedBody } from '#worker/middleware/streamed-body.ts'
import type { AppEnv } from '#worker/middleware/variables.ts'
import type { Operation } from './operation.ts'
import { queryReader } from './query.ts'

type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined
/** Names in a path: `'id' | 'deliveryId'` of `/v1/webhooks/:id/deliveries/:deliveryId/redeliver`. */
type ParamName<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | ParamName<Rest>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never

/** Input of a handler, as the operation's description says it. */
export interface Input<Called extends Operation> {
  readonly body: Called extends { readonly upload: readonly string[] } ? StreamedFile : Parsed<Called['body']>
  readonly query: Parsed<Called['query']>
  readonly params: Readonly<Record<ParamName<Called['path']>, string>>
}

/** Shared by all calls without parameters, so that a send allocates none. */
const NO_PARAMS = {}

/** Lists the checks of who may make a call. One of operators without a scope is a mistake that ends the start. */
function permissionsOf({
  method,
  path,
  scope,
  operatorScope,
  stepUp,
  signedIn,
}: Operation): readonly MiddlewareHandler<AppEnv>[] {
  if (!path.startsWith('/admin/'))
    return [
      ...(signedIn ? [requireSignedIn] : []),
      ...(scope ? [requireScope(scope)] : []),
      ...(stepUp ? [requireStepUp] : []),
    ]
  if (!operatorScope) throw new Error(`${method} ${path} has no scope of operators`)
  return [requireOperatorScope(operatorScope), ...(stepUp ? [requireOperatorStepUp] : [])]
}

/** Lists the checks before the handler in their order: the token may make the call, its body can be read, it is no repeat. */
function checksOf(operation: Operation): readonly MiddlewareHandler<AppEnv>[] {
  const { upload, body, bodyOptional, items, idempotent } = operation
  const single = bodyOptional ? optionalBody : jsonBody
  const json = items ? itemsBody({ name: items.member, most: items.most + 1 }) : single
  return [
    ...permissionsOf(operation),
    ...(upload ? [streamedBody] : []),
    ...(body ? [json] : []),
    ...(idempotent ? [idempotency] : []),
  ]
}

/**
 * Fields that a tenant's change can give, which the access log names; null: there are none. Sends are left out: what they
 * make is found by its id, and their rows ride in envelopes.
 */
function changedFields({ path, method, body, items, plain }: Operation): readonly string[] | null {
  if (!path.startsWith('/v1/') || method === 'GET' || items || plain || !body || !('shape' in body)) return null
  return Object.keys(body.shape as object).filter((name) => name !== 'version')
}

const namesGiven = (fields: readonly string[], body: unknown): readonly string[] =>
  typeof body === 'object' && body !== null ? fields.filter((name) => Object.hasOwn(body, name)) : []

/** Handler of a call. */
export type Handle<Called extends Operation> = (
  c: Context<AppEnv>,
  input: Input<NoInfer<Called>>,
) => Response | Promise<Response>

type ForOperators = Operation & { readonly path: `/admin/${string}` }
type Changing = ForOperators & { readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE' }
/** Operators' calls that change or disclose something: the access log keeps more of them (recorded.ts). */
export type Recorded = Changing & { readonly operatorScope: OperatorScope }

/** Call that `serve` takes: none that is recorded, and none of operators that says no scope. */
type Served<Called extends Operation> = Called extends Changing
  ? never
  : Called extends ForOperators
    ? Called & { readonly operatorScope: OperatorScope }
    : Called

/** Mounts a call behind all that its description asks for, which is said nowhere else: scope, body, Idempotency-Key, query. */
export function serve<const Called extends Operation>(
  app: Hono<AppEnv>,
  operation: Served<Called>,
  handler: Handle<Called>,
): void {
  mount<Called>(app, operation, handler)
}

/** As `serve`, whatever the call is: for those that record what it does. */
export function mount<const Called extends Operation>(
  app: Hono<AppEnv>,
  operation: Called,
  handler: Handle<Called>,
): void {
  const { upload, body: bodySchema, plain } = operation
  const readQuery = queryReader(operation)
  const hasParams = operation.path.includes(':')
  const fields = changedFields(operation)
  const last: Handler<AppEnv> = (c) => {
    const query = readQuery(c.req.url)
    const given = c.get('body')
    if (fields) c.set('fields', namesGiven(fields, given))
    const body = bodySchema ? (plain?.(given) ?? parseBody(bodySchema, given)) : upload && given
    const params = hasParams ? c.req.param() : NO_PARAMS
    return handler(c, { body, query, params } as Input<Called>)
  }
  app.on([operation.method], [operation.path], ...(checksOf(operation) as Handler<AppEnv>[]), last)
}
