import type { Context } from 'hono'
import * as z from 'zod'
import type { TenantId } from '#worker/domain/ids.ts'
import { type LegalSettings, type LicenseeSettings, ownOrigins, relyingParty } from '#worker/domain/licensee.ts'
import { invalidField } from '#worker/domain/problem.ts'
import { forgetLicensee } from '#worker/flows/accounts/kept-licensee.ts'
import { openTestMode } from '#worker/flows/carriers/test-mode.ts'
import type { AppEnv } from '#worker/middleware/variables.ts'
import { mode, oneLine } from '#worker/routes/operation/fields.ts'
import type { Operation, Resource } from '#worker/routes/operation/operation.ts'
import { serveChange } from '#worker/routes/operation/recorded.ts'
import { serve } from '#worker/routes/operation/serve.ts'
import { changedVersion, version, versionOf } from '#worker/routes/operation/versioned.ts'
import { tenantById } from '#worker/store/control/tenants.ts'
import { licenseeSettings, writeLicensee } from '#worker/store/people/licensee.ts'

const tag = 'Operations'

const signUp = {
  open: z
    .boolean()
    .describe(
      'True if people may make accounts by themselves. Said so, each channel without a default route of test gets one over the sandbox carrier.',
    ),
  approval: z
    .boolean()
    .describe('True if an operator has to approve a tenant that was made so before it may send live.'),
  tenantId: z.string().max(100).nullable().describe('Tenant in whose name codes go out; null: nobody can get a code.'),
  mode: mode.describe('Mode in which they go out.'),
}
const ORIGIN = /^(?:https:\/\/[a-z0-9.-]+(?::\d{1,5})?|http:\/\/localhost(?::\d{1,5})?)$/
const DOMAIN = /^(?:localhost|[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+)$/
const rpId = z.string().max(253).regex(DOMAIN, 'must be a domain in lower case')
/** Words in both languages. */
const words = (most: number, what: string) =>
  z
    .strictObject({ fa: z.string().trim().min(1).max(most), en: z.string().trim().min(1).max(most) })
    .nullable()
    .describe(what)
const origins = z
  .array(z.string().max(300).regex(ORIGIN, 'must be an origin by https, in lower case, or of localhost'))
  .max(20)

const line = (most: number) => oneLine(most).nullable()
/** Settings of the law as they are given; what is left out stays, null takes away. */
const legalFields = {
  licenceNumber: line(100).describe('Number of the licence. Without it the pack `ir` refuses bulk in live.'),
  authority: words(200, 'Union or authority that gave it.'),
  legalName: words(200, 'Name of the legal or natural person.'),
  registrationId: line(50).describe('National or registration id.'),
  postalAddress: words(500, 'Postal address.'),
  landline: z
    .string()
    .regex(/^\+[1-9]\d{6,14}$/, 'must be a number in E.164')
    .nullable()
    .describe('Landline number (E.164).'),
  email: z.email().max(254).nullable(),
  terms: words(20_000, 'Terms of use: a text, or an https address alone.'),
  privacy: words(20_000, 'Privacy: a text, or an https address alone.'),
  tariffs: words(20_000, 'Tariffs: a text, or an https address alone.'),
  complaints: words(2_000, 'Where and how to complain.'),
  notice195: words(2_000, 'Notice of the number 195.'),
} as const satisfies { readonly [Name in keyof LegalSettings]: z.ZodType<LegalSettings[Name]> }

const settings = z
  .object({
    signUp: z.object(signUp),
    rpId: rpId.describe('Relying party of passkeys. A passkey works for the one that it was made for alone.'),
    origins: z.array(z.string()).describe('Origins whose pages may use the cookie of a sign-in.'),
    legal: z.object(legalFields).describe('What the legal pages show (`GET /.well-known/licensee`).'),
    version,
  })
  .meta({ id: 'Licensee' })

const readLicensee = {
  method: 'GET',
  path: '/admin/v1/licensee',
  summary: 'Read the licensee’s settings',
  tag,
  operatorScope: 'licensee:read',
  responses: { 200: { description: 'As they are in force.', schema: settings } },
} as const satisfies Operation

const changeLicensee = {
  method: 'PATCH',
  path: '/admin/v1/licensee',
  summary: 'Change the licensee’s settings',
  description:
    'Fields that are left out stay as they are. Codes of sign-ins go out by the routes of the tenant that is named here, and passkeys are bound to the domain: two people change them.',
  tag,
  operatorScope: 'licensee:write',
  stepUp: true,
  body: z.strictObject({
    signUp: z.strictObject(signUp).partial().optional(),
    rpId: rpId.nullable().optional().describe('Null: the host of `BASE_URL`, on this machine `localhost`.'),
    origins: origins
      .optional()
      .describe('Empty: the origin of `BASE_URL` alone, on this machine also by the name `localhost`.'),
    legal: z
      .strictObject(legalFields)
      .partial()
      .optional()
      .describe('What is left out stays, null takes away. A licence number is in force within 65 seconds.'),
    version: changedVersion,
  }),
  example: { signUp: { open: true }, legal: { landline: '+982112345678' } },
  responses: {
    200: { description: 'As they are in force.', schema: settings },
    409: { description: 'Somebody else changed them since the `version` that is named.' },
  },
} as const satisfies Operation

/** Settings after a change. */
const changedLegal = (
  before: LegalSettings,
  change: { readonly [Name in keyof LegalSettings]?: LegalSettings[Name] | undefined },
): LegalSettings => ({
  ...before,
  ...Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)),
})

