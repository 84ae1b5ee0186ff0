import type { Context, Hono, MiddlewareHandler } from 'hono'
import type * as z from 'zod'
import { idempotency } from '#worker/middleware/idempotency.ts'
import { jsonBody, parseBody, parseQuery } from '#worker/middleware/json-body.ts'
import type { AppEnv } from '#worker/middleware/variables.ts'
import { mount, type Operation } from './operation.ts'

type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined

/** What a handler is given: the input as the operation's schemas say it. */
interface Input<Called extends Operation> {
  readonly body: Parsed<Called['body']>
  readonly query: Parsed<Called['query']>
}

/** Mounts an admin call behind what its description asks for: a JSON body, an Idempotency-Key, checked input. */
export function serve<const Called extends Operation>(
  app: Hono<AppEnv>,
  operation: Called,
  handler: (c: Context<AppEnv>, input: Input<Called>) => Response | Promise<Response>,
): void {
  const before: MiddlewareHandler<AppEnv>[] = [
    ...(operation.body ? [jsonBody] : []),
    ...(operation.idempotent ? [idempotency] : []),
  ]
  mount(app, operation, ...before, (c) => {
    const query = operation.query && parseQuery(operation.query, c.req.query())
    const body = operation.body && parseBody(operation.body, c.get('body'))
    return handler(c, { body, query } as Input<Called>)
  })
}
