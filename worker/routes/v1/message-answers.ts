import * as z from 'zod'
import { CHANNELS } from '#worker/domain/carriers/channel.ts'
import { priced } from '#worker/domain/carriers/money.ts'
import { type Message, PURPOSES } from '#worker/domain/messages/message.ts'
import { MESSAGE_STATUSES } from '#worker/domain/messages/status.ts'
import { MODES, modeOf } from '#worker/domain/realm.ts'
import { toTimestamp } from '#worker/domain/time.ts'
import { failureAnswer } from '#worker/routes/openapi/failure-answer.ts'
import { moneyAnswer } from '#worker/routes/openapi/money-answer.ts'
import { altered, alteredJson } from '#worker/routes/operation/fields.ts'
import { lookedUntil, pageOf } from '#worker/routes/operation/page.ts'

const timestamp = z.string().describe('RFC 3339 in UTC.')

/** Schema of the 202 of one message. */
export const acceptedAnswer = z
  .object({
    id: z.string(),
    status: z.literal('accepted'),
    direction: z.literal('outbound'),
    channel: z.enum(CHANNELS),
    to: z.string().describe('The recipient in canonical form.'),
    from: z.string(),
    purpose: z.enum(PURPOSES),
    units: z.int().describe('What is billed: SMS segments.'),
    encoding: z.string(),
    parts: z.array(z.int()).describe('Length of every part in units of the encoding.'),
    clientRef: z.string().optional(),
    validUntil: timestamp.optional(),
    resendOf: z.string().optional(),
    acceptedAt: timestamp,
  })
  .meta({ id: 'AcceptedMessage' })

const pointerError = z.object({ pointer: z.string().describe('JSON Pointer into the request.'), detail: z.string() })

/** Schema of the 202 of a batch. */
export const batchAccepted = z
  .object({
    id: z.string(),
    status: z.literal('accepted'),
    total: z.int(),
    acceptedCount: z.int(),
    rejectedCount: z.int(),
    units: z.int().describe('Billed units of all accepted messages.'),
    acceptedAt: timestamp,
    accepted: z.array(z.object({ index: z.int(), id: z.string() })),
    rejected: z.array(z.object({ index: z.int(), code: z.string(), errors: z.array(pointerError) })),
  })
  .meta({ id: 'AcceptedBatch' })

export const batchAnswer = z
  .object({
    id: z.string(),
    total: z.int(),
    accepted: z.int().nullable().describe('Null until the first of its messages is taken up.'),
    rejected: z.int().nullable(),
    clientRef: z.string().optional(),
    altered,
    acceptedAt: timestamp,
    canceledAt: timestamp.optional().describe('Since then nothing more of it is given to a carrier.'),
    counts: z
      .partialRecord(z.enum(MESSAGE_STATUSES), z.int())
      .describe('Messages by status; statuses without messages are left out.'),
  })
  .meta({ id: 'Batch' })

const timelineEntry = z.object({
  at: timestamp.describe(
    'By the gateway’s clock (RFC 3339, UTC): a report’s is when it came, a submission’s when the carrier was called.',
  ),
  status: z.enum(MESSAGE_STATUSES),
  carrierAt: timestamp
    .optional()
    .describe('By the carrier’s clock, where it gave a time and its zone. That clock may be ahead or behind.'),
  attempt: z.int().optional(),
  code: z.string().optional(),
  carrierCode: z.string().optional(),
  detail: z.string().optional(),
  price: moneyAnswer.optional(),
  until: timestamp.optional().describe('With an unclear attempt: so long it is repeated.'),
  by: z.enum(['gateway', 'report', 'query', 'tenant', 'sweep']),
})

