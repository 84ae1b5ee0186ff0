import type { RequestId } from '../domain/ids.ts'
import type { Env } from '../env.ts'
import type { Platform } from '../pipeline/platform.ts'
import type { Principal } from '../pipeline/principal.ts'

/** What middleware leaves for the routes. */
export interface Variables {
  readonly requestId: RequestId
  readonly platform: Platform
  /** Set behind `authenticate`. */
  readonly principal: Principal
  /** Set behind `operator`: who the operator is, for the IP log. */
  readonly operator: string
  /** The parsed JSON body, behind `jsonBody`. */
  readonly body: unknown
  /** Set behind `idempotency`: the request id that the messages are made from (the first try's, on a retry). */
  readonly originRequestId: RequestId
}

/** The Hono environment of every route. */
export interface AppEnv {
  readonly Bindings: Env
  readonly Variables: { -readonly [name in keyof Variables]: Variables[name] }
}
