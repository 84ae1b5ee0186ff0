import type { FieldError } from '#worker/lib/json/pointer.ts'

export type { FieldError }

interface ProblemSpec {
  readonly status: number
  readonly title: string
  /** Sentence of the docs: when the error comes and what the caller should do. */
  readonly help: string
}

/** All errors that a caller can meet. `docs/errors.md` and the `type` URIs are made from this table. */
export const PROBLEMS = {
  'malformed-json': {
    status: 400,
    title: 'The body is not valid JSON',
    help: 'Send UTF-8 JSON in which no name stands twice in one object. The detail says what was wrong, `errors` where.',
  },
  'invalid-request': {
    status: 400,
    title: 'The request is not valid',
    help: 'A header or query parameter is wrong; `errors` names it.',
  },
  'invalid-fields': {
    status: 422,
    title: 'Some fields are not valid',
    help: '`errors` lists each wrong field by JSON Pointer.',
  },
  unauthenticated: {
    status: 401,
    title: 'The token is not valid',
    help: 'It was not signed by who it names, or not for this gateway. What else is wrong with it is not told.',
  },
  'token-missing': {
    status: 401,
    title: 'Authentication is needed',
    help: 'Send a token as `Authorization: Bearer`: an API key, one of `POST /oauth/token`, or one that the client signs itself.',
  },
  'token-expired': {
    status: 401,
    title: 'The token has expired',
    help: 'Get a new one, or sign one, and send the request again.',
  },
  'token-revoked': {
    status: 401,
    title: 'The credential of this token is no longer in force',
    help: 'It was revoked, is past its end, or the account is closed: a new token does not help, a new credential does.',
  },
  'signed-out': {
    status: 401,
    title: 'Nobody is signed in',
    help: 'The call wants the cookie of a sign-in that holds: it ended, or was left alone for twelve hours. Sign in.',
  },
  forbidden: {
    status: 403,
    title: 'This credential may not do that',
    help: 'The credential lacks the scope, or calls from an address outside its allow-list.',
  },
  'step-up-required': {
    status: 403,
    title: 'Prove again that it is you',
    help: 'This act wants a passkey, or a code where there is none, of the last ten minutes: `POST /v1/auth/step-up`.',
  },
  'passkey-refused': {
    status: 422,
    title: 'The passkey is not taken',
    help: '`reason` says why. A challenge counts for one answer, within five minutes: ask for new options, and try again.',
  },
  'last-owner': {
    status: 409,
    title: 'An account keeps an owner',
    help: 'Make somebody else an owner first.',
  },
  'approval-required': {
    status: 403,
    title: 'Two people do that',
    help: 'Propose the call by `POST /admin/v1/approvals`. When another person has approved it, make it once with the header `Approval: apr_…`. The detail says what an approval lacks.',
  },
  'tenant-pending': {
    status: 403,
    title: 'This account is not approved yet',
    help: 'Test mode is open: every channel sends there, over the sandbox carrier. Live waits until the operator has approved the account.',
  },
  'tenant-suspended': {
    status: 403,
    title: 'This account is suspended',
    help: 'Ask the operator; nothing is sent meanwhile.',
  },
  'identity-required': {
    status: 403,
    title: 'The identity level of this account does not permit that',
    help: '`errors` says what it permits. Its owner can raise the level: `GET /v1/auth/identity` says what the next one needs. Test mode is open to all.',
  },
  'licence-missing': {
    status: 403,
    title: 'The operator of this gateway has no licence number yet',
    help: 'Bulk is not sent in live until he has said it: ask him. That is advertising and information, and, whatever its purpose, a call with several recipients (`pack.licensedFrom` of `GET /v1/account`). Codes and answers to one person, and all of test mode, go on.',
  },
  'not-found': {
    status: 404,
    title: 'There is no such thing here',
    help: 'The id is unknown, or belongs to somebody else.',
  },
  'method-not-allowed': { status: 405, title: 'This method is not allowed here', help: 'See the Allow header.' },
  gone: {
    status: 410,
    title: 'This record is past its retention',
    help: 'It was purged, as the law and the policy ask.',
  },
  'not-supported': {
    status: 422,
    title: 'No connection of the route can do that',
    help: 'The message asks for something that no connection of this account can do; `errors` says what. `GET /v1/channels` lists what there is.',
  },
  conflict: {
    status: 409,
    title: 'The state does not allow that',
    help: 'The detail says which state stands in the way.',
  },
  'not-cancelable': {
    status: 409,
    title: 'The message can no longer be canceled',
    help: 'It is with the carrier, or has ended.',
  },
  'verification-over': {
    status: 422,
    title: 'No code of this verification can be checked any more',
    help: '`reason` says why: `approved` (a code counts once), `failed` (all checks were wrong), `blocked`, `expired` or `canceled`. Start another one.',
  },
  'too-many-codes': {
    status: 429,
    title: 'Too many codes to this recipient',
    help: 'Codes to one recipient have growing delays. Retry after the seconds in Retry-After.',
  },
  'too-many-checks': {
    status: 429,
    title: 'Too many wrong codes for this recipient',
    help: 'Ten wrong checks in 24 hours block a recipient for this account. Retry after the seconds in Retry-After.',
  },
  'guard-refused': {
    status: 422,
    title: 'The guard lets no code go to this number',
    help: '`reason` says why: `country` (codes of the account do not go there), `range` (numbers that only cost) or `prefix` (codes to numbers that begin so are rarely used). The operator can open a country, or allow a prefix.',
  },
  'guard-limited': {
    status: 429,
    title: 'The guard lets no code go out for now',
    help: '`reason` says why: `velocity` (too many unused codes from where this one is asked for), `prefix` (the same, to numbers that begin so), `checks` (too many wrong checks) or `ceiling` (the units of the day are used up). Retry after the seconds in Retry-After.',
  },
  'too-many-tries': {
    status: 429,
    title: 'Too many tries today',
    help: 'A national id can be matched five times a day, whatever came of it. Retry after the seconds in Retry-After.',
  },
  'idempotency-in-flight': {
    status: 409,
    title: 'A request with this Idempotency-Key is still running',
    help: 'Retry after the seconds in Retry-After.',
  },
  'idempotency-mismatch': {
    status: 422,
    title: 'This Idempotency-Key was used with another request',
    help: 'Use a new key for a new request.',
  },
  'idempotency-answer-lost': {
    status: 409,
    title: 'The answer kept under this Idempotency-Key cannot be read',
    help: 'The request was answered before, and is not worked again. Look for what it made (by `clientRef`, for one) before you send it under a new key.',
  },
  'body-too-slow': {
    status: 408,
    title: 'The body did not come in time',
    help: 'Send it compressed (`Content-Encoding: gzip`), or in smaller batches.',
  },
  'body-too-large': {
    status: 413,
    title: 'The body is too large',
    help: 'At most 1 MB a call, a batch 16 MB, also once it is decompressed; a file at most 25 MB.',
  },
  'range-not-satisfiable': {
    status: 416,
    title: 'The file has no such range',
    help: 'Content-Range tells how long it is.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'This content type is not supported',
    help: 'Send `application/json`, a batch also as `application/x-ndjson`; a file as one of the types that `POST /v1/media` names. A body may be gzip and have no other `Content-Encoding`.',
  },
  'sender-not-assigned': {
    status: 422,
    title: 'This sender is not assigned to the account',
    help: '`from`, or `app` of a device, must be one of the account’s senders: `GET /v1/senders` lists them.',
  },
  'no-route': {
    status: 422,
    title: 'No route carries this message',
    help: 'Ask the operator for a connection on this channel.',
  },
  'purpose-not-allowed': {
    status: 422,
    title: 'This purpose is not allowed on this line',
    help: 'The line’s class and the bulk rules decide (see the policy pack).',
  },
  'burst-exceeded': {
    status: 422,
    title: 'More messages than the burst admits at once',
    help: 'Split the batch: `errors` names the burst.',
  },
  'quota-full': {
    status: 422,
    title: 'The account keeps as many of these as it may',
    help: '`quota` names the kind, `limit` how many it may keep and `count` how many it does. Remove some, or ask the operator.',
  },
  'quota-exceeded': { status: 429, title: 'The limit is reached', help: 'Retry after the seconds in Retry-After.' },
  'too-many-calls': {
    status: 429,
    title: 'Too many calls',
    help: 'Calls are limited, whatever they do (`calls` of the account). Retry after the seconds in Retry-After.',
  },
  'queue-unavailable': {
    status: 503,
    title: 'The messages could not all be queued',
    help: 'Retry with the same Idempotency-Key: part may be queued already, and the retry stands for the same messages.',
  },
  unavailable: {
    status: 503,
    title: 'A part of the gateway is not available',
    help: 'Retry after the seconds in Retry-After.',
  },
  internal: {
    status: 500,
    title: 'Something went wrong on our side',
    help: 'It is logged under the Request-Id; retry with the same Idempotency-Key.',
  },
} as const satisfies Record<string, ProblemSpec>

