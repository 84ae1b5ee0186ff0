import * as z from 'zod'
import { askLostAccess, claimLostAccess } from '#worker/flows/accounts/lost-access.ts'
import { name, oneLine } from '#worker/routes/operation/fields.ts'
import type { Operation, Resource } from '#worker/routes/operation/operation.ts'
import { serve } from '#worker/routes/operation/serve.ts'
import { locale, mobile, sent as sentAnswer, TYPED, typed, wrong } from './code-operations.ts'
import { codeCall, demandRoom, sent } from './codes.ts'

const tag = 'Accounts'
const WORDS_MOST = 1000

const askOperation = {
  method: 'POST',
  path: '/v1/auth/lost-access',
  summary: 'Say that you have lost your way in',
  description:
    'For who has neither passkey nor number any more. Sends a code to your new number; the answer is the same whether the old one has an account or not.',
  tag,
  body: z.strictObject({
    mobile: mobile.describe('The number of your account, which you have lost.'),
    newMobile: mobile.describe('The number that you have now.'),
    name: name.describe('Your name.'),
    words: oneLine(WORDS_MOST).describe('What happened, and how the operators can know that it is you.'),
    locale,
  }),
  example: { mobile: '+989121234567', newMobile: '+989351234567', name: 'Sara', words: 'My telephone was stolen.' },
  responses: sentAnswer,
} as const satisfies Operation

const claimOperation = {
  method: 'POST',
  path: '/v1/auth/lost-access/check',
  summary: 'Put your request before the operators',
  description: 'Takes the code that went to your new number. Two operators decide, who will want to know you.',
  tag,
  body: typed,
  example: TYPED,
  responses: {
    202: {
      description: 'The operators see it.',
      schema: z.object({ id: z.string().describe('Name it when you ask about it.') }).meta({ id: 'LostAccessClaim' }),
    },
    ...wrong,
  },
} as const satisfies Operation

/** `/v1/auth/lost-access`: the request of who can neither sign in by a passkey nor by a code. */
export const lostAccess: Resource = {
  operations: [askOperation, claimOperation],
  mount(app) {
    serve(app, askOperation, async (c, { body }) => {
      const claim = { ...body, locale: body.locale }
      return sent(c, await askLostAccess(c.get('platform'), await codeCall(c, askOperation), claim))
    })
    serve(app, claimOperation, async (c, { body }) => {
      await demandRoom(c)
      const id = await claimLostAccess(c.get('platform'), { ...body, request: c.get('requestId') })
      c.set('noted', { object: id })
      return c.json({ id }, 202)
    })
  },
}