async function shown(c: Context<AppEnv>) {
  const { env, config } = c.get('platform')
  const found = await licenseeSettings(env.CONTROL)
  return {
    signUp: found.signUp,
    rpId: relyingParty(found, config.baseUrl),
    origins: ownOrigins(found, config.baseUrl),
    legal: found.legal,
    version: versionOf(found),
  }
}

/** Refuses a relying party that no page of an origin could name: it has to be the host of each, or a domain above it. */
function demandWithin(changed: LicenseeSettings, baseUrl: string): void {
  const rp = relyingParty(changed, baseUrl)
  const outside = ownOrigins(changed, baseUrl).find((origin) => {
    const { hostname } = new URL(origin)
    return hostname !== rp && !hostname.endsWith(`.${rp}`)
  })
  if (outside !== undefined && changed.rpId !== null) throw invalidField('/rpId', 'must be the domain of each origin')
}

/** `/admin/v1/licensee`: what the business that runs the gateway decides for all tenants. */
export const licensee: Resource = {
  operations: [readLicensee, changeLicensee],
  mount(app) {
    serve(app, readLicensee, async (c) => c.json(await shown(c)))
    serveChange(app, changeLicensee, { object: () => 'licensee', read: shown }, async (c, { body }) => {
      const { env, config, now } = c.get('platform')
      const { tenantId } = body.signUp ?? {}
      if (typeof tenantId === 'string' && !(await tenantById(env.CONTROL, tenantId)))
        throw invalidField('/signUp/tenantId', 'is no tenant')
      const found = await licenseeSettings(env.CONTROL)
      const asked = { ...body.signUp, ...(tenantId === undefined ? {} : { tenantId: tenantId as TenantId | null }) }
      const given = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined))
      const changed: LicenseeSettings = {
        signUp: { ...found.signUp, ...given },
        rpId: body.rpId === undefined ? found.rpId : body.rpId,
        origins: body.origins ?? found.origins,
        legal: changedLegal(found.legal, body.legal ?? {}),
      }
      demandWithin(changed, config.baseUrl)
      await writeLicensee(env.CONTROL, changed, now())
      forgetLicensee()
      if (changed.signUp.open) await openTestMode(c.get('platform'))
      return c.json(await shown(c))
    })
  },
}
