import * as z from 'zod'
import { GUARD_REASONS } from '#worker/domain/guard/verdict.ts'
import { PASSKEY_REFUSALS } from '#worker/domain/people/passkey.ts'
import { CREDENTIAL_SCOPES, SCOPE_HELP } from '#worker/domain/people/scopes.ts'
import { PROBLEMS, type ProblemCode } from '#worker/domain/problem.ts'
import { DEFAULT_QUOTAS, type Quota } from '#worker/domain/tenants/quotas.ts'
import { VERIFICATION_STATUSES } from '#worker/domain/verifications/verification.ts'

/** Parts that the answers of many calls have in common. */

const fieldError = z.object({
  pointer: z
    .string()
    .describe('JSON Pointer into the body, `line:5` with a pointer into that line, or `header:Name`, `query:name`.'),
  detail: z.string(),
})

export const problemSchema = z
  .object({
    type: z.string().describe('A link to what is known of this error.'),
    title: z.string().describe('The same for every occurrence.'),
    status: z.int().describe('The HTTP status.'),
    code: z.enum(Object.keys(PROBLEMS) as ProblemCode[]).describe('Stable: programs decide by it.'),
    detail: z.string().optional().describe('What was wrong this time.'),
    instance: z.string().describe('The request id.'),
    errors: z.array(fieldError).optional().describe('Each wrong field.'),
    'violated-policies': z
      .array(z.string())
      .optional()
      .describe('With `quota-exceeded`: the limits that are reached, by their names in `RateLimit-Policy`.'),
    burst: z.int().optional().describe('With `burst-exceeded`: the most messages of one call.'),
    reason: z
      .enum([...VERIFICATION_STATUSES, ...PASSKEY_REFUSALS, ...GUARD_REASONS])
      .optional()
      .describe(
        'With `verification-over`: how it ended. With `passkey-refused`, `guard-refused` and `guard-limited`: why.',
      ),
    verificationId: z.string().optional().describe('With `guard-refused` and `guard-limited` of a start: its record.'),
    quota: z
      .enum(Object.keys(DEFAULT_QUOTAS) as Quota[])
      .optional()
      .describe('With `quota-full`: what there is no room for.'),
    limit: z.int().optional().describe('With `quota-full`: the most that may be kept of it.'),
    count: z.int().optional().describe('With `quota-full`: how many there are.'),
  })
  .meta({ id: 'Problem', description: 'An RFC 9457 problem document.' })

export const JSON_TYPE = 'application/json'
/** Types of lines of JSON; the first is the docs'. */
export const LINES_TYPES = [
  'application/x-ndjson',
  'application/ndjson',
  'application/jsonl',
  'application/x-jsonlines',
]
export const FORM_TYPE = 'application/x-www-form-urlencoded'
const PROBLEM_TYPE = 'application/problem+json'

const text = (description: string, examples: readonly string[]) => ({
  description,
  schema: { type: 'string', examples },
})

export const HEADERS = {
  RequestId: {
    ...text('Names this call in the access log and in questions to the operator.', ['req_01kb2m6q7v4c9h2n']),
    required: true,
  },
  Location: {
    ...text('Path of what was made.', ['/v1/messages/msg_01kb2m6q7v4c9h2n0000101f7w2k9qx0000']),
    required: true,
  },
  RetryAfter: { description: 'Seconds to wait before the next try.', schema: { type: 'integer', minimum: 0 } },
  WwwAuthenticate: text('What kind of credential, or which scope, is missing (RFC 6750).', ['Bearer realm="chapar"']),
  RateLimitPolicy: text(
    'The limits, in messages after a send, else in calls: `q` is the quota, `w` its window in seconds.',
    ['"burst";q=20000;w=20'],
  ),
  RateLimit: text('What is left: `r` messages or calls; `t` is the number of seconds until all are back.', [
    '"burst";r=19999;t=1',
  ]),
  IdempotencyReplayed: text('`true` where this is the kept answer of an earlier call with the same key.', ['true']),
} as const

export type HeaderName = keyof typeof HEADERS
const HEADER_NAMES: Readonly<Record<HeaderName, string>> = {
  RequestId: 'Request-Id',
  Location: 'Location',
  RetryAfter: 'Retry-After',
  WwwAuthenticate: 'WWW-Authenticate',
  RateLimitPolicy: 'RateLimit-Policy',
  RateLimit: 'RateLimit',
  IdempotencyReplayed: 'Idempotency-Replayed',
}

