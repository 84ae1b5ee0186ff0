import { isPossibleHost } from '#worker/lib/http/host.ts'
import type { Env } from './env.ts'

type Serve<Bindings extends Env> = (
  request: Request<unknown, IncomingRequestCfProperties>,
  env: Bindings,
  ctx: ExecutionContext,
) => Response | Promise<Response>

const badHost = (): Response =>
  new Response(JSON.stringify({ type: 'about:blank', title: 'The Host header names no host', status: 400 }), {
    status: 400,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
  })

/**
 * What every Worker's `fetch` does first. A request whose Host header is impossible is a 400, before anything reads its URL. A
 * call that changes something is worked to its end when its client hangs up: the platform would cut it off anywhere.
 */
export function edge<Bindings extends Env>(serve: Serve<Bindings>): Serve<Bindings> {
  return (request, env, ctx) => {
    if (!isPossibleHost(request.headers.get('host'))) return badHost()
    const answer = serve(request, env, ctx)
    if (request.method !== 'GET' && answer instanceof Promise) ctx.waitUntil(answer.catch(() => undefined))
    return answer
  }
}
