import * as z from 'zod'
import { CHANNELS } from '#worker/domain/carriers/channel.ts'
import { GUARD_REASONS } from '#worker/domain/guard/verdict.ts'
import { MODES } from '#worker/domain/realm.ts'
import { GUARD_MODES } from '#worker/domain/tenants/guard-settings.ts'
import { SECOND } from '#worker/domain/time.ts'
import { DIGITS } from '#worker/domain/verifications/code.ts'
import { LOCALES } from '#worker/domain/verifications/text.ts'
import { BOUNDS, FEEDBACK, VERIFICATION_STATUSES } from '#worker/domain/verifications/verification.ts'
import { messageInput } from '#worker/flows/messages/input.ts'
import { appHash, codeDomain, timestamp } from '#worker/routes/operation/fields.ts'
import type { Operation } from '#worker/routes/operation/operation.ts'
import { pageFields, pageOf } from '#worker/routes/operation/page.ts'

const tag = 'Verifications'

/** Channels that carry codes. */
const CODE_CHANNELS = ['sms', 'voice', 'email', 'chat'] as const
const channel = z.enum(CODE_CHANNELS)
const binding = z
  .string()
  .min(1)
  .max(200)
  .describe('What the code is bound to, such as your own session: a check under another one is a wrong check.')

const startInput = z
  .strictObject({
    to: messageInput.shape.to,
    channel: channel.optional().describe('The only channel; default `sms`.'),
    channels: z
      .array(channel)
      .min(1)
      .max(CODE_CHANNELS.length)
      .refine((list) => new Set(list).size === list.length, 'must name each channel once')
      .optional()
      .describe(
        'Instead of `channel`: several, in the order in which they are offered. The code goes out on the first.',
      ),
    locale: z
      .enum(LOCALES)
      .optional()
      .describe('Language of the text; default `fa` where the account’s region is `IR`, else `en`.'),
    digits: z
      .int()
      .min(DIGITS.least)
      .max(DIGITS.most)
      .optional()
      .describe('Digits of the code; default 6. Fewer only where the operator allows it.'),
    ttl: z
      .int()
      .min(BOUNDS.shortestTtl / SECOND)
      .max(BOUNDS.ttl / SECOND)
      .optional()
      .describe('Seconds for which a code counts; default 600.'),
    template: z
      .strictObject({ domain: codeDomain.optional(), appHash: appHash.optional() })
      .optional()
      .describe('Last lines of an SMS by which browsers and Android fill the code in; default: those of the account.'),
    binding: binding.optional(),
    clientIp: z.union([z.ipv4(), z.ipv6()]).optional().describe('Address of the person who asks for the code.'),
    clientRef: messageInput.shape.clientRef,
    metadata: messageInput.shape.metadata,
  })
  .refine((body) => body.channel === undefined || body.channels === undefined, {
    path: ['channels'],
    error: 'stands instead of `channel`',
  })
  .meta({ id: 'VerificationInput' })

const answer = z
  .object({
    id: z.string(),
    status: z.enum(VERIFICATION_STATUSES),
    mode: z.enum(MODES),
    to: z.string().describe('The recipient in canonical form: the one, and the only one, that a right code proves.'),
    channel: z.enum(CHANNELS).describe('The channel of the last code.'),
    channels: z.array(z.enum(CHANNELS)),
    locale: z.enum(LOCALES),
    expiresAt: timestamp.describe('The end of the last code.'),
    checksLeft: z.int(),
    nextChannel: z
      .enum(CHANNELS)
      .nullable()
      .describe(
        'The channel to offer next; null: there is none. One may be asked for at once if the last code did not go out.',
      ),
    wording: z
      .enum(['gateway', 'carrier'])
      .describe('`carrier`: the last code goes out in the words of a template that the carrier has.'),
    resendAt: timestamp.nullable().describe('From then a further code may be asked for; null: none may.'),
    messageIds: z.array(z.string()).describe('The messages that carried its codes. Their content is not kept.'),
    startedAt: timestamp,
    updatedAt: timestamp,
    feedback: z.enum(FEEDBACK).optional(),
    guard: z
      .object({
        reason: z.enum(GUARD_REASONS),
        enforced: z.boolean().describe('False: the account’s guard is `monitor`, and the code went out all the same.'),
      })
      .optional()
      .describe('What the guard had against its first code.'),
    clientRef: z.string().optional(),
    metadata: z.record(z.string(), z.string()).optional(),
  })
  .meta({ id: 'Verification' })

const shown = (description: string) => ({ 200: { description, schema: answer } })
const missing = { 404: { description: 'There is no such verification.' } }
const over = { 422: { description: 'It is over: `reason` says why.' } }
const forgotten = {
  422: { description: 'It is a day or more since its recipient had a code or a check: `reason` is `expired`.' },
}
const tooMany = {
  429: {
    description: 'Too many codes, or too many wrong checks, for this recipient; or the guard lets none go out now.',
  },
}

export const startOperation = {
  method: 'POST',
  path: '/v1/verifications',
  summary: 'Send a code',
  description:
    'Makes a code, sends it and keeps only its keyed hash. It is in no answer, list, event or log; the message that carries it shows no content.',
  tag,
  scope: 'verifications:write',
  body: startInput,
  example: { to: '+989121234567', channels: ['sms', 'voice'] },
  idempotent: true,
  responses: { 202: { description: 'The code is on its way', schema: answer, located: true }, ...tooMany },
} as const satisfies Operation

