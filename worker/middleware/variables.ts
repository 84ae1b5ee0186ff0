import type { RequestId } from '#worker/domain/ids.ts'
import type { FieldError } from '#worker/domain/problem.ts'
import type { Env } from '#worker/env.ts'
import type { Principal } from '#worker/flows/auth/principal.ts'
import type { Platform } from '#worker/flows/core/platform.ts'

/** What middleware leaves for the routes. */
interface Variables {
  readonly requestId: RequestId
  readonly platform: Platform
  /** Set behind `authenticate`. */
  readonly principal: Principal
  /** Set behind `operator`: who the operator is, for the IP log. */
  readonly operator: string
  /** The parsed JSON body, behind `jsonBody`. */
  readonly body: unknown
  /** Behind `jsonBodyWithItems`: faulty texts by the index of their item; absent where there are none. */
  readonly itemFaults?: ReadonlyMap<number, readonly FieldError[]>
  /** The bytes that `body` was read from, for the idempotency fingerprint. */
  readonly rawBody?: ArrayBuffer | Uint8Array
  /** What a route leaves for `idempotency` to keep instead of its answer: the same without once-shown secrets. */
  readonly replayBody?: unknown
  /** Set behind `idempotency`: the request id that the messages are made from (the first try's, on a retry). */
  readonly originRequestId: RequestId
}

/** The Hono environment of every route. */
export interface AppEnv {
  readonly Bindings: Env
  readonly Variables: { -readonly [name in keyof Variables]: Variables[name] }
}
