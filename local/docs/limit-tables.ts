import * as z from 'zod'
import { MOST_FILE_BYTES } from '#worker/domain/media.ts'
import { DEFAULT_QUOTAS, type Quota } from '#worker/domain/tenants/quotas.ts'
import { DEFAULT_SETTINGS } from '#worker/domain/tenants/settings.ts'
import { POLICY_TTL } from '#worker/domain/tenants/tenant.ts'
import { MINUTE, SECOND } from '#worker/domain/time.ts'
import { BOUNDS } from '#worker/domain/verifications/verification.ts'
import { ACCESS_TOKEN_SECONDS } from '#worker/flows/auth/access-token.ts'
import { OPERATOR_CALLS } from '#worker/flows/auth/operator-calls.ts'
import { NOBODYS_ROWS_A_MINUTE, OWN_ROWS_A_SECOND } from '#worker/flows/auth/refusals.ts'
import { HOST_PACE, TENANT_PACE } from '#worker/flows/events/unasked-posts.ts'
import { MOST_RECEIVED_MAIL_BYTES } from '#worker/flows/inbound/mail/store.ts'
import { BATCH_LIMIT } from '#worker/flows/messages/input.ts'
import { MOST_REPLIES } from '#worker/flows/people/person-report.ts'
import { LONGEST_KEY } from '#worker/middleware/idempotency.ts'
import { BODY_LIMIT, LARGE_BODY_LIMIT } from '#worker/middleware/read-body.ts'
import { operations } from '#worker/routes/resources.ts'
import { readWrangler } from '../build/wrangler-config.ts'

const WRITTEN = '<!-- Written by `npm run docs` from the code; edit that. -->'

const cell = (text: string): string => text.replaceAll('|', '\\|')
const table = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
  [heads, heads.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n')
const count = (value: number | null): string => (value === null ? 'none' : value.toLocaleString('en-US'))

/** What each quota counts, and what is done at it. */
const QUOTAS: Readonly<Record<Quota, string>> = {
  devices:
    'active devices and push subscriptions; one that is deleted, or that its push service knows no more, makes room',
  suppressions: 'opt-outs; those of people and carriers count and are never refused',
  files: 'files; those that come with messages count and are never refused',
  fileBytes: 'bytes of all files, likewise',
  idempotencyKeys:
    'idempotency keys of the last 24 hours, in each mode: never more, but they lie in sixteen objects with a share each, so that chance has one refuse before the quota is reached, with small ones well before',
  endpoints: 'webhook endpoints',
  senders: 'senders',
  credentials: 'credentials that are neither revoked nor expired',
}

interface Schema {
  readonly maxItems?: number
  readonly maxLength?: number
  readonly maximum?: number
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
}

/** Finds the lists of a body that have a most, by the names on the way to them. */
function listsOf(schema: Schema, path: string): readonly (readonly [path: string, most: number])[] {
  const own = schema.maxItems === undefined ? [] : [[path, schema.maxItems] as const]
  const inside = Object.entries(schema.properties ?? {}).flatMap(([name, one]) => listsOf(one, `${path}/${name}`))
  const others = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.items ? [schema.items] : [])]
  return [...own, ...inside, ...others.flatMap((one) => listsOf(one, path))]
}

const schemaOf = (type: z.ZodType): Schema => z.toJSONSchema(type, { io: 'input', unrepresentable: 'any' }) as Schema

/** Rows of the calls whose bodies hold lists. */
function listRows(): string[][] {
  const rows = operations.flatMap(({ method, path, body, items }) => {
    const schema = items?.documented ?? body
    const found = schema ? listsOf(schemaOf(schema), '') : []
    return found.map(([pointer, most]) => [`${method} ${path}`, `\`${pointer}\``, count(most)])
  })
  return [...new Map(rows.map((row) => [row.join(' '), row])).values()]
}

/** Rows of the lists that have pages. */
const pageRows = (): string[][] =>
  operations.flatMap(({ method, path, query }) => {
    const limit = query && schemaOf(query).properties?.['limit']
    return limit?.maximum === undefined ? [] : [[`${method} ${path}`, count(limit.maximum)]]
  })

const seconds = (ms: number): string => `${ms / SECOND} s`

const shields = (): string[][] =>
  (readWrangler().ratelimits ?? []).map(({ name, simple }) => [
    `\`${name}\``,
    name === 'PEOPLE_SHIELD'
      ? '`/p/*`, `/files/*`'
      : '`/oauth/token`, and changes below `/v1/auth/` of who is not signed in',
    `${count(simple.limit)} calls in ${simple.period} s`,
  ])