export type ProblemCode = keyof typeof PROBLEMS

interface ProblemOptions {
  readonly detail?: string
  readonly errors?: readonly FieldError[]
  readonly headers?: Readonly<Record<string, string>>
  /** Extension members of the problem document. */
  readonly extra?: Readonly<Record<string, unknown>>
  /** Overrides the table's `type` (the quota-exceeded type is registered with IANA). */
  readonly type?: string
}

/** A caller's mistake or a refusal, answered as an RFC 9457 document. Anything else that is thrown is a bug or an outage. */
export class Problem extends Error {
  readonly code: ProblemCode
  readonly options: ProblemOptions

  constructor(code: ProblemCode, options: ProblemOptions = {}) {
    super(code)
    this.name = 'Problem'
    this.code = code
    this.options = options
  }

  get status(): number {
    return PROBLEMS[this.code].status
  }
}

/** A 422 that names one field. */
export const invalidField = (pointer: string, detail: string): Problem =>
  new Problem('invalid-fields', { errors: [{ pointer, detail }] })

/** A change of what somebody else has changed since it was read. `pointer`: where the call names the version. */
export const changedMeanwhile = (pointer = '/version'): Problem =>
  new Problem('conflict', {
    detail: 'Somebody else changed it meanwhile: read it again.',
    errors: [{ pointer, detail: 'is not the present one' }],
  })

/** The RFC 9457 document of a problem. `base` is the gateway's base URL; the request id becomes `instance`. */
export function problemBody(problem: Problem, base: string, requestId: string): Record<string, unknown> {
  const { title, status } = PROBLEMS[problem.code]
  const { detail, errors, extra, type } = problem.options
  return {
    type: type ?? `${base}/docs/errors#${problem.code}`,
    title,
    status,
    code: problem.code,
    ...(detail === undefined ? {} : { detail }),
    instance: requestId,
    ...(errors === undefined ? {} : { errors }),
    ...extra,
  }
}
