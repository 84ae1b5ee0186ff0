import * as z from 'zod'
import { LOCALES } from '#worker/domain/verifications/text.ts'
import { name, timestamp } from '#worker/routes/operation/fields.ts'
import type { Operation } from '#worker/routes/operation/operation.ts'

const tag = 'Accounts'

export const mobile = z.string().min(3).max(30).describe('Mobile number, in E.164 or as its country writes it.')
export const locale = z
  .enum(LOCALES)
  .optional()
  .describe('Language of the text; default that of the account that sends it.')
const ceremony = z.string().min(20).max(100).describe('`ceremony` of the answer that began this step.')
const code = z.string().min(4).max(30).describe('The code, in any digits.')
export const typed = z.strictObject({ ceremony, code })
export const TYPED = { ceremony: 'mP3tq0Vd0uW1rXb2Yc3Ze4Af5Bg6Ch7Di8Ej9Fk0GlM', code: '123456' }

export const sent = {
  202: {
    description: 'The code is on its way, if one is due; this answer is the same if none is.',
    schema: z
      .object({
        ceremony: z.string().describe('What the page keeps of this step, for half an hour.'),
        channel: z.string(),
        expiresAt: timestamp.describe('The end of the code.'),
        checksLeft: z.int(),
        resendAt: timestamp.nullable().describe('From then a further code may be asked for; null: none may.'),
        nextChannel: z.string().nullable().describe('The channel to offer next.'),
      })
      .meta({ id: 'SentCode' }),
  },
  409: { description: 'No codes are sent here yet: the operator has to set that up.' },
  429: { description: 'Too many codes to this number, or from this network.' },
}
const signedIn = z.object({ id: z.string().describe('Of the person.') })
export const wrong = { 422: { description: 'The code is wrong, or its step has ended.' } }
const COOKIE = 'The answer sets the cookie.'

export const askSignInOperation = {
  method: 'POST',
  path: '/v1/auth/sign-in/code',
  summary: 'Ask for a code to sign in',
  description:
    'Sends a code to the mobile of who has an account and no passkey. To any other number nothing is sent, and the answer is the same.',
  tag,
  body: z.strictObject({ mobile, locale }),
  example: { mobile: '+989121234567' },
  responses: sent,
} as const satisfies Operation

export const signInOperation = {
  method: 'POST',
  path: '/v1/auth/sign-in/check',
  summary: 'Sign in by a code',
  description: COOKIE,
  tag,
  body: typed,
  example: TYPED,
  responses: { 200: { description: 'Signed in.', schema: signedIn }, ...wrong },
} as const satisfies Operation

export const askAgainOperation = {
  method: 'POST',
  path: '/v1/auth/code/resend',
  summary: 'Ask for a further code of a step',
  tag,
  body: z.strictObject({
    ceremony,
    channel: z.enum(['sms', 'voice']).optional().describe('`voice`: a call reads it out.'),
  }),
  example: { ceremony: TYPED.ceremony },
  responses: { ...sent, ...wrong },
} as const satisfies Operation

const OF_OWN = ['email', 'tenantName'] as const

const signUpInput = z
  .strictObject({
    name: name.describe('Your name.'),
    mobile,
    email: z.email().max(254).optional().describe('Your e-mail address. Not with an invitation.'),
    tenantName: name
      .optional()
      .describe(
        'Name of the account, as the operator lists it: that of your business, no person’s. Not with an invitation.',
      ),
    invitation: z
      .string()
      .min(1)
      .max(100)
      .optional()
      .describe(
        'What stands behind `#invitation=` in the link of an invitation. You sign up without an account of your own, also where nobody else may, and accept it then.',
      ),
    locale,
  })
  .transform(({ name: called, mobile: number, email, tenantName, invitation, locale: language }, { issues }) => {
    const said = { name: called, mobile: number, locale: language }
    const given = { email, tenantName }
    if (invitation !== undefined) {
      for (const field of OF_OWN)
        if (given[field] !== undefined)
          issues.push({ code: 'custom', path: [field], message: 'has no place beside an invitation', input: given })
      return { ...said, invitation }
    }
    for (const field of OF_OWN)
      if (given[field] === undefined)
        issues.push({ code: 'custom', path: [field], message: 'is required', input: given })
    return { ...said, email: email ?? '', tenantName: tenantName ?? '' }
  })
  .meta({ id: 'SignUpInput', oneOf: [{ required: [...OF_OWN] }, { required: ['invitation'] }] })

export const askSignUpOperation = {
  method: 'POST',
  path: '/v1/auth/sign-up',
  summary: 'Ask for a code to sign up',
  description:
    'Sends a code to a mobile that no account has. Who has one is told so by SMS, and an invitation brings a code to the number alone that it is bound to; the answer is the same. What is said here counts, and nothing that comes with the code.',
  tag,
  body: signUpInput,
  example: { name: 'Sara', mobile: '+989121234567', email: 'sara@shop.example', tenantName: 'Shop' },
  responses: {
    ...sent,
    404: { description: 'There is no such invitation.' },
    409: { description: 'No codes are sent here yet; or the invitation was used or canceled, or is over.' },
  },
} as const satisfies Operation

const tenant = z
  .object({ id: z.string(), name: z.string(), status: z.enum(['pending', 'active', 'suspended', 'closed']) })
  .meta({ id: 'OwnTenant', description: '`pending`: test works, live waits for the operator.' })

export const signUpOperation = {
  method: 'POST',
  path: '/v1/auth/sign-up/check',
  summary: 'Sign up by a code',
  description: `Makes the person, and an account whose owner he is; of who brought an invitation the person alone. ${COOKIE}`,
  tag,
  body: typed,
  example: TYPED,
  responses: {
    200: {
      description: 'Signed up and in.',
      schema: signedIn.extend({ tenant: tenant.nullable().describe('Null of who brought an invitation.') }),
    },
    409: { description: 'The mobile has an account since, or the invitation is over.' },
    ...wrong,
  },
} as const satisfies Operation

export const makeTenantOperation = {
  method: 'POST',
  path: '/v1/auth/tenants',
  summary: 'Make a further account of your own',
  tag,
  signedIn: true,
  body: z.strictObject({ tenantName: name.describe('Name of the account.') }),
  responses: {
    200: { description: 'The account, whose owner you are.', schema: tenant },
    409: { description: 'You have three that nobody has vouched for yet.' },
  },
} as const satisfies Operation

export const askStepUpOperation = {
  method: 'POST',
  path: '/v1/auth/step-up/code',
  summary: 'Ask for a code to prove that it is still you',
  tag,
  signedIn: true,
  responses: sent,
} as const satisfies Operation

export const stepUpOperation = {
  method: 'POST',
  path: '/v1/auth/step-up',
  summary: 'Prove that it is still you',
  description: `Good for ten minutes, for those calls that answer \`step-up-required\`. ${COOKIE} Tokens of tabs have to be asked for anew.`,
  tag,
  signedIn: true,
  body: typed,
  example: TYPED,
  responses: { 204: { description: 'It is you.' }, ...wrong },
} as const satisfies Operation

export const closeAccountOperation = {
  method: 'POST',
  path: '/v1/auth/close',
  summary: 'Close your own account',
  description:
    'For good: name, mobile and e-mail address are erased, and every sign-in ends. Tenants stay; whose only owner you are has to be closed or handed on before.',
  tag,
  signedIn: true,
  stepUp: true,
  responses: {
    204: { description: 'Closed.' },
    409: { description: 'An open tenant would be left without an owner.' },
  },
} as const satisfies Operation
