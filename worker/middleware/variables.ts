import type { ApprovalId, RequestId } from '#worker/domain/ids.ts'
import type { FieldError } from '#worker/domain/problem.ts'
import type { Env } from '#worker/env.ts'
import type { SignedIn } from '#worker/flows/accounts/sign-in.ts'
import type { OperatorCaller } from '#worker/flows/auth/operator-caller.ts'
import type { Principal } from '#worker/flows/auth/principal.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import type { Payment } from '#worker/flows/messages/tokens.ts'
import type { RequestRow } from '#worker/jobs.ts'

/** What a call touched, for its row of the access log. */
export type Noted = Partial<Pick<RequestRow, 'object' | 'parent' | 'reason' | 'before' | 'after'>>

/** Values that middleware leaves for the routes. */
interface Variables {
  readonly requestId: RequestId
  readonly platform: Platform
  /** The tenant's caller; set by `authenticate`. */
  readonly principal: Principal
  /** The person whom the cookie names, on `/v1/auth/*`; set by `signedIn`, absent if nobody is signed in. */
  readonly signedIn?: SignedIn
  /** The operator; set by `operator`. */
  readonly operator: OperatorCaller
  /** The parsed JSON body, set by `jsonBody`; the `StreamedFile` of an upload, set by `streamedBody`. */
  readonly body: unknown
  /** Faults of a batch by the index of their item, set by `itemsBody`; absent: there are none. */
  readonly itemFaults?: ReadonlyMap<number, readonly FieldError[]>
  /** Bytes that `body` was read from, of a large one their SHA-256, for the fingerprint of `idempotency`. */
  readonly rawBody?: ArrayBuffer | Uint8Array
  /** The answer without the secrets that it shows once, left by a handler: `idempotency` keeps it in the answer's place. */
  readonly keptBody?: unknown
  /** What the call touched, beside the ids in its path and in `Location`; absent: nothing else. */
  readonly noted?: Noted
  /** Approval under which a dangerous call is made, for the access log. */
  readonly approval?: ApprovalId
  /** Names of the fields that a tenant's change gives, for the access log. */
  readonly fields?: readonly string[]
  /** Request id that new ids are made from, set by `idempotency`: of a repeated call, that of the first. */
  readonly originRequestId: RequestId
  /** Messages of this call's request that are paid for, set by `idempotency`, which keeps what a refused call leaves in it. */
  readonly payment: Payment
}

/** Bindings and variables of every route, as Hono's types want them. */
export interface AppEnv {
  readonly Bindings: Env
  readonly Variables: { -readonly [name in keyof Variables]: Variables[name] }
}
