import * as z from 'zod'
import { IDENTITY_LEVELS } from '#worker/domain/identity/level.ts'
import { OPERATOR_SCOPES } from '#worker/domain/people/operator-scopes.ts'
import { OPERATOR_ROLES, ROLES } from '#worker/domain/people/roles.ts'
import { SCOPES } from '#worker/domain/people/scopes.ts'
import { altered, mode, name, timestamp } from '#worker/routes/operation/fields.ts'
import type { Operation } from '#worker/routes/operation/operation.ts'
import { wholeListOf } from '#worker/routes/operation/page.ts'

const tag = 'Accounts'

const role = z.enum(ROLES).describe('Role at a tenant.')
const operatorRole = z.enum(OPERATOR_ROLES).describe('Role at the licensee.')
const place = {
  ip: z.string().nullable().describe('From where; null: it was altered.'),
  country: z.string().nullable(),
  browser: z.string().nullable().describe('As it named itself.'),
}

const signInAnswer = z
  .object({
    id: z.string(),
    method: z.enum(['passkey', 'code', 'link']).describe('`link`: that of `npm run sign-in`.'),
    isCurrent: z.boolean().describe('True of the one that asks.'),
    ...place,
    createdAt: timestamp,
    seenAt: timestamp.describe('Its last call, to five minutes.'),
    endsAt: timestamp.describe('Its end at the latest. Left alone for twelve hours it ends earlier.'),
    steppedUpAt: timestamp.nullable().describe('The last proof that it is still the person.'),
  })
  .meta({ id: 'SignIn' })

const meAnswer = z
  .object({
    id: z.string(),
    name: z.string().nullable(),
    mobile: z.string().nullable(),
    email: z.string().nullable(),
    level: z.enum(IDENTITY_LEVELS).describe('Identity level.'),
    operatorRole: operatorRole.nullable(),
    operatorScopes: z
      .array(z.enum([...OPERATOR_SCOPES]))
      .describe('What that role may do at the licensee; empty: none, or it is not known yet who you are (level 2).'),
    tenants: z
      .array(
        z.object({
          id: z.string(),
          name: z.string(),
          status: z.enum(['pending', 'active', 'suspended', 'closed']),
          role,
          notice: z.string().nullable().describe('Of a suspended one: what the operator has to say about it.'),
        }),
      )
      .describe('For which you act, and as what.'),
    signIn: signInAnswer,
    altered,
  })
  .meta({ id: 'Me' })

export const readMe = {
  method: 'GET',
  path: '/v1/auth/me',
  summary: 'Who is signed in',
  tag,
  signedIn: true,
  responses: { 200: { description: 'The person.', schema: meAnswer } },
} as const satisfies Operation

export const changeMe = {
  method: 'PATCH',
  path: '/v1/auth/me',
  summary: 'Change your name',
  description:
    'As your colleagues, and where you are of the licensee its other people, see it. Your number has a change of its own: `POST /v1/auth/mobile`.',
  tag,
  signedIn: true,
  body: z.strictObject({ name: name.describe('Your name.') }),
  responses: {
    200: { description: 'You, as you are now.', schema: meAnswer },
    409: { description: 'Your number was changed at the same time, or what is kept of you was altered.' },
  },
} as const satisfies Operation

export const issueTabToken = {
  method: 'POST',
  path: '/v1/auth/token',
  summary: 'Get a token for a tab',
  description:
    'A token of five minutes by which a tab calls `/v1` for one tenant in one mode, or, with `operator`, `/admin/v1`. It may do what your role may. It ends with your sign-in, and whenever one of your sign-ins ends: then ask anew.',
  tag,
  signedIn: true,
  body: z.union([
    z.strictObject({ tenantId: z.string().max(100), mode }),
    z.strictObject({ operator: z.literal(true).describe('To act for the licensee.') }),
  ]),
  example: { tenantId: 'ten_01kb2m6q7v4c', mode: 'test' },
  responses: {
    200: {
      description: 'The token.',
      schema: z.object({
        accessToken: z.string(),
        expiresIn: z.int().describe('Seconds.'),
        role: z.enum([...new Set([...ROLES, ...OPERATOR_ROLES])]),
        scopes: z.array(z.enum(SCOPES)).describe('Of a tenant’s role; an operator’s token names none.'),
      }),
    },
  },
} as const satisfies Operation

export const listSignIns = {
  method: 'GET',
  path: '/v1/auth/sign-ins',
  summary: 'List your sign-ins that hold',
  tag,
  signedIn: true,
  responses: { 200: { description: 'The newest first.', schema: wholeListOf(signInAnswer) } },
} as const satisfies Operation

export const endSignInOperation = {
  method: 'DELETE',
  path: '/v1/auth/sign-ins/:id',
  summary: 'End one of your sign-ins',
  description: 'Its cookie opens nothing from now on, and all tokens of your tabs end: within five seconds everywhere.',
  tag,
  signedIn: true,
  responses: { 204: { description: 'It has ended.' } },
} as const satisfies Operation

export const signOut = {
  method: 'POST',
  path: '/v1/auth/sign-out',
  summary: 'Sign out',
  description: 'Ends the sign-in that calls, as `DELETE /v1/auth/sign-ins/:id` does, and deletes the cookie.',
  tag,
  signedIn: true,
  responses: { 204: { description: 'Signed out.' } },
} as const satisfies Operation