/** Schema of a message, the same in both directions. */
export const messageAnswer = z
  .object({
    id: z.string(),
    direction: z.enum(['outbound', 'inbound']),
    channel: z.enum(CHANNELS),
    mode: z.enum(MODES),
    status: z.enum(MESSAGE_STATUSES),
    to: z.string().optional().describe('Absent, like all that the message says, until it is taken up from the queue.'),
    from: z.string().optional(),
    content: z.looseObject({}).nullable().optional(),
    redacted: z
      .literal('code')
      .optional()
      .describe('The content held a one-time code of a verification, and is kept nowhere.'),
    units: z.int().optional(),
    encoding: z.string().optional(),
    purpose: z.enum(PURPOSES).optional(),
    clientRef: z.string().optional(),
    batchId: z.string().optional(),
    inReplyTo: z.string().optional().describe('The message that an inbound one answers.'),
    resendOf: z
      .string()
      .optional()
      .describe('The message that this one sends again; `GET /v1/messages?resendOf=` lists those of one.'),
    metadata: z.record(z.string(), z.string()).optional(),
    validUntil: timestamp.optional(),
    failure: failureAnswer.optional(),
    price: moneyAnswer
      .optional()
      .describe(
        'What the carrier charges, where it says so; of several attempts, for the last one that it priced. Each has its own in the timeline.',
      ),
    waiting: z
      .object({
        for: z
          .enum(['repeat', 'next-attempt'])
          .describe(
            '`repeat`: an attempt is unclear, and its carrier, which drops doubles, is asked once more; no other may be, or the person could get it twice. `next-attempt`: no carrier took it yet, and any connection may.',
          ),
        until: timestamp.describe('Then it ends, `unknown` or `expired`.'),
      })
      .optional()
      .describe(
        'What an `accepted` message waits for after a first attempt; a one-time code waits two minutes for a repeat.',
      ),
    altered,
    acceptedAt: timestamp,
    updatedAt: timestamp,
    timeline: z
      .array(timelineEntry)
      .optional()
      .describe('All that was recorded, oldest first by the gateway’s clock; not in lists.'),
  })
  .meta({ id: 'Message' })

export const messagePage = pageOf(messageAnswer).extend(lookedUntil).meta({ id: 'MessagePage' })

export const previewAnswer = z
  .object({
    channel: z.enum(CHANNELS),
    units: z.int(),
    encoding: z.string(),
    parts: z.array(z.int()).describe('Length of every part in units of the encoding.'),
    purpose: z.enum(PURPOSES),
    from: z.string(),
    content: z.looseObject({}).describe('As it would be sent: with the footer that the rules ask for.'),
  })
  .meta({ id: 'Preview' })

const entryAnswer = ({ connection: _, at, carrierAt, until, ...entry }: Message['timeline'][number]) => ({
  at: toTimestamp(at),
  ...entry,
  ...(carrierAt === undefined ? {} : { carrierAt: toTimestamp(carrierAt) }),
  ...(until === undefined ? {} : { until: toTimestamp(until) }),
})

/** Shows a message. Connections stay out: which carrier is used is the operator’s affair. */
export function messageJson(message: Message, withTimeline: boolean) {
  const { to, from } = message
  const isBlank = to === '' && !message.isAltered
  return {
    id: message.id,
    direction: message.direction,
    channel: message.channel,
    mode: modeOf(message.realm),
    status: message.status,
    ...(isBlank ? {} : { ...(to === '' ? {} : { to }), ...(from === '' ? {} : { from }), content: message.content }),
    ...(message.redacted === undefined ? {} : { redacted: message.redacted }),
    ...(isBlank ? {} : { units: message.units, encoding: message.encoding, purpose: message.purpose }),
    ...(message.clientRef === null ? {} : { clientRef: message.clientRef }),
    ...(message.batchId === null ? {} : { batchId: message.batchId }),
    ...(message.inReplyTo === null ? {} : { inReplyTo: message.inReplyTo }),
    ...(message.resendOf === null ? {} : { resendOf: message.resendOf }),
    ...(message.metadata === null ? {} : { metadata: message.metadata }),
    ...(message.validUntil === null ? {} : { validUntil: toTimestamp(message.validUntil) }),
    ...(message.failure === null ? {} : { failure: message.failure }),
    ...priced(message.price),
    ...(message.waiting === null
      ? {}
      : { waiting: { for: message.waiting.for, until: toTimestamp(message.waiting.until) } }),
    ...alteredJson(message),
    acceptedAt: toTimestamp(message.acceptedAt),
    updatedAt: toTimestamp(message.updatedAt),
    ...(withTimeline ? { timeline: message.timeline.map(entryAnswer) } : {}),
  }
}
