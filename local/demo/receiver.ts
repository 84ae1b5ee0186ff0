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
  /** Events whose signature held, by id: one that came twice is kept once. */
  readonly events: ReadonlyMap<string, ReceivedEvent>
  /** Counts of signed POSTs, of events that came twice, and of POSTs whose signature did not hold. */
  readonly counts: { readonly posts: number; readonly repeated: number; readonly forged: number }
  /** Takes the endpoint's secret, which is known only once the endpoint is registered. */
  trust(secret: string): void
  /** Answers sessions at this path below `url`: verifies with the application's own secret, and shows what `screenOf` returns. */
  serve(path: string, secret: string, screenOf: (turn: ReceivedEvent['data']) => SessionScreen): void
  close(): Promise<void>
}

export interface SessionScreen {
  readonly text: string
  readonly ends: boolean
}

/** Answer to the ownership challenge; null for any other body. It comes unverified: the endpoint's secret is not known yet. */
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