export const checkOperation = {
  method: 'POST',
  path: '/v1/verifications/:id/check',
  summary: 'Check a code',
  description:
    'A right code is `approved` and used up. A wrong one leaves it `pending` with fewer `checksLeft`; the last one, and every check after the end, is a 422.',
  tag,
  scope: 'verifications:write',
  body: z
    .strictObject({
      code: z
        .string()
        .min(1)
        .max(20)
        .describe('As the person typed it; Persian and Arabic digits are read, spaces are not counted.'),
      binding: binding.optional(),
    })
    .meta({ id: 'VerificationCheck' }),
  example: { code: '123456' },
  idempotent: true,
  responses: { ...shown('`approved`, or `pending`'), ...missing, ...over },
} as const satisfies Operation

export const resendOperation = {
  method: 'POST',
  path: '/v1/verifications/:id/resend',
  summary: 'Send another code',
  description: `On the same channel or another of its \`channels\`. It is a new code; the newest ${BOUNDS.validCodes} count, each until its own end, and share the checks.`,
  tag,
  scope: 'verifications:write',
  body: z
    .strictObject({
      channel: channel
        .optional()
        .describe('Default: that of the last code; `nextChannel`, where there is one, if that code did not go out.'),
    })
    .meta({ id: 'VerificationResend' }),
  bodyOptional: true,
  example: {},
  idempotent: true,
  responses: {
    202: { description: 'The code is on its way', schema: answer },
    ...missing,
    409: { description: 'It has had as many codes as it may.' },
    ...over,
    ...tooMany,
  },
} as const satisfies Operation

export const cancelOperation = {
  method: 'POST',
  path: '/v1/verifications/:id/cancel',
  summary: 'Cancel a verification',
  description: 'Its codes count no longer. One that has ended stays as it is.',
  tag,
  scope: 'verifications:write',
  responses: { ...shown('As it is now'), ...missing, ...forgotten },
} as const satisfies Operation

export const feedbackOperation = {
  method: 'POST',
  path: '/v1/verifications/:id/feedback',
  summary: 'Say what came of it',
  description: 'For accounts that learn in another way whether the person was let in. The status stays as it is.',
  tag,
  scope: 'verifications:write',
  body: z.strictObject({ outcome: z.enum(FEEDBACK) }).meta({ id: 'VerificationFeedback' }),
  responses: { ...shown('As it is now'), ...missing, ...forgotten },
} as const satisfies Operation

/** How a guard stands. */
export const guardAnswer = z
  .object({
    mode: z.enum(GUARD_MODES),
    ceilings: z
      .array(
        z.object({
          scope: z
            .string()
            .describe('`home`, a country (ISO 3166-1), or `abroad` for all but the home country together.'),
          used: z.int().describe('Units of this day in the account’s time zone, with those that are handed out.'),
          ceiling: z.int(),
        }),
      )
      .describe('Ceilings that were used today, and that of the home country.'),
    prefixes: z
      .array(
        z.object({
          prefix: z.string().describe('Beginning of numbers.'),
          state: z
            .enum(['throttled', 'blocked'])
            .describe('`throttled`: who is not known for used codes waits longer each time; `blocked`: gets none.'),
          codes: z.int().describe('Codes of which it is known what came of them; what is old counts less.'),
          used: z.int().describe('Those of them that were used.'),
        }),
      )
      .describe('Prefixes that are held back because their codes are rarely used, at most 200.'),
  })
  .meta({ id: 'VerificationGuard' })

export const guardOperation = {
  method: 'GET',
  path: '/v1/verifications/guard',
  summary: 'Read how the guard stands',
  description:
    'What of the day’s units is used, and which prefixes are held back. The guard’s settings are the operator’s.',
  tag,
  scope: 'verifications:read',
  responses: { 200: { description: 'The guard of this mode.', schema: guardAnswer } },
} as const satisfies Operation

export const readOperation = {
  method: 'GET',
  path: '/v1/verifications/:id',
  summary: 'Read a verification',
  description:
    'As it stands this moment, with what stands in its way: where its recipient is blocked, a pending one is `blocked` with no `checksLeft`.',
  tag,
  scope: 'verifications:read',
  responses: {
    200: { description: 'The verification', schema: answer },
    410: { description: 'It is past its retention.' },
  },
} as const satisfies Operation

export const listOperation = {
  method: 'GET',
  path: '/v1/verifications',
  summary: 'List verifications, newest first',
  description:
    'By what was recorded of each, some seconds after it began or changed. That its recipient was blocked meanwhile, by wrong checks of another verification, is known to the single read alone: here such a one is `pending`.',
  tag,
  scope: 'verifications:read',
  query: z.strictObject({
    to: z
      .string()
      .min(1)
      .max(320)
      .optional()
      .describe('Only this recipient’s; without `channel` it is read as in SMS.'),
    channel: channel.optional().describe('The channel as whose address `to` is read.'),
    ...pageFields(50, 100, z.string().regex(/^ver_[0-9a-z]{1,60}$/)),
  }),
  responses: { 200: { description: 'A page', schema: pageOf(answer).meta({ id: 'VerificationPage' }) } },
} as const satisfies Operation
