import * as z from 'zod'
import { askMobile, proveNewMobile, proveOldMobile } from '#worker/flows/accounts/mobile.ts'
import type { Operation, Resource } from '#worker/routes/operation/operation.ts'
import { serve } from '#worker/routes/operation/serve.ts'
import { signedInOf } from './account.ts'
import { mobile as mobileField, sent as sentAnswer, TYPED, typed, wrong } from './code-operations.ts'
import { codeCall, demandRoom, sent } from './codes.ts'

const tag = 'Accounts'

const askMobileOperation = {
  method: 'POST',
  path: '/v1/auth/mobile',
  summary: 'Change your mobile',
  description:
    'Sends a code to the number that you have. What is said here counts, and nothing that comes with a code. Wants a step-up: by passkey of who has one. Who has the old number no more asks the operators (`POST /v1/auth/lost-access`).',
  tag,
  signedIn: true,
  stepUp: true,
  body: z.strictObject({ mobile: mobileField.describe('The new number.') }),
  example: { mobile: '+989121234567' },
  responses: sentAnswer,
} as const satisfies Operation

const proveOldOperation = {
  method: 'POST',
  path: '/v1/auth/mobile/old',
  summary: 'Prove the old number',
  description: 'Takes the code that went to the number that you have, and sends one to the new number.',
  tag,
  signedIn: true,
  body: typed,
  example: TYPED,
  responses: { ...sentAnswer, ...wrong },
} as const satisfies Operation

const proveNewOperation = {
  method: 'POST',
  path: '/v1/auth/mobile/new',
  summary: 'Prove the new number, which is yours then',
  description:
    'Takes the code that went to the new number. Your other sign-ins and the tokens of all tabs end. Level 2, which is of a number and a national id together, falls to 1.',
  tag,
  signedIn: true,
  body: typed,
  example: TYPED,
  responses: {
    200: { description: 'It is changed.', schema: z.object({ mobile: z.string() }).meta({ id: 'ChangedMobile' }) },
    409: { description: 'Somebody else has an account with this number, or another sign-in asked for the change.' },
    ...wrong,
  },
} as const satisfies Operation

/** `/v1/auth/mobile`: the change of one's number. */
export const mobile: Resource = {
  operations: [askMobileOperation, proveOldOperation, proveNewOperation],
  mount(app) {
    serve(app, askMobileOperation, async (c, { body }) => {
      const call = await codeCall(c, askMobileOperation)
      return sent(c, await askMobile(c.get('platform'), call, signedInOf(c), body.mobile))
    })
    serve(app, proveOldOperation, async (c, { body }) => {
      const call = await codeCall(c, proveOldOperation)
      const tried = { ...body, request: c.get('requestId') }
      return sent(c, await proveOldMobile(c.get('platform'), call, signedInOf(c), tried))
    })
    serve(app, proveNewOperation, async (c, { body }) => {
      await demandRoom(c)
      const signedIn = signedInOf(c)
      const changed = await proveNewMobile(c.get('platform'), signedIn, { ...body, request: c.get('requestId') })
      c.set('noted', { object: signedIn.person.id })
      return c.json({ mobile: changed })
    })
  },
}
