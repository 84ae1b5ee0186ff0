import { toBase64, utf8 } from '#worker/lib/bytes.ts'
import { hmac } from '#worker/lib/hmac.ts'
import { importSecret } from '#worker/lib/http/standard-webhooks.ts'

interface Event {
  readonly id: string
}
interface Body {
  readonly type: string
  readonly data: { readonly events?: readonly Event[]; readonly challenge?: string }
}

/** Paths below it answer the challenge, and then nothing within any deadline. */
const SILENT = '/silent/'
const SILENCE = 60_000

const keys = new Map<string, Promise<CryptoKey>>()
let heard = new Set<string>()
let posts = 0
let forged = 0

async function isSigned(request: Request, key: CryptoKey, body: string): Promise<boolean> {
  const head = `${request.headers.get('webhook-id')}.${request.headers.get('webhook-timestamp')}.`
  const expected = `v1,${toBase64(await hmac(key, utf8(head + body)))}`
  return (request.headers.get('webhook-signature') ?? '').split(' ').includes(expected)
}

async function take(request: Request, path: string): Promise<Response> {
  const text = await request.text()
  const body = JSON.parse(text) as Body
  if (body.type === 'webhook.challenge') return Response.json({ challenge: body.data.challenge })
  if (path.startsWith(SILENT)) {
    await scheduler.wait(SILENCE)
    return new Response(null, { status: 204 })
  }
  const key = await keys.get(path)
  if (!key) return new Response(null, { status: 503 })
  if (!(await isSigned(request, key, text))) {
    forged++
    return new Response(null, { status: 401 })
  }
  if (body.type === 'session.turn') return Response.json({ text: '1) موجودی', ends: false })
  posts++
  if (body.data.events) for (const event of body.data.events) heard.add(event.id)
  else heard.add(request.headers.get('webhook-id') ?? '')
  return new Response(null, { status: 204 })
}

/** A tenant's receiver: answers the challenge and the turns of sessions, verifies every signature, counts distinct events. */
export default {
  async fetch(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url)
    if (request.method === 'GET') return Response.json({ events: heard.size, posts, forged })
    if (request.method === 'PUT') {
      keys.set(pathname, importSecret(await request.text()))
      return new Response(null, { status: 204 })
    }
    if (request.method === 'DELETE') {
      heard = new Set()
      posts = 0
      return new Response(null, { status: 204 })
    }
    return take(request, pathname)
  },
}
