import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import type { V4WorkerOptions } from 'miniflare'

/** Plays the world outside: every fetch that leaves a Worker. Throwing resets the connection. */
export type Outbound = (request: Request) => Promise<Response>

export const OUTBOUND = 'outbound'

/** Only a Worker knows the full URL; node's side of the wire sees path and Host. */
const FORWARD = `export default {
  fetch(request, env) {
    const out = new Request(request)
    out.headers.set('x-outbound-url', request.url)
    return env.NODE.fetch(out)
  },
}`

function webRequest(req: IncomingMessage): Request {
  const headers = new Headers()
  for (const [name, value] of Object.entries(req.headers))
    if (value !== undefined && !/^(mf-|x-outbound-url|host$|connection$|transfer-encoding$)/.test(name))
      headers.set(name, Array.isArray(value) ? value.join(', ') : value)
  const method = req.method ?? 'GET'
  const body = method === 'GET' || method === 'HEAD' ? null : (Readable.toWeb(req) as unknown as BodyInit)
  const init = { method, headers, body, redirect: 'manual', duplex: 'half' }
  return new Request(String(req.headers['x-outbound-url']), init as RequestInit)
}

async function answer(response: Response, res: ServerResponse): Promise<void> {
  const headers: Record<string, string | string[]> = Object.fromEntries(response.headers)
  const cookies = response.headers.getSetCookie()
  if (cookies.length > 0) headers['set-cookie'] = cookies
  res.writeHead(response.status, headers)
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) res.write(chunk)
  res.end()
}

/** The Worker that carries outgoing requests to `handler` in this process. */
export function outboundWorker(handler: Outbound): V4WorkerOptions {
  return {
    name: OUTBOUND,
    modules: [{ type: 'ESModule', path: 'outbound.mjs', contents: FORWARD }],
    compatibilityDate: '2026-10-01',
    serviceBindings: {
      NODE: {
        node: async (req, res) => {
          try {
            await answer(await handler(webRequest(req)), res)
          } catch {
            req.socket.destroy()
          }
        },
      },
    },
  }
}

export const refuseAll: Outbound = async () => {
  throw new Error('no carrier or receiver is played in this test')
}
