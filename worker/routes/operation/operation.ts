import type { Hono } from 'hono'
import type * as z from 'zod'
import type { OperatorScope } from '#worker/domain/people/operator-scopes.ts'
import type { Scope } from '#worker/domain/people/scopes.ts'
import type { AppEnv } from '#worker/middleware/variables.ts'

export interface OperationResponse {
  readonly description: string
  /** Schema of the JSON body; absent: it has none. A problem needs none, as all look alike. */
  readonly schema?: z.ZodType
  /** Media type of a body that is not JSON. */
  readonly contentType?: string
  /** True of an answer whose `Location` names what was made. */
  readonly located?: true
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
  /** Scope that a tenant's token must hold. Absent under `/admin` (operators only) and where no token is asked for. */
  readonly scope?: Scope
  /** Scope that an operator must hold; there under `/admin`, as `serve` demands, and nowhere else. */
  readonly operatorScope?: OperatorScope
  /**
   * True where a person must have proved again that it is he. A tenant's program is refused there; the licensee's are held by
   * their scopes alone.
   */
  readonly stepUp?: true
  /** True of a call of `/v1/auth/*` that wants somebody signed in; those without it there are open to anybody. */
  readonly signedIn?: true
  /** Descriptions of path parameters, where they need one. Values are looked up, not checked: any unknown one is a 404. */
  readonly params?: z.ZodType
  /** Parameters of the URL. Others, and any that stands there twice, are refused (query.ts). */
  readonly query?: z.ZodObject
  readonly body?: z.ZodType
  /** True where all fields of `body` may be left out: no body at all is an empty object. */
  readonly bodyOptional?: true
  /** Answers what `body` makes of a value if that is seen without it, which is cheaper; null: the schema decides. */
  readonly plain?: (value: unknown) => unknown
  /** Body of the docs' curl, where the schema's required fields alone make no good call. */
  readonly example?: unknown
  /**
   * Present where items of the `body` are taken one by one, so that a bad one never fails the rest. Such a body may be large, and
   * may come in lines: `body` without the items, then an item a line.
   */
  readonly items?: BodyItems
  /** Fields of a form-encoded body, instead of `body`; the handler reads it itself. */
  readonly form?: z.ZodType
  /** Media types of an uploaded file, which is the whole body, instead of `body`. */
  readonly upload?: readonly string[]
  /** True of calls that make something: they take an `Idempotency-Key`. */
  readonly idempotent?: true
  /** Answers by HTTP status; only those of this call's own. 401, 429, 500 and the like are the same everywhere. */
  readonly responses: Readonly<Record<number, OperationResponse>>
}

interface BodyItems {
  /** Name of the body's member that holds the items, and the most of them. */
  readonly member: string
  readonly most: number
  /** Description of the body as lines. */
  readonly lines: string
  /** Schema of the body with its items, for the API's description: `body` leaves them unchecked. */
  readonly documented: z.ZodType
}

/**
 * Resource of the API: its calls, and the function that mounts their handlers. `all` calls are for those that describe the API.
 */
export interface Resource {
  readonly operations: readonly Operation[]
  mount(app: Hono<AppEnv>, all: readonly Operation[]): void
}
