import * as z from 'zod'
import { EVENT_TYPES, EVENTS, type EventType } from '#worker/domain/messages/events.ts'
import { EVENT_ID_EXAMPLE, EVENT_TIME_EXAMPLE, eventExamples } from './event-examples.ts'
import { eventData } from './event-schemas.ts'
import type { OperationObject, Parameter } from './operations.ts'
import type { SchemaBook } from './schemas.ts'
import { FORM_TYPE, JSON_TYPE } from './shared.ts'

const header = (name: string, description: string, example: string): Parameter => ({
  name,
  in: 'header',
  required: true,
  description,
  schema: { type: 'string', examples: [example] },
})

/** Headers of the signature, by Standard Webhooks. */
const SIGNATURE: readonly Parameter[] = [
  header('webhook-id', 'The event’s id: the same at every try, so that a repeat can be dropped.', EVENT_ID_EXAMPLE),
  header('webhook-timestamp', 'Seconds since 1970, of this try.', String(EVENT_TIME_EXAMPLE)),
  header(
    'webhook-signature',
    '`v1,` and the base64 of HMAC-SHA-256 over `id.timestamp.body`; several, separated by spaces, while a secret rotates.',
    'v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=',
  ),
]

const eventSchema = (type: EventType) =>
  z.object({ type: z.literal(type), timestamp: z.iso.datetime(), data: eventData(type) })

const batched = z.union(
  EVENT_TYPES.map((type) =>
    z.object({ id: z.string(), type: z.literal(type), timestamp: z.iso.datetime(), data: eventData(type) }),
  ),
)

const batchSchema = z
  .object({
    type: z.literal('batch'),
    timestamp: z.iso.datetime(),
    data: z.object({
      events: z
        .array(batched)
        .max(100)
        .describe('Each with an id of its own, as it would be the `webhook-id`; `data` is that of its type.'),
    }),
  })
  .meta({ id: 'EventBatch', description: 'What an endpoint with `batch: true` gets instead of single events.' })

/** Body of a POST to an endpoint: an event of one type, or a batch. */
interface Posted {
  readonly type: string
  readonly summary: string
  readonly content: z.ZodType
  /** By what each is. */
  readonly examples?: Readonly<Record<string, unknown>>
  /** Fields of the form in which it may come instead. */
  readonly form?: z.ZodType
}

const namedExamples = (examples: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(examples).map(([name, value]) => [name.replaceAll(' ', '-'), { value }]))

function receiving({ type, summary, content, examples, form }: Posted, book: SchemaBook) {
  const post: OperationObject = {
    operationId: `receive${type.replace(/(?:^|\W)(\w)/g, (_, letter: string) => letter.toUpperCase())}`,
    tags: ['Events'],
    summary,
    // No scheme of OpenAPI says that a signature proves the sender.
    security: [],
    parameters: SIGNATURE,
    requestBody: {
      required: true,
      content: {
        [JSON_TYPE]: {
          schema: book.output(content),
          ...(examples ? { examples: namedExamples(examples) } : {}),
        },
        ...(form ? { [FORM_TYPE]: { schema: book.output(form) } } : {}),
      },
    },
    responses: {
      '2XX': { description: 'The receiver has it.' },
      '410': { description: 'The receiver wants no more: the endpoint is switched off.' },
      default: { description: 'Tried again, for about 75 hours in all.' },
    },
  }
  return { post }
}

const turnForm = z
  .object({
    sessionId: z.string(),
    serviceCode: z.string(),
    phoneNumber: z.string().describe('The person.'),
    text: z.string().describe('Everything that was typed, with `*` between.'),
    networkCode: z.string().describe('Empty where the carrier does not tell it.'),
  })
  .meta({
    id: 'SessionTurnForm',
    description: 'A turn as Africa’s Talking posts it, to an endpoint with that `format`.',
  })

const formOf = (type: EventType) => (type === 'session.turn' ? { form: turnForm } : {})

const challengeSchema = z
  .object({
    type: z.literal('webhook.challenge'),
    timestamp: z.iso.datetime(),
    data: z.object({ challenge: z.string().describe('To be said back, as text or as `{"challenge": "…"}`.') }),
  })
  .meta({ id: 'WebhookChallenge', description: 'What a new endpoint must answer before it hears events.' })

/** Makes `webhooks` of the document: an item for each type of event, one for batches, and the challenge of an endpoint. */
export function webhookItems(book: SchemaBook): Readonly<Record<string, { readonly post: OperationObject }>> {
  const single = EVENT_TYPES.map((type) => [
    type,
    receiving(
      { type, summary: EVENTS[type], content: eventSchema(type), examples: eventExamples(type), ...formOf(type) },
      book,
    ),
  ])
  const batch = receiving({ type: 'batch', summary: 'Up to 100 events in one POST.', content: batchSchema }, book)
  const type = 'webhook.challenge'
  const challenge = receiving({ type, summary: 'Proves that the endpoint is yours.', content: challengeSchema }, book)
  return Object.fromEntries([...single, ['batch', batch], [type, challenge]])
}
