import * as z from 'zod'
import { COUNTRIES } from '#worker/domain/addresses/countries.ts'
import { REGIONS } from '#worker/domain/addresses/number-plans.ts'
import { IDENTITY_LEVELS } from '#worker/domain/identity/level.ts'
import { isTimeZone } from '#worker/domain/limits/quota-window.ts'
import { PURPOSES } from '#worker/domain/messages/message.ts'
import { GUARD_MODES } from '#worker/domain/tenants/guard-settings.ts'
import { keywordForm } from '#worker/domain/tenants/keywords.ts'
import { LOCATIONS } from '#worker/domain/tenants/location.ts'
import { PACK_NAMES } from '#worker/domain/tenants/policy-packs/all.ts'
import { MOST_ENDPOINTS, type Quota } from '#worker/domain/tenants/quotas.ts'
import type { TenantSettings } from '#worker/domain/tenants/settings.ts'
import { DIGITS } from '#worker/domain/verifications/code.ts'
import { altered, appHash, codeDomain, name, oneLine, timestamp } from '#worker/routes/operation/fields.ts'
import type { Operation } from '#worker/routes/operation/operation.ts'
import { pageOf } from '#worker/routes/operation/page.ts'
import { pageQuery } from './page-query.ts'

const COUNT_MOST = 1_000_000_000
const tag = 'Tenants'

const cap = z.int().min(1).max(COUNT_MOST).nullable()
const limitFields = {
  rate: z.number().positive().max(1_000_000).describe('Messages a second that refill the burst.'),
  burst: z.int().min(1).max(10_000_000).describe('Most messages at once.'),
  daily: cap.describe('Messages a day in the tenant’s time zone; null: no cap.'),
  monthly: cap.describe('Messages a month in the tenant’s time zone; null: no cap.'),
}

const callFields = {
  rate: limitFields.rate.describe('Calls a second that refill the burst.'),
  burst: limitFields.burst.describe('Most calls at once.'),
}

const KEPT_MOST = 1_000_000_000_000
const quota = (what: string) => z.int().min(0).max(KEPT_MOST).describe(what)
const quotaFields = {
  devices: quota('Active devices and push subscriptions.'),
  suppressions: quota('Opt-outs. Those of people and carriers count, and are never refused.'),
  files: quota('Files. Those that come with messages count, and are never refused.'),
  fileBytes: quota('Bytes of all files.'),
  idempotencyKeys: quota(
    'Idempotency keys of the last 24 hours, in each mode: never more, and small quotas refuse early.',
  ),
  endpoints: quota('Webhook endpoints.').max(MOST_ENDPOINTS),
  senders: quota('Senders.').max(10_000),
  credentials: quota('Credentials that are neither revoked nor expired.').max(1_000),
} as const satisfies { readonly [Name in Quota]: z.ZodType<number> }

/** Most words of the tenant's own that stop, and that start. */
const MOST_KEYWORDS = 20
const keywordList = z
  .array(
    z
      .string()
      .min(1)
      .max(60)
      .refine((word) => /\p{L}/u.test(keywordForm(word) ?? ''), 'must be a word, without a question mark'),
  )
  .max(MOST_KEYWORDS)

const country = z.enum(COUNTRIES)
/** Beginning of numbers. Settings are kept in clear, so no whole number is one. */
const numberPrefix = z.string().regex(/^\+[1-9]\d{0,7}$/)
const units = z.int().min(0).max(COUNT_MOST)

const guardFields = {
  mode: z
    .enum(GUARD_MODES)
    .describe('`enforce` refuses; `monitor` lets go out and says in the record what would have been refused.'),
  countries: z
    .array(country)
    .max(COUNTRIES.length)
    .nullable()
    .describe('Countries that codes go to (ISO 3166-1); null: the pack’s, which are `IR` for `ir`, any for `generic`.'),
  allow: z
    .array(numberPrefix)
    .max(100)
    .describe('Beginnings of numbers, such as `+98912`, that the guard does not look at: they win over all else.'),
  homeCeiling: units.describe('Units a day to numbers of the account’s region, in its time zone.'),
  countryCeiling: units.describe('Units a day to each other country.'),
  abroadCeiling: units.describe('Units a day to all other countries together.'),
  ceilings: z.partialRecord(country, units).describe('Ceilings of countries of their own, beside `countryCeiling`.'),
  weights: z
    .record(numberPrefix, z.int().min(0).max(1_000))
    .refine((table) => Object.keys(table).length <= 500, 'has at most 500 beginnings')
    .describe('Units of a code by the beginning of its number; the longest counts, and 1 where none fits.'),
}

