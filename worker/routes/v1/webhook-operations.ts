import * as z from 'zod'
import { EVENT_TYPES } from '#worker/domain/messages/events.ts'
import { MODES } from '#worker/domain/realm.ts'
import { WEBHOOK_FORMATS } from '#worker/domain/sessions/session-form.ts'
import { BREAKER_STATES } from '#worker/domain/tenants/endpoint-breaker.ts'
import { messageId } from '#worker/flows/messages/input.ts'
import { altered, instant, timestamp } from '#worker/routes/operation/fields.ts'
import type { Operation } from '#worker/routes/operation/operation.ts'
import { lookedUntil, pageFields, pageOf, wholeListOf } from '#worker/routes/operation/page.ts'
import { changedVersion, version } from '#worker/routes/operation/versioned.ts'
import { DELIVERY_OUTCOMES } from '#worker/store/deliveries.ts'

const tag = 'Webhooks'
const params = z.object({ id: z.string().describe('Id of an endpoint (`whe_…`).') })
const eventType = z.enum(EVENT_TYPES)

const url = z
  .string()
  .max(2_048)
  .meta({
    description: 'https on port 443, a public host name. It must answer a challenge before it hears events.',
    examples: ['https://hooks.example.com/chapar'],
  })
const events = z
  .array(eventType)
  .min(1)
  .max(EVENT_TYPES.length)
  .nullable()
  .describe('The types it hears; null or absent: all.')
const batch = z.boolean().describe('One POST may carry up to 100 events; default false: one event a POST.')
const format = z
  .enum(WEBHOOK_FORMATS)
  .describe(
    '`africas-talking`: turns of sessions come as the form that Africa’s Talking posts (`sessionId`, `serviceCode`, `phoneNumber`, `text`, `networkCode`), for applications made for it; `events` must be `["session.turn"]`. Default `json`.',
  )
const description = z.string().max(200).describe('For people.')

const webhookInput = z.strictObject({
  url,
  events: events.optional(),
  batch: batch.optional(),
  format: format.optional(),
  description: description.optional(),
})

const webhookPatch = webhookInput.partial().extend({
  status: z
    .enum(['active', 'disabled'])
    .optional()
    .describe('`active` challenges the endpoint again; `disabled` ends all POSTs to it.'),
  version: changedVersion,
})

const webhookAnswer = z.object({
  id: z.string(),
  mode: z.enum(MODES).describe('It hears what happens in this mode: that of the token that made it.'),
  url: z.string(),
  description: z.string(),
  events: z.array(eventType).nullable(),
  batch: z.boolean(),
  format: z.enum(WEBHOOK_FORMATS),
  status: z
    .enum(['pending', 'active', 'disabled'])
    .describe('`pending`: the challenge is unanswered; it hears nothing.'),
  reason: z.string().nullable().describe('Why it is pending or disabled.'),
  failingSince: timestamp.nullable().describe('When the present run of failures began; null while it works.'),
  breaker: z
    .object({ state: z.enum(BREAKER_STATES), since: timestamp.nullable() })
    .describe(
      '`open`: it did not answer in time, and its events wait; `half-open`: the next one finds out whether it does.',
    ),
  createdAt: timestamp,
  updatedAt: timestamp,
  version,
})

const secret = z
  .string()
  .describe('`whsec_…`, of the Standard Webhooks signature. Shown this once; a kept answer masks it.')

export const deliveryAnswer = z.object({
  id: z.string(),
  endpointId: z.string(),
  at: timestamp,
  attempt: z.int(),
  outcome: z
    .enum(DELIVERY_OUTCOMES)
    .describe('`failed` will be tried again, `exhausted` will not, `skipped`: no POST was made.'),
  httpStatus: z.int().nullable(),
  durationMs: z.int(),
  reason: z.string().nullable(),
  eventIds: z.array(z.string()),
  nextAt: timestamp.nullable().describe('When the next attempt is due.'),
})