/** Writes docs/limits.md. */
export function limitsMarkdown(): string {
  const { limits, calls, guard } = DEFAULT_SETTINGS
  const quotas = Object.entries(QUOTAS).map(([name, what]) => [
    `\`${name}\``,
    count(DEFAULT_QUOTAS[name as Quota]),
    what,
  ])
  return `${WRITTEN}

# Limits

Limits and quotas are a tenant's, for both its modes together (a day's cap that is that of the [identity level](identity.md) is of live messages alone); an operator changes them with \`PATCH /admin/v1/tenants/:tenantId\`, and a
change is in force within ${seconds(POLICY_TTL)}. A limit is of time: beyond it is a 429 with \`Retry-After\`. A quota is of what is kept: beyond it is
a 422 \`quota-full\` with \`quota\`, \`limit\` and \`count\`, until something is removed. A quota that is lowered below what there is takes nothing away.
\`GET /admin/v1/tenants/:tenantId\` shows what a tenant has; the demo tenant of \`npm start\` may call and send more often than these tables say.

## Messages and calls

${table(
  ['setting', 'default', 'what it bounds', 'beyond it'],
  [
    ['`limits.rate`', count(limits.rate), 'messages a second that refill the burst', '`quota-exceeded`'],
    [
      '`limits.burst`',
      count(limits.burst),
      'messages at once',
      '`quota-exceeded`; `burst-exceeded` for one call with more',
    ],
    ['`limits.daily`', count(limits.daily), 'messages a day in the tenant’s time zone', '`quota-exceeded`'],
    ['`limits.monthly`', count(limits.monthly), 'messages a month', '`quota-exceeded`'],
    ['`calls.rate`', count(calls.rate), 'calls a second that refill the burst', '`too-many-calls`'],
    ['`calls.burst`', count(calls.burst), 'calls at once', '`too-many-calls`'],
  ],
)}

Each authenticated call takes one from \`calls\`, whatever it does and however it ends: reads, sends (beside their messages), tokens
(good for ${count(ACCESS_TOKEN_SECONDS)} s: ask for one an hour, not one a call). The \`RateLimit\` headers of a send tell how the limits of messages stand, those of any
other call how that of calls stands. Whoever sends more than a message a call needs fewer of them: a batch is one call. An
operator may make ${count(OPERATOR_CALLS.rate)} calls a second and ${count(OPERATOR_CALLS.burst)} at once, in each isolate.

## Codes

Bounds of the guard of [verifications](verification.md#the-guard), for each mode by itself; units are codes, or what \`guard.weights\` says:

${table(
  ['setting', 'default', 'what it bounds', 'beyond it'],
  [
    [
      '`guard.homeCeiling`',
      count(guard.homeCeiling),
      'units a day to numbers of the account’s region',
      '`guard-limited`',
    ],
    ['`guard.countryCeiling`', count(guard.countryCeiling), 'units a day to each other country', '`guard-limited`'],
    ['`guard.abroadCeiling`', count(guard.abroadCeiling), 'units a day to all other countries', '`guard-limited`'],
  ],
)}

To one recipient: ${BOUNDS.codesOfTenMinutes} codes in ten minutes and ${BOUNDS.codesOfDay} in 24 hours (\`too-many-codes\`), and ${BOUNDS.wrongChecks} wrong checks in 24 hours (\`too-many-checks\`).

## Quotas

${table(['`quotas`', 'default', 'what it counts'], quotas)}

Bounded otherwise: messages, batches, their contents, references, files' uses, work, deliveries and the access log by the limits above, and by the
retention after which the purge deletes them; labels of devices by the devices; a tenant's routes by channels and modes; its push key is one. Connections
and tenants are the operators' own.

## Sizes

${table(
  ['what', 'most'],
  [
    ['body of a call', `${count(BODY_LIMIT)} bytes`],
    ['body of a batch', `${count(LARGE_BODY_LIMIT)} bytes`],
    ['messages of a batch', count(BATCH_LIMIT)],
    ['file', `${count(MOST_FILE_BYTES)} bytes`],
    ['mail from outside', `${count(MOST_RECEIVED_MAIL_BYTES)} bytes`],
    ['`Idempotency-Key`', `${count(LONGEST_KEY)} characters`],
    ['replies of a person to one notification', count(MOST_REPLIES)],
  ],
)}

${table(['call', 'list in its body', 'most items'], listRows())}

${table(['list', 'most items a page'], pageRows())}

Lengths of texts stand with each call in \`/docs\` and \`/openapi.json\`.

## What strangers can make the gateway do

**Requests to receivers.** The challenge of a webhook (made, changed, switched on, \`/verify\`) and a test event count until the receiver answers
them right: ${count(TENANT_PACE.burst)} at once of a tenant, one more every ${seconds(TENANT_PACE.everyMs)}; ${count(HOST_PACE.burst)} at once to a host over all tenants, one more every ${seconds(HOST_PACE.everyMs)}.
Beyond is a 429 \`too-many-calls\`.

**Refused calls** in the access log: ${count(OWN_ROWS_A_SECOND)} rows a second of one network (an IPv4 address, the /64 of an IPv6 one), the rest in one row with
their number. Of callers who proved nothing an isolate writes ${count(NOBODYS_ROWS_A_MINUTE)} rows in ${MINUTE / SECOND} s; one more row, of the address \`*\`, tells how many were left out.

**The outer shield**, where Cloudflare's rate limit is bound (\`[[ratelimits]]\` of \`wrangler.toml\`), counts calls of a network in each of Cloudflare's places:

${table(['binding', 'paths', 'limit'], shields())}

Without the bindings everything works the same.

**A repeat writes nothing**: an opt-out by link, keyword or carrier that is there already, an opt-in where there is no opt-out, and what a device
reports of a message a second time.
`
}
