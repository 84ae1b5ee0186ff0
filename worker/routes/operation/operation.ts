import type { Hono } from 'hono'
import type * as z from 'zod'
import type { Scope } from '#worker/domain/tenants/tenant.ts'
import type { AppEnv } from '#worker/middleware/variables.ts'

export interface OperationResponse {
  readonly description: string
  /** Of the JSON body; absent: there is none. Problems need none: they all look alike. */
  readonly schema?: z.ZodType
  /** Of the body, where it is no JSON. */
  readonly contentType?: string
}

/**
 * One call of the API as data: serve() mounts its handler behind what is said here, its schemas validate, and the OpenAPI
 * document is made from it.
 */
export interface Operation {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** The whole path in Hono's notation: `/v1/messages/:id`. */
  readonly path: string
  readonly summary: string
  readonly description?: string
  readonly tag: string
  /** What a tenant's token must hold. Absent under `/admin` (operators only) and where no token is asked for. */
  readonly scope?: Scope
  /** Descriptions of path parameters that need one. What they hold is looked up, so anything unknown is a 404. */
  readonly params?: z.ZodType
  readonly query?: z.ZodType
  readonly body?: z.ZodType
  /** Of a `body` that takes items one by one, so that a bad one never fails the rest. */
  readonly items?: BodyItems
  /** Instead of `body`: the fields of a form-encoded body, which the handler reads itself. */
  readonly form?: z.ZodType
  /** Instead of `body`: a file as it is, of one of these media types. */
  readonly upload?: readonly string[]
  /** It makes something, so it takes an `Idempotency-Key`. */
  readonly idempotent?: true
  /** By HTTP status. Only what this call answers itself; 401, 429, 500 and the like are the same everywhere. */
  readonly responses: Readonly<Record<number, OperationResponse>>
}

export interface BodyItems {
  /** The member of the body that holds the items. */
  readonly member: string
  /** The body with its items, for the API's description: `body` itself leaves them unchecked. */
  readonly documented: z.ZodType
}

/** A resource of the API: its calls, and what mounts their handlers. Those that describe the API are given `all` of its calls. */
export interface Resource {
  readonly operations: readonly Operation[]
  mount(app: Hono<AppEnv>, all: readonly Operation[]): void
}