/** Schemas of a tenant's settings, as they are given and as they are shown. */
const settingFields = {
  timeZone: z
    .string()
    .max(64)
    .refine((text) => isTimeZone(text) && !/^[+-]/.test(text), 'must be an IANA time zone')
    .describe('IANA zone of the daily and monthly caps; default UTC.'),
  pack: z.enum(PACK_NAMES).describe('The bulk rules; default `generic`.'),
  region: z
    .enum(REGIONS)
    .nullable()
    .describe(
      'Whose national forms of numbers are read (`09…`, `07…`); null: the pack’s, which is `IR` for `ir`, none for `generic`.',
    ),
  location: z
    .enum(LOCATIONS)
    .nullable()
    .describe(
      'Region of the platform near which the account’s limits and idempotency keys are kept, such as `weur`; null: near the first call. It counts for what is not kept yet, so it belongs into the creation.',
    ),
  limits: z.strictObject(limitFields),
  calls: z
    .strictObject(callFields)
    .describe('Calls of the API, whatever they do: a send takes one, beside its messages.'),
  quotas: z
    .strictObject(quotaFields)
    .describe('What the account may keep, in both modes together; `quota-full` beyond.'),
  onUnknown: z
    .enum(['keep', 'resubmit'])
    .describe('`resubmit`: a possible double is preferred to a possible loss; default `keep`.'),
  defaultPurpose: z.enum(PURPOSES).describe('Of messages that name none; default `transactional`.'),
  keywords: z
    .strictObject({
      stop: keywordList.describe('Whole messages that opt out, such as `ARRET`.'),
      start: keywordList.describe('Whole messages that opt in again.'),
    })
    .describe(
      'Words of the account’s language, beside those of the pack; `stop` wins over `start`. Letter case, accents and what stands around a word do not count.',
    ),
  codes: z
    .strictObject({
      brand: oneLine(40).nullable().describe('Name that the text of a code shows; null: none.'),
      domain: codeDomain
        .nullable()
        .describe('Domain of the page that asks for codes, for the last line by which browsers fill them in.'),
      appHash: appHash.nullable().describe('Hash of the Android app that reads codes (SMS Retriever).'),
      leastDigits: z
        .int()
        .min(DIGITS.least)
        .max(DIGITS.usual)
        .describe('Fewest digits of a code; default 6. Codes of 4 or 5 have 3 checks instead of 5.'),
    })
    .describe('One-time codes of `/v1/verifications`.'),
  identityLevel: z
    .enum(IDENTITY_LEVELS)
    .nullable()
    .describe(
      'What was proven of the account’s owner, which the pack says what it permits in live; null, the default: you vouch for the account, and it is not limited.',
    ),
  guard: z.strictObject(guardFields).describe('Bounds of the codes of `/v1/verifications` that go to phone numbers.'),
} as const satisfies { readonly [Name in keyof TenantSettings]: z.ZodType<TenantSettings[Name]> }

const shards = z
  .array(z.int().min(0).max(1_023))
  .min(1)
  .max(32)
  .describe('Ledger shards: the first holds suppressions, the last takes new messages. Only ever appended to.')

export const tenantChange = z
  .strictObject({
    name,
    ...settingFields,
    limits: settingFields.limits.partial().describe('What is left out stays, or has its default.'),
    calls: settingFields.calls.partial().describe('Calls of the API. What is left out stays, or has its default.'),
    quotas: settingFields.quotas
      .partial()
      .describe('What is left out stays, or has its default. One below what there is takes nothing away.'),
    codes: settingFields.codes.partial().describe('One-time codes. What is left out stays, or has its default.'),
    guard: settingFields.guard
      .partial()
      .describe('What is left out stays, or has its default; lists and tables are replaced as a whole.'),
    keywords: settingFields.keywords
      .partial()
      .describe('A list that is left out stays; one that is given replaces the one before.'),
    shards,
  })
  .partial()
const tenantInput = z.strictObject({ ...tenantChange.shape, name })

const tenantStatus = z.enum(['pending', 'active', 'suspended', 'closed'])

