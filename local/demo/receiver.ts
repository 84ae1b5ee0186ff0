import { createServer } from 'node:http'
import { Webhook } from 'standardwebhooks'
import { Refusal } from '../state.ts'

export interface ReceivedEvent {
  readonly id: string
  readonly type: string
  readonly data: Readonly<Record<string, unknown>>
}

export interface Receiver {
  readonly url: string
  /** Distinct events whose signature held, by id. */
  readonly events: ReadonlyMap<string, ReceivedEvent>
  /** Signed POSTs, events that came again, and POSTs whose signature did not hold. */
  readonly counts: { readonly posts: number; readonly repeated: number; readonly forged: number }
  /** The endpoint's secret, known only after it is registered. */
  trust(secret: string): void
  /** An application for sessions at `url` and this path: verified with its own secret, its answer is the screen. */
  serve(path: string, secret: string, screenOf: (turn: ReceivedEvent['data']) => SessionScreen): void
  close(): Promise<void>
}

export interface SessionScreen {
  readonly text: string
  readonly ends: boolean
}

/** The body that answers a POST: the challenge of a new endpoint comes before its secret is known. */
function challengeOf(body: unknown): string | null {
  const { type, data } = body as { type?: unknown; data?: { challenge?: unknown } }
  return type === 'webhook.challenge' && typeof data?.challenge === 'string' ? data.challenge : null
}

function eventsOf(body: unknown, webhookId: string): ReceivedEvent[] {
  const { type, data } = body as { type: string; data: { events?: ReceivedEvent[] } & Record<string, unknown> }
  return type === 'batch' ? (data.events ?? []) : [{ id: webhookId, type, data }]
}

/** A webhook receiver on 127.0.0.1: answers the ownership challenge, verifies signatures, keeps what it hears. */
export async function startReceiver(port: number): Promise<Receiver> {
  const events = new Map<string, ReceivedEvent>()
  const counts = { posts: 0, repeated: 0, forged: 0 }
  let webhook: Webhook | null = null
  const applications = new Map<string, (text: string, headers: Record<string, string>) => SessionScreen | null>()

  const take = (text: string, headers: Record<string, string>): number => {
    if (!webhook) return 503
    let body: unknown
    try {
      body = webhook.verify(text, headers)
    } catch {
      counts.forged++
      return 401
    }
    counts.posts++
    for (const event of eventsOf(body, headers['webhook-id'] ?? '')) {
      if (events.has(event.id)) counts.repeated++
      events.set(event.id, event)
    }
    return 204
  }

  const server = createServer(async (req, res) => {
    const chunks: Buffer[] = []
    for await (const chunk of req) chunks.push(chunk as Buffer)
    const text = Buffer.concat(chunks).toString('utf8')
    const challenge = text.includes('webhook.challenge') ? challengeOf(JSON.parse(text)) : null
    if (challenge !== null)
      return res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ challenge }))
    const application = applications.get(req.url ?? '')
    if (application) {
      const screen = application(text, req.headers as Record<string, string>)
      return res.writeHead(screen ? 200 : 401).end(screen ? JSON.stringify(screen) : '')
    }
    return res.writeHead(take(text, req.headers as Record<string, string>)).end()
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', () => reject(new Refusal(`Port ${port} is taken; the receiver of the demo needs it.`)))
    server.listen(port, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${port}`,
    events,
    counts,
    trust: (secret) => {
      webhook = new Webhook(secret)
    },
    serve: (path, secret, screenOf) => {
      const own = new Webhook(secret)
      applications.set(path, (text, headers) => {
        try {
          return screenOf((own.verify(text, headers) as ReceivedEvent).data)
        } catch {
          counts.forged++
          return null
        }
      })
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
