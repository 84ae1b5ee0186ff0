import * as z from 'zod'
import { IDENTITY_LEVELS } from '#worker/domain/identity/level.ts'
import { ruleOf } from '#worker/domain/limits/identity-rules.ts'
import type { CapUsage } from '#worker/domain/limits/usage.ts'
import { PURPOSES } from '#worker/domain/messages/message.ts'
import { ROLES } from '#worker/domain/people/roles.ts'
import { SCOPES, type Scope } from '#worker/domain/people/scopes.ts'
import { modeOf } from '#worker/domain/realm.ts'
import { policyPack } from '#worker/domain/tenants/policy-packs/all.ts'
import { DEFAULT_QUOTAS, type Quota } from '#worker/domain/tenants/quotas.ts'
import { RETENTION_FLOOR } from '#worker/domain/tenants/retention.ts'
import { LINE_CLASSES } from '#worker/domain/tenants/tenant.ts'
import { DAY, toTimestamp } from '#worker/domain/time.ts'
import type { Principal } from '#worker/flows/auth/principal.ts'
import { type Account, accountOf } from '#worker/flows/members/account.ts'
import { mode, timestamp } from '#worker/routes/operation/fields.ts'
import type { Operation, Resource } from '#worker/routes/operation/operation.ts'
import { serve } from '#worker/routes/operation/serve.ts'

const count = z.number()
const bucket = {
  rate: count.describe('A second, which refill the burst.'),
  burst: count.describe('Most at once.'),
  available: count.describe('Left for whoever asks next.'),
  leased: count.describe('Held by servers of the gateway that may spend them within seconds, or give them back.'),
}
const cap = z.object({
  limit: count
    .nullable()
    .describe('Null: no cap. The account’s own, or what its identity level permits, whichever has less left.'),
  used: count.describe(
    'Counted against it in this window, `leased` among them: both modes together, live alone where it is the level’s.',
  ),
  leased: count.describe('Of `used`: held by servers for messages to come, and given back if they are not sent.'),
  from: timestamp.describe('Begin of the window, by the account’s time zone.'),
  resetsAt: timestamp,
})
const purpose = z.enum(PURPOSES)
const recipients = count.nullable().describe('Most recipients of one call; null: any number.')

const identityRule = z.object({
  live: z.boolean().describe('Messages may go out at all.'),
  purposes: z.array(purpose),
  recipients,
  daily: count.nullable().describe('Most messages a day; null: no cap beside the account’s own.'),
})

const pack = z.object({
  name: z.string(),
  sendingHours: z
    .array(z.object({ purposes: z.array(purpose), timeZone: z.string(), from: z.string(), until: z.string() }))
    .describe('Hours of the market, `HH:MM`. Nothing is held back or refused for its hour.'),
  informationalFrom: count
    .nullable()
    .describe('Recipients of one call from which a text without a purpose is `informational`; null: never.'),
  footers: z.array(
    z.object({
      text: z.string(),
      purposes: z.array(purpose),
      lineClasses: z.array(z.enum(LINE_CLASSES)),
      fromRecipients: count,
    }),
  ),
  lines: z
    .array(z.object({ lineClass: z.enum(LINE_CLASSES), purpose, recipients }))
    .describe('What lines of each class may carry; what is not here is refused.'),
  stop: z.array(z.string()).describe('Whole messages that opt out, the account’s own among them.'),
  start: z.array(z.string()).describe('Whole messages that opt in again.'),
  licensedPurposes: z
    .array(purpose)
    .describe('Refused in live (`licence-missing`) while the operator of the gateway has no licence number.'),
  licensedFrom: count
    .nullable()
    .describe(
      'Recipients of one call from which it is refused as bulk, whatever its purpose, under the same condition.',
    ),
})

