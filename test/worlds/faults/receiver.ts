import type { TenantEvent } from '#worker/domain/messages/events.ts'
import type { Outbound } from '../outbound.ts'

/** An event as a receiver hears it. */
export interface HeardEvent {
  readonly id: string
  readonly type: string
  /** JSON of `data`: the same at every repeat. */
  readonly data: string
}

export type ReceiverAnswer = (post: number) => Response | Promise<Response>

/** A tenant's webhook receiver: says challenges back, keeps every event, answers as told. */
export interface Receiver {
  readonly url: string
  readonly heard: HeardEvent[]
  /** Those of every POST, also of those that were answered badly. */
  readonly seen: HeardEvent[]
  /** POSTs but challenges, also those that were answered badly. */
  posts: number
  answer: ReceiverAnswer
  outbound: Outbound
}

interface Body {
  readonly type: string
  readonly data: Record<string, unknown>
}

export const fine: ReceiverAnswer = () => new Response(null, { status: 204 })

function eventsOf(body: Body, webhookId: string): HeardEvent[] {
  if (body.type !== 'batch') return [{ id: webhookId, type: body.type, data: JSON.stringify(body.data) }]
  const events = body.data['events'] as readonly TenantEvent[]
  return events.map(({ id, type, data }) => ({ id, type, data: JSON.stringify(data) }))
}

export function newReceiver(host: string): Receiver {
  const receiver: Receiver = {
    url: `https://${host}/in`,
    heard: [],
    seen: [],
    posts: 0,
    answer: fine,
    outbound: async (request) => {
      const body = (await request.json()) as Body
      if (body.type === 'webhook.challenge') return Response.json({ challenge: body.data['challenge'] })
      receiver.posts++
      const events = eventsOf(body, request.headers.get('webhook-id') ?? '')
      receiver.seen.push(...events)
      const response = await receiver.answer(receiver.posts)
      if (response.ok) receiver.heard.push(...events)
      return response
    },
  }
  return receiver
}