/** What an operator writes about a suspension: one line, as long as the reason of a look (fields.ts). */
const suspensionText = oneLine(500).min(3)

const tenantAnswer = z.object({
  id: z.string(),
  name: z.string(),
  status: tenantStatus,
  version: z.int().describe('Grows with every change of the tenant’s policy.'),
  ...settingFields,
  shards: z.array(z.int()),
  createdAt: timestamp,
  updatedAt: timestamp,
  closedAt: timestamp.nullable(),
  suspension: z
    .object({
      reason: z.string().describe('For operators alone.'),
      notice: z.string().nullable().describe('What the people of the tenant read; null: only that it is suspended.'),
      at: timestamp.describe('Since when.'),
    })
    .nullable()
    .describe(
      'Why it is suspended; null: it is not, or this was altered. Of a closed one: why it was when it was closed.',
    ),
  altered,
})

const done = (description: string) => ({ 200: { description, schema: tenantAnswer } })
const missing = { 404: { description: 'There is no such tenant.' } }
const changing = {
  ...missing,
  409: { description: 'It was closed, or changed at the same time, or since the `version` that is named.' },
  503: { description: 'The change is made, but not confirmed: it is in force within 60 seconds.' },
}

export const createTenant = {
  method: 'POST',
  path: '/admin/v1/tenants',
  summary: 'Create a tenant',
  tag,
  operatorScope: 'tenants:write',
  idempotent: true,
  body: tenantInput,
  responses: { 201: { description: 'The tenant.', schema: tenantAnswer, located: true } },
} as const satisfies Operation

export const listTenantsOperation = {
  method: 'GET',
  path: '/admin/v1/tenants',
  summary: 'List tenants',
  tag,
  operatorScope: 'tenants:read',
  query: pageQuery(/^ten_[0-9a-z]{12}$/).extend({
    status: tenantStatus.optional(),
    name: z
      .string()
      .min(1)
      .max(100)
      .optional()
      .describe(
        'A part of the name, in any case of Latin letters. A page looks at the next 1,000 tenants: where it has `nextCursor`, there may be more, however few it found.',
      ),
  }),
  responses: { 200: { description: 'A page of tenants, by id.', schema: pageOf(tenantAnswer) } },
} as const satisfies Operation

export const readTenant = {
  method: 'GET',
  path: '/admin/v1/tenants/:tenantId',
  summary: 'Read a tenant',
  tag,
  operatorScope: 'tenants:read',
  responses: { ...done('The tenant.'), ...missing },
} as const satisfies Operation

export const changeTenant = {
  method: 'PATCH',
  path: '/admin/v1/tenants/:tenantId',
  summary: 'Change a tenant',
  tag,
  operatorScope: 'tenants:write',
  body: tenantChange.extend({
    version: z
      .int()
      .optional()
      .describe('The `version` that the change was made for: of another one it is a 409. Left out: whatever it is.'),
  }),
  responses: { ...done('The tenant as it is now.'), ...changing },
} as const satisfies Operation

const step = <const Verb extends string>(verb: Verb, summary: string) =>
  ({
    method: 'POST',
    path: `/admin/v1/tenants/:tenantId/${verb}`,
    summary,
    tag,
    operatorScope: 'tenants:write',
    responses: { ...done('The tenant as it is now.'), ...changing },
  }) as const satisfies Operation

export const suspendTenant = {
  ...step('suspend', 'Suspend an active tenant: nothing is sent until it is resumed'),
  description: 'Of one that is suspended already it changes the words. They are in the access log as well.',
  body: z.strictObject({
    reason: suspensionText.describe('Why, for operators: the tenant’s people never see it.'),
    notice: suspensionText
      .nullable()
      .optional()
      .describe('What the tenant’s people read; null or absent: only that it is suspended.'),
  }),
  example: { reason: 'Three complaints about bulk at night.', notice: 'Call us before you go on.' },
} as const satisfies Operation
export const resumeTenant = step('resume', 'Resume a suspended tenant')
export const approveTenant = step(
  'approve',
  'Approve a pending tenant: it may send live as far as its identity level goes',
)
export const closeTenant = {
  ...step('close', 'Close a tenant for good; its records stay for the retention'),
  operatorScope: 'tenants:close',
  stepUp: true,
} as const satisfies Operation
