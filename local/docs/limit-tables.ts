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
import { code, table } from './table.ts'

const count = (value: number | null): string => (value === null ? 'none' : value.toLocaleString('en-US'))

const { limits, calls, guard } = DEFAULT_SETTINGS
/** What bounds messages and calls of a tenant that was given nothing else; null: nothing. */
const LIMITS = {
  'limits.rate': limits.rate,
  'limits.burst': limits.burst,
  'limits.daily': limits.daily,
  'limits.monthly': limits.monthly,
  'calls.rate': calls.rate,
  'calls.burst': calls.burst,
} as const
/** What of the guard bounds codes. */
const CEILINGS = {
  'guard.homeCeiling': guard.homeCeiling,
  'guard.countryCeiling': guard.countryCeiling,
  'guard.abroadCeiling': guard.abroadCeiling,
} as const

/** What a tenant may keep of each kind, if it was given nothing else. */
const QUOTAS: Readonly<Record<Quota, number>> = { ...DEFAULT_QUOTAS }

/** Sizes that are the same for all tenants, each with its unit. */
const SIZES = {
  body: [BODY_LIMIT, 'bytes'],
  batchBody: [LARGE_BODY_LIMIT, 'bytes'],
  batch: [BATCH_LIMIT, ''],
  file: [MOST_FILE_BYTES, 'bytes'],
  mail: [MOST_RECEIVED_MAIL_BYTES, 'bytes'],
  idempotencyKey: [LONGEST_KEY, 'characters'],
  replies: [MOST_REPLIES, ''],
} as const satisfies Readonly<Record<string, readonly [most: number, unit: SizeUnit]>>
type Size = keyof typeof SIZES
type SizeUnit = '' | 'bytes' | 'characters'

/** Numbers that the sentences of the page say. */
const FACTS = {
  policySeconds: POLICY_TTL / SECOND,
  tokenSeconds: ACCESS_TOKEN_SECONDS,
  operatorCalls: OPERATOR_CALLS,
  codes: BOUNDS,
  tenantPace: { burst: TENANT_PACE.burst, everySeconds: TENANT_PACE.everyMs / SECOND },
  hostPace: { burst: HOST_PACE.burst, everySeconds: HOST_PACE.everyMs / SECOND },
  ownRows: OWN_ROWS_A_SECOND,
  nobodysRows: NOBODYS_ROWS_A_MINUTE,
  nobodysSeconds: MINUTE / SECOND,
} as const

/** Tables of the page, each in the page's language. */
type Tables = Readonly<Record<'limits' | 'codes' | 'quotas' | 'sizes' | 'lists' | 'pages' | 'shields', string>>

