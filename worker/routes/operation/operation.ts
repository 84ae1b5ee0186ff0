import type { Handler, Hono, MiddlewareHandler } from 'hono'
import type * as z from 'zod'
import type { AppEnv } from '#worker/middleware/variables.ts'

export interface OperationResponse {
  readonly description: string
  /** Of the JSON body; absent: there is none. Problems need none: they all look alike. */
  readonly schema?: z.ZodType
  /** Of the body, where it is no JSON. */
  readonly contentType?: string
}

/**
 * One call of the API as data: the routes are mounted from it, its schemas validate, and the OpenAPI document is made from
 * it. A routes file exports its calls as `<name>Operations` and their handlers as `<name>Routes`; resources.ts lists both.
 */
export interface Operation {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** The whole path in Hono's notation: `/v1/messages/:id`. */
  readonly path: string
  readonly summary: string
  readonly description?: string
  readonly tag: string
  /** What a tenant's token must hold. Absent under `/admin` (operators only) and where no token is asked for. */
  readonly scope?: string
  readonly params?: z.ZodType
  readonly query?: z.ZodType
  readonly body?: z.ZodType
  /** Instead of `body`: the fields of a form-encoded body. */
  readonly form?: z.ZodType
  /** Instead of `body`: a file as it is, of one of these media types. */
  readonly upload?: readonly string[]
  /** It makes something, so it takes an `Idempotency-Key`. */
  readonly idempotent?: true
  /** By HTTP status. Only what this call answers itself; 401, 429, 500 and the like are the same everywhere. */
  readonly responses: Readonly<Record<number, OperationResponse>>
}

/** A resource of the API: its calls, and what mounts their handlers. Those that describe the API are given `all` of its calls. */
export interface Resource {
  readonly operations: readonly Operation[]
  mount(app: Hono<AppEnv>, all: readonly Operation[]): void
}

/** Registers the handlers of one operation, so that there is no second list of the routes. */
export function mount(
  app: Hono<AppEnv>,
  operation: Operation,
  ...handlers: readonly (Handler<AppEnv> | MiddlewareHandler<AppEnv>)[]
): void {
  app.on([operation.method], [operation.path], ...(handlers as Handler<AppEnv>[]))
}
