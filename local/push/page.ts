import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Call to the gateway as the tenant. The page itself never sees the token. */
export type TenantCall = (method: 'GET' | 'POST', path: string, body?: unknown) => Promise<Response>

export interface PushPage {
  readonly url: string
  close(): Promise<void>
}

const FILES: Readonly<Record<string, readonly [file: string, type: string]>> = {
  '/': ['local/push/page.html', 'text/html; charset=utf-8'],
  '/demo.js': ['local/push/page.js', 'text/javascript; charset=utf-8'],
  '/page.js': ['examples/push/page.js', 'text/javascript; charset=utf-8'],
  '/service-worker.js': ['examples/push/service-worker.js', 'text/javascript; charset=utf-8'],
}
const MOST_BYTES = 20_000

async function bodyOf(req: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of req as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > MOST_BYTES) throw new Error('too large')
    chunks.push(chunk)
  }
  const value: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'))
  if (typeof value !== 'object' || value === null) throw new Error('no object')
  return value as Record<string, unknown>
}

/** Passes the four calls on that the page needs; null for everything else of the API. */
async function passOn(req: IncomingMessage, url: URL, call: TenantCall): Promise<Response | null> {
  const asked = `${req.method} ${url.pathname}`
  if (asked === 'GET /key') return call('GET', '/v1/devices/key')
  if (asked === 'GET /message')
    return call('GET', `/v1/messages/${encodeURIComponent(url.searchParams.get('id') ?? '')}`)
  if (asked === 'POST /subscribe') {
    const { subscription } = await bodyOf(req)
    return call('POST', '/v1/devices', { network: 'webpush', subscription, tags: ['demo-page'] })
  }
  if (asked === 'POST /send') {
    const { to, title, body } = await bodyOf(req)
    return call('POST', '/v1/messages', { channel: 'push', to, content: { title, body, url: '/' } })
  }
  return null
}

async function answer(req: IncomingMessage, res: ServerResponse, call: TenantCall): Promise<void> {
  const url = new URL(req.url ?? '/', 'http://127.0.0.1')
  const file = req.method === 'GET' ? FILES[url.pathname] : undefined
  if (file) {
    const policy = "default-src 'self'; style-src 'unsafe-inline'; connect-src *; frame-ancestors 'none'"
    res.writeHead(200, { 'content-type': file[1], 'content-security-policy': policy, 'cache-control': 'no-store' })
    res.end(await readFile(file[0]))
    return
  }
  const passed = await passOn(req, url, call)
  res.writeHead(passed?.status ?? 404, { 'content-type': 'application/json' })
  res.end(passed ? await passed.text() : '{}')
}

/** True if the Host header names this machine. Any other name was made to point here by somebody else (DNS rebinding). */
const isLocal = (host: string | undefined): boolean => /^(?:127\.0\.0\.1|localhost):\d+$/.test(host ?? '')

/** True for reads, and for posts of the page itself: a form or script of another page sends its own origin. */
const isOwn = ({ method, headers }: IncomingMessage): boolean =>
  method === 'GET' || headers.origin === `http://${headers.host}`

/** Serves the demo page on 127.0.0.1; port 0 takes any free one. */
export async function startPushPage(port: number, call: TenantCall): Promise<PushPage> {
  const server = createServer((req, res) => {
    if (!isLocal(req.headers.host) || !isOwn(req)) {
      res.writeHead(403).end()
      return
    }
    answer(req, res, call).catch(() => {
      if (!res.headersSent) res.writeHead(400, { 'content-type': 'application/json' })
      res.end('{}')
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