/** What the guide to limits says in a language, beside what stands in the code. */
export interface LimitWords {
  readonly count: (value: number | null) => string
  readonly heads: Readonly<
    Record<'setting' | 'default' | 'bounds' | 'beyond' | 'counts' | 'what' | 'most' | 'call' | 'inBody', string>
  > &
    Readonly<Record<'mostItems' | 'list' | 'mostOfPage' | 'binding' | 'paths' | 'limit', string>>
  /** What a setting bounds, and the answer beyond it. */
  readonly bounds: Readonly<
    Record<keyof typeof LIMITS | keyof typeof CEILINGS, readonly [what: string, beyond: string]>
  >
  readonly quotas: Readonly<Record<Quota, string>>
  readonly sizes: Readonly<Record<Size, string>>
  readonly units: Readonly<Record<SizeUnit, string>>
  /** Paths before which a shield stands, by its binding. */
  readonly shielded: (binding: string) => string
  readonly callsIn: (calls: number, seconds: number) => string
  readonly page: (tables: Tables, facts: typeof FACTS) => string
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
function listRows({ count }: LimitWords): string[][] {
  const rows = operations.flatMap(({ method, path, body, items }) => {
    const schema = items?.documented ?? body
    const found = schema ? listsOf(schemaOf(schema), '') : []
    return found.map(([pointer, most]) => [code(`${method} ${path}`), code(pointer), count(most)])
  })
  return [...new Map(rows.map((row) => [row.join(' '), row])).values()]
}

/** Rows of the lists that have pages. */
const pageRows = ({ count }: LimitWords): string[][] =>
  operations.flatMap(({ method, path, query }) => {
    const limit = query && schemaOf(query).properties?.['limit']
    return limit?.maximum === undefined ? [] : [[code(`${method} ${path}`), count(limit.maximum)]]
  })

const ENGLISH: LimitWords = {
  count,
  heads: {
    setting: 'setting',
    default: 'default',
    bounds: 'what it bounds',
    beyond: 'beyond it',
    counts: 'what it counts',
    what: 'what',
    most: 'most',
    call: 'call',
    inBody: 'list in its body',
    mostItems: 'most items',
    list: 'list',
    mostOfPage: 'most items a page',
    binding: 'binding',
    paths: 'paths',
    limit: 'limit',
  },
  bounds: {
    'limits.rate': ['messages a second that refill the burst', '`quota-exceeded`'],
    'limits.burst': ['messages at once', '`quota-exceeded`; `burst-exceeded` for one call with more'],
    'limits.daily': ['messages a day in the tenant’s time zone', '`quota-exceeded`'],
    'limits.monthly': ['messages a month', '`quota-exceeded`'],
    'calls.rate': ['calls a second that refill the burst', '`too-many-calls`'],
    'calls.burst': ['calls at once', '`too-many-calls`'],
    'guard.homeCeiling': ['units a day to numbers of the account’s region', '`guard-limited`'],
    'guard.countryCeiling': ['units a day to each other country', '`guard-limited`'],
    'guard.abroadCeiling': ['units a day to all other countries', '`guard-limited`'],
  },
  quotas: {
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
  },
  sizes: {
    body: 'body of a call',
    batchBody: 'body of a batch',
    batch: 'messages of a batch',
    file: 'file',
    mail: 'mail from outside',
    idempotencyKey: '`Idempotency-Key`',
    replies: 'replies of a person to one notification',
  },
  units: { '': '', bytes: ' bytes', characters: ' characters' },
  shielded: (binding) =>
    binding === 'PEOPLE_SHIELD'
      ? '`/p/*`, `/files/*`'
      : '`/oauth/token`, and changes below `/v1/auth/` of who is not signed in',
  callsIn: (calls, seconds) => `${count(calls)} calls in ${seconds} s`,
  page: (tables, facts) => `<!-- Written by \`npm run docs\` from the code; edit that. -->

# Limits

Limits and quotas are a tenant's, for both its modes together (a day's cap that is that of the [identity level](identity.md) is of live messages alone); an operator changes them with \`PATCH /admin/v1/tenants/:tenantId\`, and a
change is in force within ${facts.policySeconds} s. A limit is of time: beyond it is a 429 with \`Retry-After\`. A quota is of what is kept: beyond it is
a 422 \`quota-full\` with \`quota\`, \`limit\` and \`count\`, until something is removed. A quota that is lowered below what there is takes nothing away.
\`GET /admin/v1/tenants/:tenantId\` shows what a tenant has; the demo tenant of \`npm start\` may call and send more often than these tables say.

## Messages and calls

${tables.limits}

Each authenticated call takes one from \`calls\`, whatever it does and however it ends: reads, sends (beside their messages), tokens
(good for ${count(facts.tokenSeconds)} s: ask for one an hour, not one a call). The \`RateLimit\` headers of a send tell how the limits of messages stand, those of any
other call how that of calls stands. Whoever sends more than a message a call needs fewer of them: a batch is one call. An
operator may make ${count(facts.operatorCalls.rate)} calls a second and ${count(facts.operatorCalls.burst)} at once, in each isolate.

## Codes

Bounds of the guard of [verifications](verification.md#the-guard), for each mode by itself; units are codes, or what \`guard.weights\` says:

${tables.codes}

To one recipient: ${facts.codes.codesOfTenMinutes} codes in ten minutes and ${facts.codes.codesOfDay} in 24 hours (\`too-many-codes\`), and ${facts.codes.wrongChecks} wrong checks in 24 hours (\`too-many-checks\`).

## Quotas

${tables.quotas}

Bounded otherwise: messages, batches, their contents, references, files' uses, work, deliveries and the access log by the limits above, and by the
retention after which the purge deletes them; labels of devices by the devices; a tenant's routes by channels and modes; its push key is one. Connections
and tenants are the operators' own.

## Sizes

${tables.sizes}

${tables.lists}

${tables.pages}

Lengths of texts stand with each call in \`/docs\` and \`/openapi.json\`.

## What strangers can make the gateway do

**Requests to receivers.** The challenge of a webhook (made, changed, switched on, \`/verify\`) and a test event count until the receiver answers
them right: ${facts.tenantPace.burst} at once of a tenant, one more every ${facts.tenantPace.everySeconds} s; ${facts.hostPace.burst} at once to a host over all tenants, one more every ${facts.hostPace.everySeconds} s.
Beyond is a 429 \`too-many-calls\`.

**Refused calls** in the access log: ${facts.ownRows} rows a second of one network (an IPv4 address, the /64 of an IPv6 one), the rest in one row with
their number. Of callers who proved nothing an isolate writes ${facts.nobodysRows} rows in ${facts.nobodysSeconds} s; one more row, of the address \`*\`, tells how many were left out.

**The outer shield**, where Cloudflare's rate limit is bound (\`[[ratelimits]]\` of \`wrangler.toml\`), counts calls of a network in each of Cloudflare's places:

${tables.shields}

Without the bindings everything works the same.

**A repeat writes nothing**: an opt-out by link, keyword or carrier that is there already, an opt-in where there is no opt-out, and what a device
reports of a message a second time.
`,
}

/** Rows of settings that bound something. */
const boundRows = (values: Partial<Record<keyof LimitWords['bounds'], number | null>>, words: LimitWords): string[][] =>
  Object.entries(values).map(([name, value]) => [
    code(name),
    words.count(value),
    ...words.bounds[name as keyof LimitWords['bounds']],
  ])

const shieldRows = ({ shielded, callsIn }: LimitWords): string[][] =>
  (readWrangler().ratelimits ?? []).map(({ name, simple }) => [
    code(name),
    shielded(name),
    callsIn(simple.limit, simple.period),
  ])

/** Writes docs/limits.md, or its translation. */
export function limitsMarkdown(words = ENGLISH): string {
  const { heads, quotas, sizes, units } = words
  const bounds = [heads.setting, heads.default, heads.bounds, heads.beyond]
  const quotaRows = Object.entries(QUOTAS).map(([name, most]) => [code(name), words.count(most), quotas[name as Quota]])
  const sizeRows = Object.entries(SIZES).map(([name, [most, unit]]) => [
    sizes[name as Size],
    words.count(most) + units[unit],
  ])
  const tables = {
    limits: table(bounds, boundRows(LIMITS, words)),
    codes: table(bounds, boundRows(CEILINGS, words)),
    quotas: table([code('quotas'), heads.default, heads.counts], quotaRows),
    sizes: table([heads.what, heads.most], sizeRows),
    lists: table([heads.call, heads.inBody, heads.mostItems], listRows(words)),
    pages: table([heads.list, heads.mostOfPage], pageRows(words)),
    shields: table([heads.binding, heads.paths, heads.limit], shieldRows(words)),
  }
  return words.page(tables, FACTS)
}