const one = { 200: { description: 'The endpoint.', schema: webhookAnswer } }
const conflict = { 409: { description: 'The state of the endpoint does not allow that; the detail says why.' } }

export const createOperation = {
  method: 'POST',
  path: '/v1/webhooks',
  summary: 'Add a webhook endpoint',
  description:
    'It hears events of the token’s mode only. The URL gets a signed `webhook.challenge` at once and must answer 2xx with the challenge, as text or as `{"challenge": "…"}`, within 10 s. If it does not, the endpoint is made all the same and is `pending`: see `reason`, then call verify.',
  tag,
  scope: 'webhooks:write',
  body: webhookInput,
  idempotent: true,
  responses: {
    201: { description: 'The endpoint with its secret.', schema: webhookAnswer.extend({ secret }), located: true },
    409: { description: 'The account has as many endpoints as it may have.' },
  },
} as const satisfies Operation

export const listOperation = {
  method: 'GET',
  path: '/v1/webhooks',
  summary: 'List webhook endpoints',
  tag,
  scope: 'webhooks:read',
  responses: {
    200: {
      description: 'All of them, oldest first.',
      schema: wholeListOf(webhookAnswer),
    },
  },
} as const satisfies Operation

export const readOperation = {
  method: 'GET',
  path: '/v1/webhooks/:id',
  summary: 'Read a webhook endpoint',
  tag,
  scope: 'webhooks:read',
  params,
  responses: one,
} as const satisfies Operation

export const changeOperation = {
  method: 'PATCH',
  path: '/v1/webhooks/:id',
  summary: 'Change a webhook endpoint',
  description: 'Another URL, or switching it on, challenges the endpoint again.',
  tag,
  scope: 'webhooks:write',
  params,
  body: webhookPatch,
  responses: {
    ...one,
    409: { description: 'Somebody else changed it at the same time, or since the `version` that is named.' },
  },
} as const satisfies Operation

export const removeOperation = {
  method: 'DELETE',
  path: '/v1/webhooks/:id',
  summary: 'Remove a webhook endpoint',
  tag,
  scope: 'webhooks:write',
  params,
  responses: { 204: { description: 'It is gone, and so are its retries.' } },
} as const satisfies Operation

export const verifyOperation = {
  method: 'POST',
  path: '/v1/webhooks/:id/verify',
  summary: 'Challenge a pending endpoint again',
  tag,
  scope: 'webhooks:write',
  params,
  idempotent: true,
  responses: { ...one, ...conflict },
} as const satisfies Operation

export const rotateOperation = {
  method: 'POST',
  path: '/v1/webhooks/:id/rotate-secret',
  summary: 'Rotate the secret',
  description: 'Both sign for 24 hours: each POST carries two signatures. A third secret ends the oldest at once.',
  tag,
  scope: 'webhooks:write',
  params,
  idempotent: true,
  responses: {
    200: {
      description: 'The endpoint with its new secret.',
      schema: webhookAnswer.extend({ secret, oldSecretExpiresAt: timestamp }),
    },
    ...conflict,
  },
} as const satisfies Operation

export const testOperation = {
  method: 'POST',
  path: '/v1/webhooks/:id/test',
  summary: 'Send a test event',
  description: 'Sends `webhook.test` at once, once, and answers what came of it.',
  tag,
  scope: 'webhooks:write',
  params,
  idempotent: true,
  responses: { 200: { description: 'The POST as the log has it.', schema: deliveryAnswer }, ...conflict },
} as const satisfies Operation

const deliveryId = z.string().regex(/^dlv_[0-9a-z]{16}$/)