const accountAnswer = z
  .object({
    id: z.string(),
    name: z.string(),
    status: z
      .enum(['pending', 'active', 'suspended', 'closed'])
      .describe('`pending`: everything in test, nothing in live, until an operator has approved it.'),
    mode: mode.describe('The mode of the token.'),
    createdAt: timestamp,
    caller: z
      .object({
        id: z.string().describe('Person (`per_…`) or credential (`cli_…`).'),
        role: z.enum(ROLES).nullable().describe('Of a person; null: a program calls.'),
        scopes: z.array(z.enum(SCOPES)).describe('What this token may do.'),
      })
      .describe('Who asks.'),
    isLicensed: z.boolean().describe('The operator of the gateway has said his licence number.'),
    timeZone: z.string().describe('IANA zone of days and months.'),
    region: z.string().nullable().describe('Whose national forms of numbers are read; null: none.'),
    defaultPurpose: purpose.describe('Of messages that name none.'),
    onUnknown: z.enum(['keep', 'resubmit']),
    identity: z.object({
      level: z.enum(IDENTITY_LEVELS).nullable().describe('Null: the operator vouches for the account.'),
      live: identityRule.nullable().describe('What the level permits in live; null: all. Test is free.'),
    }),
    limits: z
      .object({
        messages: z.object(bucket),
        daily: cap,
        monthly: cap,
        calls: z.object(bucket).describe('Calls of the API.'),
      })
      .describe('Both modes together. A read takes a call, and no message.'),
    quotas: z
      .array(
        z.object({ quota: z.string(), limit: count, count: count.nullable().describe('Null: it is not counted.') }),
      )
      .describe('What the account may keep, and keeps. Credentials that were just made count after a few seconds.'),
    codes: z.object({
      brand: z.string().nullable(),
      domain: z.string().nullable(),
      appHash: z.string().nullable(),
      leastDigits: count,
    }),
    retention: z.object({
      days: count.describe('Nothing that was said or sent is deleted earlier, and all of it within a day after.'),
    }),
    pack: pack.describe('The bulk rules of the market.'),
  })
  .meta({ id: 'Account' })

const readAccount = {
  method: 'GET',
  path: '/v1/account',
  summary: 'Read the account',
  description:
    'What it is, what it may do and what is used of its limits now. What servers hold for messages to come counts as used until they give it back, a few seconds later.',
  tag: 'Your account',
  scope: 'account:read',
  responses: { 200: { description: 'The account.', schema: accountAnswer } },
} as const satisfies Operation

const capJson = ({ cap: limit, used, outstanding, start, end }: CapUsage) => ({
  limit,
  used,
  leased: outstanding,
  from: toTimestamp(start),
  resetsAt: toTimestamp(end),
})

const bounded = (most: number | 'any' | undefined): number | null => (typeof most === 'number' ? most : null)

function packJson({ pack: name, keywords }: Account['policy']): z.infer<typeof pack> {
  const {
    sendingHours,
    licensedPurposes,
    licensedFrom,
    informationalFrom,
    footers,
    purposes,
    keywords: words,
  } = policyPack(name)
  const lines = LINE_CLASSES.flatMap((lineClass) =>
    PURPOSES.filter((one) => purposes[lineClass][one] !== undefined).map((one) => ({
      lineClass,
      purpose: one,
      recipients: bounded(purposes[lineClass][one]),
    })),
  )
  return {
    name,
    informationalFrom,
    lines,
    sendingHours: sendingHours.map(({ purposes: held, timeZone, from, until }) => ({
      purposes: [...held],
      timeZone,
      from,
      until,
    })),
    footers: footers.map((one) => ({ ...one, purposes: [...one.purposes], lineClasses: [...one.lineClasses] })),
    stop: [...words.stop, ...keywords.stop],
    start: [...words.start, ...keywords.start],
    licensedPurposes: [...licensedPurposes],
    licensedFrom,
  }
}

function identityJson(policy: Account['policy']) {
  const rule = ruleOf(policy, 'live')
  const live = rule && { ...rule, purposes: [...rule.purposes], recipients: bounded(rule.recipients) }
  return { level: policy.identityLevel, live }
}

function accountJson(
  { name, createdAt, policy, usage, kept }: Account,
  { realm, actor, person, scopes, tenantId }: Principal,
): z.infer<typeof accountAnswer> {
  const { limits, calls, quotas, timeZone, region, defaultPurpose, onUnknown, codes, status } = policy
  return {
    ...{ id: tenantId, name, status, mode: modeOf(realm), createdAt: toTimestamp(createdAt) },
    caller: { id: actor, role: person?.role ?? null, scopes: SCOPES.filter((one: Scope) => scopes.includes(one)) },
    ...{ isLicensed: policy.isLicensed, timeZone, region, defaultPurpose, onUnknown, identity: identityJson(policy) },
    limits: {
      messages: { rate: limits.rate, burst: limits.burst, ...usage.messages },
      daily: capJson(usage.daily),
      monthly: capJson(usage.monthly),
      calls: { ...calls, ...usage.calls },
    },
    quotas: (Object.keys(DEFAULT_QUOTAS) as Quota[]).map((quota) => ({
      quota,
      limit: quotas[quota],
      count: kept[quota],
    })),
    codes,
    retention: { days: RETENTION_FLOOR / DAY },
    pack: packJson(policy),
  }
}

/** `/v1/account`: what the caller's account is, and what is used of its limits. */
export const ownAccount: Resource = {
  operations: [readAccount],
  mount(app) {
    serve(app, readAccount, async (c) => {
      const principal = c.get('principal')
      return c.json(accountJson(await accountOf(c.get('platform'), principal), principal))
    })
  },
}
