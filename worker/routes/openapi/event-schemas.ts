import * as z from 'zod'
import { CHANNELS } from '#worker/domain/carriers/channel.ts'
import { GUARD_REASONS } from '#worker/domain/guard/verdict.ts'
import type { EventType } from '#worker/domain/messages/events.ts'
import { PURPOSES } from '#worker/domain/messages/message.ts'
import { MESSAGE_STATUSES } from '#worker/domain/messages/status.ts'
import { altered } from '#worker/routes/operation/fields.ts'
import { failureAnswer } from './failure-answer.ts'
import { moneyAnswer } from './money-answer.ts'

const at = z.iso.datetime().describe('When it happened, by the gateway’s clock.')

const message = z.object({
  id: z.string(),
  channel: z.enum(CHANNELS),
  status: z.enum(MESSAGE_STATUSES).describe('The state this event tells of, not the one of today.'),
  at,
  carrierAt: z.iso
    .datetime()
    .optional()
    .describe('The same by the carrier’s clock, which may be ahead or behind; absent where it gave no time.'),
  to: z.string().optional().describe('Absent only where `altered`.'),
  from: z.string().optional().describe('Absent only where `altered`.'),
  altered,
  units: z.int().describe('What is billed: segments for SMS.'),
  purpose: z.enum(PURPOSES),
  clientRef: z.string().optional().describe('Yours, as it was sent.'),
  batchId: z.string().optional(),
  metadata: z.record(z.string(), z.string()).optional().describe('Yours, as it was sent.'),
  failure: failureAnswer.optional(),
  price: moneyAnswer.optional().describe('What the carrier charges, in the event of the change with which it said so.'),
})

const messageData = message.extend({ direction: z.literal('outbound') }).meta({ id: 'MessageEventData' })
const receivedData = message
  .extend({
    direction: z.literal('inbound'),
    status: z.literal('received'),
    content: z.looseObject({}).nullable().describe('What the person wrote. Null only where `altered`.'),
    inReplyTo: z.string().optional().describe('The message that it answers.'),
  })
  .meta({ id: 'ReceivedEventData' })
const suppressionData = z
  .object({
    channel: z.enum(CHANNELS),
    recipient: z.string(),
    sender: z.string().nullable().describe('The line that may no longer send to them; null: none of the account’s.'),
    source: z
      .enum(['keyword', 'recipient', 'api', 'carrier'])
      .describe('Who said so: the person in words or by a button of a mail program or a network, you, or the carrier.'),
    messageId: z.string().nullable().optional().describe('The message that it came of.'),
    at,
  })
  .meta({ id: 'SuppressionEventData' })
const disabledData = z
  .object({ endpointId: z.string(), description: z.string(), reason: z.string(), at })
  .meta({ id: 'WebhookDisabledEventData' })
const testData = z.object({ endpointId: z.string(), at }).meta({ id: 'WebhookTestEventData' })

const session = z.object({
  sessionId: z.string(),
  channel: z.enum(CHANNELS),
  from: z.string().describe('The person.'),
  to: z.string().describe('The code or number that was called.'),
  at,
})
const turnData = session
  .extend({
    event: z.enum(['start', 'input']),
    input: z.string().nullable().describe('What was typed since the last screen.'),
    inputs: z
      .array(z.string())
      .describe('Everything that led here, this input last; what an answer `{"back": true}` took back is not in it.'),
    turn: z.int().describe('1 for the first screen.'),
    answerBy: z.iso.datetime().describe('A screen that comes later is not shown.'),
    resumes: z
      .string()
      .optional()
      .describe(
        'With the first turn: a session of this person that broke off. `{"resume": true}` goes on where it stopped.',
      ),
  })
  .meta({ id: 'SessionTurnEventData' })
/** Turn of a session, as events and answers show it. */
export const sessionTurn = z
  .object({
    at: z.iso.datetime(),
    input: z.string().nullable().describe('Null where nothing was typed: at the start.'),
    typed: z
      .array(z.string())
      .optional()
      .describe('All that was typed, where a turn brought several inputs; `input` is the last.'),
    screen: z.string(),
    by: z.enum(['application', 'fallback']),
    ms: z.int().describe('Milliseconds until the screen was there.'),
    back: z.literal(true).optional().describe('An earlier screen, shown again.'),
    inputs: z.array(z.string()).optional().describe('At a resume: what had led to the screen in the earlier session.'),
  })
  .meta({ id: 'SessionTurn' })
const startedData = session.meta({ id: 'SessionStartedEventData' })
const endedData = session
  .extend({
    reason: z.enum(['application', 'person', 'timeout', 'fallback']).describe('Who or what ended it.'),
    startedAt: z.iso.datetime(),
    turns: z.array(sessionTurn),
  })
  .meta({ id: 'SessionEndedEventData' })
const deviceData = z
  .object({
    id: z.string(),
    app: z.string(),
    network: z.string(),
    user: z.string().nullable(),
    tags: z.array(z.string()),
    altered,
    at,
  })
  .meta({ id: 'DeviceRemovedEventData' })

const verificationData = z
  .object({
    id: z.string(),
    status: z.enum(['approved', 'failed', 'blocked']),
    to: z.string().describe('The recipient that the codes went to.'),
    channel: z.enum(CHANNELS).describe('The channel of the last code.'),
    checks: z.int().describe('Wrong checks.'),
    reason: z
      .enum(GUARD_REASONS)
      .optional()
      .describe('Of `blocked`: `checks` for too many wrong ones, else what the guard had against the code.'),
    startedAt: z.iso.datetime(),
    at,
    clientRef: z.string().optional().describe('Yours, as it was sent.'),
    metadata: z.record(z.string(), z.string()).optional().describe('Yours, as it was sent.'),
  })
  .meta({ id: 'VerificationEventData' })

const ceilingData = z
  .object({
    scope: z.string().describe('`home`, a country (ISO 3166-1), or `abroad` for all but the home country together.'),
    percent: z.int().describe('50 or 80.'),
    used: z.int().describe('Units of the day, with those that are handed out and not spent yet.'),
    ceiling: z.int(),
    at,
  })
  .meta({ id: 'CeilingEventData' })

const OTHERS: Readonly<Partial<Record<EventType, z.ZodType>>> = {
  'message.received': receivedData,
  'session.turn': turnData,
  'session.started': startedData,
  'session.ended': endedData,
  'verification.approved': verificationData,
  'verification.failed': verificationData,
  'verification.blocked': verificationData,
  'verification.ceiling': ceilingData,
  'device.removed': deviceData,
  'suppression.added': suppressionData,
  'suppression.removed': suppressionData,
  'webhook.disabled': disabledData,
  'webhook.test': testData,
}

/** Schema of `data` of an event. */
export const eventData = (type: EventType): z.ZodType => OTHERS[type] ?? messageData