export const deliveriesOperation = {
  method: 'GET',
  path: '/v1/webhooks/:id/deliveries',
  summary: 'The log of an endpoint, newest first',
  description:
    'A row a POST. A page may be short, or empty, and not the last: `lookedUntil` says how far it looked; go on until `nextCursor` is null.',
  tag,
  scope: 'webhooks:read',
  params,
  query: z.strictObject({
    outcome: z.enum(DELIVERY_OUTCOMES).optional(),
    event: z
      .string()
      .regex(/^evt_[0-9a-z_-]{1,100}$/i)
      .optional()
      .describe('POSTs that carried this event.'),
    message: messageId.optional().describe('POSTs that carried some event of this message.'),
    after: instant.optional().describe('At or after (RFC 3339).'),
    before: instant.optional().describe('Before (RFC 3339).'),
    ...pageFields(50, 100, deliveryId),
  }),
  responses: {
    200: {
      description: 'A page.',
      schema: pageOf(deliveryAnswer).extend(lookedUntil),
    },
  },
} as const satisfies Operation

const postedRequest = z.object({
  url: z.string().describe('The endpoint’s as it is now.'),
  headers: z
    .record(z.string(), z.string())
    .describe('Without the signature, which is made of the secret and kept nowhere.'),
  body: z
    .string()
    .nullable()
    .describe(
      'Made again from the ledger, word for word. Null: of some event no message tells, or it is past its retention, or the token lacks `messages:read`.',
    ),
})

const postedAnswer = z.object({
  text: z
    .string()
    .describe(
      'First bytes of its body: at most 1,024, of a 2xx 256. What is no UTF-8 stands as U+FFFD. Whatever the receiver wrote: show it as text only.',
    ),
  isCut: z.boolean().describe('There was more, or it broke off, or took longer than a second.'),
})

export const readDeliveryOperation = {
  method: 'GET',
  path: '/v1/webhooks/:id/deliveries/:deliveryId',
  summary: 'Read one POST of the log with its request and answer',
  tag,
  scope: 'webhooks:read',
  params: params.extend({ deliveryId: z.string().describe('Id of a row of the log (`dlv_…`).') }),
  responses: {
    200: {
      description: 'The POST.',
      schema: deliveryAnswer
        .extend({
          request: postedRequest.nullable().describe('Null: no POST was made.'),
          answer: postedAnswer
            .nullable()
            .describe('Null: no body came, or the token lacks `messages:read`, as it may say again what was posted.'),
          altered,
        })
        .meta({ id: 'AnsweredDelivery' }),
    },
  },
} as const satisfies Operation

const redelivered = z.object({
  queued: z.int().describe('Events on their way again, under the same ids.'),
  skipped: z
    .array(z.string())
    .describe('Events that no message tells (of endpoints and suppressions), or past their retention: not sent again.'),
})

export const redeliverOneOperation = {
  method: 'POST',
  path: '/v1/webhooks/:id/deliveries/:deliveryId/redeliver',
  summary: 'Send the events of one POST again',
  tag,
  scope: 'webhooks:write',
  params: params.extend({ deliveryId: z.string().describe('Id of a row of the log (`dlv_…`).') }),
  idempotent: true,
  responses: { 202: { description: 'Queued.', schema: redelivered }, ...conflict },
} as const satisfies Operation

const redeliverInput = z.strictObject({
  since: instant.describe('POSTs from then on (RFC 3339).'),
  until: instant.optional().describe('POSTs before then; default now.'),
  types: z.array(eventType).min(1).max(EVENT_TYPES.length).optional().describe('Only events of these types.'),
  cursor: deliveryId.optional().describe('`nextCursor` of the call before, with the same `since` and `until`.'),
})

export const redeliverManyOperation = {
  method: 'POST',
  path: '/v1/webhooks/:id/redeliver',
  summary: 'Send all events again that did not arrive',
  description:
    'Events in the log of that time that no POST brought through, up to 2,000 a call. Events that came while the endpoint was switched off are not in its log.',
  tag,
  scope: 'webhooks:write',
  params,
  body: redeliverInput,
  idempotent: true,
  responses: {
    202: {
      description: 'Queued.',
      schema: redelivered.extend({
        nextCursor: z.string().nullable().describe('Call again with it; null: that was all.'),
      }),
    },
    ...conflict,
  },
} as const satisfies Operation
