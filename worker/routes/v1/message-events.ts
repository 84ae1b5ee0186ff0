import * as z from 'zod'
import { EVENT_TYPES } from '#worker/domain/messages/events.ts'
import { toTimestamp } from '#worker/domain/time.ts'
import { deliveriesOfMessage, eventsOfMessage } from '#worker/flows/events/message-events.ts'
import { lookUpMessage, requireMessageId } from '#worker/flows/messages/look-up.ts'
import { timestamp } from '#worker/routes/operation/fields.ts'
import type { Operation, Resource } from '#worker/routes/operation/operation.ts'
import { wholeList, wholeListOf } from '#worker/routes/operation/page.ts'
import { serve } from '#worker/routes/operation/serve.ts'
import { deliveryJson } from './deliveries.ts'
import { deliveryAnswer } from './webhook-operations.ts'

const eventAnswer = z
  .object({
    id: z.string(),
    type: z.enum(EVENT_TYPES),
    at: timestamp,
    data: z.looseObject({}).describe('As webhooks hear it.'),
    deliveries: z
      .array(deliveryAnswer)
      .optional()
      .describe('POSTs that carried it, oldest first; absent from a token without `webhooks:read`.'),
  })
  .meta({ id: 'MessageEvent' })

const listEvents = {
  method: 'GET',
  path: '/v1/messages/:id/events',
  summary: 'List the events of a message, with their POSTs to webhooks',
  description:
    'Of the log of webhooks it looks at the few hundred rows around the events and their next attempts. `complete` is false where there was more: `GET /v1/webhooks/:id/deliveries?message=` looks through all of an endpoint’s.',
  tag: 'Messages',
  scope: 'messages:read',
  responses: {
    200: {
      description: 'All of them, oldest first.',
      schema: wholeListOf(eventAnswer).extend({ complete: z.boolean().describe('No POST can be missing.') }),
    },
    410: { description: 'The message is past its retention.' },
  },
} as const satisfies Operation

/** `/v1/messages/:id/events`: what webhooks heard of a message, and how. */
export const messageEvents: Resource = {
  operations: [listEvents],
  mount(app) {
    serve(app, listEvents, async (c, { params }) => {
      const [platform, principal] = [c.get('platform'), c.get('principal')]
      const id = await requireMessageId(platform, principal, params.id)
      const found = await lookUpMessage(platform, principal, id)
      const events = 'realm' in found ? await eventsOfMessage(platform, principal, found) : []
      const sees = principal.scopes.includes('webhooks:read')
      const told = sees ? await deliveriesOfMessage(platform, principal, id, events) : null
      const data = events.map(({ id: eventId, type, at, data }) => {
        const own = told?.deliveries.filter(({ eventIds }) => eventIds.includes(eventId))
        return { id: eventId, type, at: toTimestamp(at), data, ...(own && { deliveries: own.map(deliveryJson) }) }
      })
      return c.json({ ...wholeList(data), complete: told?.isWhole ?? false })
    })
  },
}
