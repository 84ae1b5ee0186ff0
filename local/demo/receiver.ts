import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
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

interface SessionScreen {
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

type Headers = Readonly<Record<string, string>>
/** An application for sessions: its screen for a signed turn; null if the signature does not hold. */
type Application = (text: string, headers: Headers) => SessionScreen | null

/** Events that a receiver has heard, and the status with which it answers a POST of them. */
interface Heard extends Pick<Receiver, 'events' | 'trust'> {
  readonly counts: { posts: number; repeated: number; forged: number }
  take(text: string, headers: Headers): number
}

function newHeard(): Heard {
  const events = new Map<string, ReceivedEvent>()
  const counts = { posts: 0, repeated: 0, forged: 0 }
  let webhook: Webhook | null = null
  return {
    events,
    counts,
    trust(secret) {
      webhook = new Webhook(secret)
    },
    take(text, headers) {
      if (!webhook) return 503
      let body: unknown
      try {
        body = webhook.verify(text, { ...headers })
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
    },
  }
}

/** Answers one POST: a challenge, a turn of a session, or events. */
async function answer(
  req: IncomingMessage,
  res: ServerResponse,
  heard: Heard,
  applications: ReadonlyMap<string, Application>,
): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of req) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString('utf8')
  const headers = req.headers as Headers
  const challenge = text.includes('webhook.challenge') ? challengeOf(JSON.parse(text)) : null
  const application = applications.get(req.url ?? '')
  if (challenge !== null) {
    res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ challenge }))
  } else if (application) {
    const screen = application(text, headers)
    res.writeHead(screen ? 200 : 401).end(screen ? JSON.stringify(screen) : '')
  } else res.writeHead(heard.take(text, headers)).end()
}

/** A webhook receiver on 127.0.0.1: answers the ownership challenge, verifies signatures, keeps what it hears. */
export async function startReceiver(port: number): Promise<Receiver> {
  const heard = newHeard()
  const applications = new Map<string, Application>()
  const server = createServer((req, res) => void answer(req, res, heard, applications))
  await new Promise<void>((resolve, reject) => {
    server.once('error', () => reject(new Refusal(`Port ${port} is taken; the receiver of the demo needs it.`)))
    server.listen(port, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${port}`,
    events: heard.events,
    counts: heard.counts,
    trust: heard.trust,
    serve: (path, secret, screenOf) => {
      const own = new Webhook(secret)
      applications.set(path, (text, headers) => {
        try {
          return screenOf((own.verify(text, { ...headers }) as ReceivedEvent).data)
        } catch {
          heard.counts.forged++
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