/** Makes `headers` of an answer. */
export const headersNamed = (names: readonly HeaderName[]) =>
  Object.fromEntries(names.map((name) => [HEADER_NAMES[name], { $ref: `#/components/headers/${name}` }]))

export const PARAMETERS = {
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    required: false,
    description:
      'A structured-field string of your choice, such as a UUID in double quotes. A repeat within 24 hours gets the same ' +
      'answer and makes nothing twice; secrets that are shown once are masked in it.',
    schema: {
      type: 'string',
      // A String Item of RFC 9651, or its text without the quotes.
      pattern: '^(?:"(?:[ !#-\\[\\]-~]|\\\\["\\\\])+"|[!#-+\\--:<-\\[\\]-~]+)$',
      examples: ['"8e03978e-40d5-43dd-bc93-6894a57f9324"'],
    },
  },
  Approval: {
    name: 'Approval',
    in: 'header',
    required: false,
    description:
      'The approval of this very call, which a person must name (docs/four-eyes.md): it is good for one. A program whose token breaks the glass has none.',
    schema: { type: 'string', pattern: '^apr_[0-9a-z]{16}$', examples: ['apr_01kb2m6q7v4c9h2n'] },
  },
} as const

/** Statuses that have a shared error response. */
export const ERROR_STATUSES = [400, 401, 403, 404, 408, 409, 413, 415, 422, 429, 500, 503] as const
export type ErrorStatus = (typeof ERROR_STATUSES)[number]

/** Headers of every answer to a token that holds, good or bad. */
export const LIMIT_HEADERS: readonly HeaderName[] = ['RateLimitPolicy', 'RateLimit']

const EXTRA_HEADERS: Readonly<Partial<Record<ErrorStatus, readonly HeaderName[]>>> = {
  400: ['IdempotencyReplayed'],
  401: ['WwwAuthenticate'],
  403: ['WwwAuthenticate'],
  404: ['IdempotencyReplayed'],
  409: ['RetryAfter'],
  422: ['IdempotencyReplayed'],
  429: ['RetryAfter'],
  503: ['RetryAfter'],
}

export const problemContent = () => ({ [PROBLEM_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } })

export const errorHeaders = (status: ErrorStatus) =>
  headersNamed(['RequestId', ...(EXTRA_HEADERS[status] ?? []), ...(status === 401 ? [] : LIMIT_HEADERS)])

function errorResponse(status: ErrorStatus) {
  const codes = Object.entries(PROBLEMS).filter(([, spec]) => spec.status === status)
  return {
    description: `${codes.map(([code, { title }]) => `${title} (\`${code}\`)`).join('. ')}.`,
    headers: errorHeaders(status),
    content: problemContent(),
  }
}

/** Makes `components/responses`, one for each error status, from the table of problems. */
export const errorResponses = () =>
  Object.fromEntries(ERROR_STATUSES.map((status) => [`Error${status}`, errorResponse(status)]))

export const securitySchemes = (baseUrl: string) => ({
  oauth2: {
    type: 'oauth2',
    description: 'An access token of `POST /oauth/token`.',
    flows: {
      clientCredentials: {
        tokenUrl: `${baseUrl}/oauth/token`,
        scopes: Object.fromEntries(CREDENTIAL_SCOPES.map((scope) => [scope, SCOPE_HELP[scope]])),
      },
    },
  },
  clientJwt: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description:
      'A JWT that the client signs itself, with a registered key (EdDSA, ES256, RS256) or its shared secret (HS256): ' +
      '`iss` is the client id, `aud` the base URL, and it lives at most 15 minutes.',
  },
  apiKey: {
    type: 'http',
    scheme: 'bearer',
    description: 'An API key of `POST /v1/keys`: `chk_live_…` or `chk_test_…`.',
  },
  person: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'The token of a person who is signed in, for five minutes (docs/roles.md says what roles may do).',
  },
  client: { type: 'http', scheme: 'basic', description: 'The client’s id and secret, for `POST /oauth/token`.' },
  cookie: {
    type: 'apiKey',
    in: 'cookie',
    name: '__Host-chapar',
    description:
      'The sign-in of a person’s browser; on this machine it is named `chapar`. It opens `/v1/auth/*` alone, and a call that changes something needs an `Origin` of ours beside it (docs/accounts.md).',
  },
  operator: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description:
      'A token that an operator made with `npm run admin-token`, or that of a person of the licensee (docs/roles.md).',
  },
  access: {
    type: 'apiKey',
    in: 'header',
    name: 'Cf-Access-Jwt-Assertion',
    description: 'An operator behind Cloudflare Access, which adds this header itself.',
  },
})
