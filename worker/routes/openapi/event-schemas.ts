import * as z from 'zod'
import { CHANNELS } from '../../domain/channel.ts'
import type { EventType } from '../../domain/events.ts'
import { PURPOSES } from '../../domain/message.ts'
import { STATUSES } from '../../domain/status.ts'
import { failureAnswer } from '../failure-answer.ts'

const at = z.iso.datetime().describe('When it happened.')

const message = z.object({
  id: z.string(),
  direction: z.enum(['outbound', 'inbound']),
  channel: z.enum(CHANNELS),
  status: z.enum(STATUSES).describe('The state this event tells of, not the one of today.'),
  at,
  to: z.string(),
  from: z.string(),
  units: z.int().describe('What is billed: segments for SMS.'),
  purpose: z.enum(PURPOSES),
  clientRef: z.string().optional().describe('Yours, as it was sent.'),
  batchId: z.string().optional(),
  metadata: z.record(z.string(), z.string()).optional().describe('Yours, as it was sent.'),
  failure: failureAnswer.optional(),
})

const messageData = message.meta({ id: 'MessageEventData' })
const receivedData = message
  .extend({
    content: z.looseObject({}).describe('What the person wrote.'),
    inReplyTo: z.string().optional().describe('The message that it answers.'),
  })
  .meta({ id: 'ReceivedEventData' })
const suppressionData = z
  .object({
    channel: z.enum(CHANNELS),
    recipient: z.string(),
    sender: z.string().nullable().describe('The line that may no longer send to them; null: none of the account’s.'),
    source: z.enum(['keyword', 'api', 'carrier']).describe('Who said so.'),
    messageId: z.string().nullable().optional().describe('The message that it came of.'),
    at,
  })
  .meta({ id: 'SuppressionEventData' })
const disabledData = z
  .object({ endpointId: z.string(), description: z.string(), reason: z.string(), at })
  .meta({ id: 'WebhookDisabledEventData' })
const testData = z.object({ endpointId: z.string(), at }).meta({ id: 'WebhookTestEventData' })

const OTHERS: Readonly<Partial<Record<EventType, z.ZodType>>> = {
  'message.received': receivedData,
  'suppression.added': suppressionData,
  'suppression.removed': suppressionData,
  'webhook.disabled': disabledData,
  'webhook.test': testData,
}

/** What `data` of an event holds. */
export const eventData = (type: EventType): z.ZodType => OTHERS[type] ?? messageData
