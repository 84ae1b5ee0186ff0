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

/** True of calls by carriers. Reads the URL as text, because a URL object costs a tenth of a request. */
export const isCallback = ({ url }: Pick<Request, 'url'>): boolean =>
  url.startsWith('/callbacks/', url.indexOf('/', 'https://'.length))

/**
 * What every Worker's `fetch` does first. A request whose Host header is impossible is a 400, before anything reads its URL. A
 * call that changes something is worked to its end when its client hangs up: the platform would cut it off anywhere. So is every
 * call of a carrier, some of which call by GET.
 */
export function edge<Bindings extends Env>(serve: Serve<Bindings>): Serve<Bindings> {
  return (request, env, ctx) => {
    if (!isPossibleHost(request.headers.get('host'))) return badHost()
    const answer = serve(request, env, ctx)
    const changes = request.method !== 'GET' || isCallback(request)
    if (changes && answer instanceof Promise) ctx.waitUntil(answer.catch(() => undefined))
    return answer
  }
}
