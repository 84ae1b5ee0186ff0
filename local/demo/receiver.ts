import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'

/** URLs of receivers that commands start: what is POSTed elsewhere on their port is not for them. */
const SECRET_URL = /^http:\/\/127\.0\.0\.1:\d+\/npm-run-(?:demo|ussd)\/[0-9a-f]{32}(?:\/|$)/
/** Answer of a receiver to a GET of its URL, by which another command knows that it is served. */
const SERVED = 'served by a command of Chapar'
/** Milliseconds in which a receiver of this machine answers a GET. */
const GET_MS = 2_000

/** True for a URL that only these commands make: its path holds a secret. */
export const isSecretUrl = (url: string): boolean => SECRET_URL.test(url)

/** True while a command serves this URL. One that is too busy to answer counts as serving it. */
export async function isServed(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(GET_MS) })
    return (await response.text()) === SERVED
  } catch (error) {
    return error instanceof Error && error.name === 'TimeoutError'
  }
}

export interface ReceivedEvent {
  readonly id: string
  readonly type: string
  readonly data: Readonly<Record<string, unknown>>
}

export interface Receiver {
  /** URL with a secret path, on a free port. */
  readonly url: string
  /** Events whose signature held, by id: one that came twice is kept once. */
  readonly events: ReadonlyMap<string, ReceivedEvent>
  /** Counts of signed POSTs, of events that came twice, and of POSTs whose signature did not hold. */
  readonly counts: { readonly posts: number; readonly repeated: number; readonly forged: number }
  /** Takes the endpoint's secret, which is known only once the endpoint is registered. */
  trust(secret: string): void
  /** Answers sessions at `sessionsUrl`: verifies with the application's own secret, and answers what `screenOf` returns. */
  serve(secret: string, screenOf: (turn: ReceivedEvent['data']) => object): void
  readonly sessionsUrl: string
  close(): Promise<void>
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
/** An application for sessions: its answer to a signed turn; null if the signature does not hold. */
type Application = (text: string, headers: Headers) => object | null

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

/** What answers at each path. */
type Answering = ReadonlyMap<string, (text: string, headers: Headers) => Answer>
interface Answer {
  readonly status: number
  readonly body?: object
}

async function answer(req: IncomingMessage, paths: Answering): Promise<Answer | string> {
  const chunks: Buffer[] = []
  for await (const chunk of req) chunks.push(chunk as Buffer)
  const at = paths.get(req.url ?? '')
  if (!at) return { status: 404 }
  if (req.method === 'GET') return SERVED
  const text = Buffer.concat(chunks).toString('utf8')
  const challenge = text.includes('webhook.challenge') ? challengeOf(JSON.parse(text)) : null
  return challenge === null ? at(text, req.headers as Headers) : { status: 200, body: { challenge } }
}

function respond(res: ServerResponse, said: Answer | string): void {
  if (typeof said === 'string') res.writeHead(200, { 'content-type': 'text/plain' }).end(said)
  else if (!said.body) res.writeHead(said.status).end()
  else res.writeHead(said.status, { 'content-type': 'application/json' }).end(JSON.stringify(said.body))
}

/**
 * A webhook receiver on a free port of 127.0.0.1: answers the ownership challenge, verifies signatures, keeps what it hears.
 * Its path is a secret of this run, so that it hears nothing that was meant for another receiver, or for an earlier run.
 */
export async function startReceiver(command: 'demo' | 'ussd'): Promise<Receiver> {
  const heard = newHeard()
  let application: Application = () => null
  const base = `/npm-run-${command}/${randomBytes(16).toString('hex')}`
  const sessions = `${base}/sessions`
  const paths: Answering = new Map([
    [base, (text: string, headers: Headers) => ({ status: heard.take(text, headers) })],
    [
      sessions,
      (text: string, headers: Headers) => {
        const body = application(text, headers)
        return body ? { status: 200, body } : { status: 401 }
      },
    ],
  ])
  const server = createServer((req, res) => {
    answer(req, paths).then(
      (said) => respond(res, said),
      () => respond(res, { status: 400 }),
    )
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: origin + base,
    sessionsUrl: origin + sessions,
    events: heard.events,
    counts: heard.counts,
    trust: heard.trust,
    serve: (secret, screenOf) => {
      const own = new Webhook(secret)
      application = (text, headers) => {
        try {
          return screenOf((own.verify(text, { ...headers }) as ReceivedEvent).data)
        } catch {
          heard.counts.forged++
          return null
        }
      }
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
