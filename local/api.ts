import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { Refusal } from './state.ts'

/** A problem document of the API (RFC 9457). */
interface ProblemDocument {
  readonly code: string
  readonly title: string
  readonly detail: string
  readonly errors: readonly { readonly pointer: string; readonly detail: string }[]
  readonly instance: string
}

interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: unknown
}

/** A caller of the public API with one token. */
export interface Api {
  get(path: string): Promise<unknown>
  /** POSTs with an Idempotency-Key, and anew after a 429 or 503, when `Retry-After` says. */
  post(path: string, body: unknown): Promise<unknown>
  put(path: string, body: unknown): Promise<unknown>
  /** DELETEs; what is gone already counts as deleted. */
  delete(path: string): Promise<unknown>
}

const TRIES = 20

/** Makes a request; `fetch`, or a test's own that looks at what goes by. */
type Send = (url: string, init: RequestInit) => Promise<Response>

async function call(url: string, init: RequestInit, send: Send = fetch): Promise<Answer> {
  const response = await send(url, init).catch(() => {
    throw new Refusal(`Nothing answers at ${new URL(url).origin}: run \`npm start\` first, in another terminal.`)
  })
  const text = await response.text()
  const json = /\bjson\b/.test(response.headers.get('content-type') ?? '')
  return { status: response.status, headers: response.headers, body: json && text ? JSON.parse(text) : text }
}

/** What a problem document says, in a line; of anything else the whole of it. */
function saidBy(body: unknown): string {
  const { code, title, detail, errors = [], instance } = Object(body) as Partial<ProblemDocument>
  if (code === undefined) return typeof body === 'string' ? body : JSON.stringify(body)
  const wrong = errors.map((one) => `${one.pointer} ${one.detail}`)
  return `${[detail ?? `${title}.`, ...wrong].join(' ')} (${code}, ${instance})`
}

function bodyOf({ status, body }: Answer, what: string): unknown {
  if (status >= 200 && status < 300) return body
  throw new Refusal(`${what} was answered ${status}: ${saidBy(body)}`)
}

const isBusy = ({ status }: Answer): boolean => status === 429 || status === 503

export function api(baseUrl: string, token: string, send: Send = fetch): Api {
  const request = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const headers: Record<string, string> = { authorization: `Bearer ${token}` }
    if (body !== undefined) headers['content-type'] = 'application/json'
    if (method === 'POST') headers['idempotency-key'] = randomUUID()
    const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
    for (let tried = 1; ; tried++) {
      const answer = await call(baseUrl + path, init, send)
      if (method === 'DELETE' && answer.status === 404) return null
      if (!isBusy(answer) || tried === TRIES) return bodyOf(answer, `${method} ${path}`)
      await sleep(Number(answer.headers.get('retry-after') ?? 1) * 1000)
    }
  }
  return {
    get: (path) => request('GET', path),
    post: (path, body) => request('POST', path, body),
    put: (path, body) => request('PUT', path, body),
    delete: (path) => request('DELETE', path),
  }
}

/** An access token by the client-credentials grant. */
export async function accessToken(baseUrl: string, clientId: string, clientSecret: string): Promise<string> {
  const answer = await call(`${baseUrl}/oauth/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  })
  const { access_token: token } = bodyOf(answer, 'POST /oauth/token') as { access_token: string }
  return token
}
