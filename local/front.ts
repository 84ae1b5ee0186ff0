import type { Env } from '../worker/env.ts'
import main from '../worker/index.ts'

export * from '../worker/index.ts'

/** Where `wrangler dev` fires crons too: `?cron=<as in wrangler.toml>&time=<epoch ms>`. */
const SCHEDULED = '/cdn-cgi/local/scheduled'

async function fire(url: URL, env: Env): Promise<Response> {
  const cron = url.searchParams.get('cron') ?? ''
  const scheduledTime = Number(url.searchParams.get('time') ?? Date.now())
  await main.scheduled({ cron, scheduledTime, noRetry: () => {} }, env)
  return new Response('ok\n')
}

/**
 * The Worker as `npm start` serves it. The emulator's direct socket has no edge before it: nobody sets the client's
 * address, so this stands in for the edge. What is deployed is worker/index.ts, and that trusts `CF-Connecting-IP` alone.
 */
export default {
  ...main,
  fetch(request, env, ctx) {
    const url = new URL(request.url)
    if (url.pathname === SCHEDULED) return fire(url, env)
    if (request.headers.has('cf-connecting-ip')) return main.fetch(request, env, ctx)
    const headers = new Headers(request.headers)
    headers.set('cf-connecting-ip', '127.0.0.1')
    return main.fetch(new Request<unknown, IncomingRequestCfProperties>(request, { headers }), env, ctx)
  },
} satisfies ExportedHandler<Env>
