import { CRON_EXPRESSIONS } from '#worker/cron.ts'
import { edge } from '#worker/edge.ts'
import type { Env } from '#worker/env.ts'
import main from '#worker/index.ts'
import { isWorkerPath } from '../console/site.ts'
import { entryPage } from '../people/entry.ts'
import { ENTRY_PATH, LINKS_PATH, PEOPLE_PATH } from '../people/made.ts'
import { isLink, linkGateway, makeLink, makePeople, toLocalhost } from '../people/served.ts'
import { LOCAL_HEADER } from './local-calls.ts'

export * from '#worker/index.ts'

/** Paths that only this machine's commands call. */
const LOCAL = '/cdn-cgi/'

/**
 * True for a call of a command on this machine. A web page cannot send the header, because the preflight for it is refused, and
 * one whose name was made to point here (DNS rebinding) sends that name as Host, and its own origin.
 */
const isCommand = ({ headers }: Request, { hostname }: URL): boolean =>
  headers.get(LOCAL_HEADER) === '1' &&
  !headers.has('origin') &&
  (headers.get('sec-fetch-site') ?? 'none') === 'none' &&
  ['127.0.0.1', 'localhost', '[::1]'].includes(hostname)

/** Path that fires a cron, as in `wrangler dev`: `?cron=<as in wrangler.toml>&time=<epoch ms>`. */
const SCHEDULED = '/cdn-cgi/local/scheduled'

async function fire(url: URL, env: Env): Promise<Response> {
  const cron = url.searchParams.get('cron') ?? ''
  if (!CRON_EXPRESSIONS.includes(cron))
    return new Response(`\`cron\` must be one of: ${CRON_EXPRESSIONS.join(', ')}\n`, { status: 400 })
  const time = url.searchParams.get('time') ?? String(Date.now())
  if (!/^\d{1,15}$/.test(time))
    return new Response('`time` must be milliseconds since 1970, in digits\n', { status: 400 })
  const scheduledTime = Number(time)
  await main.scheduled({ cron, scheduledTime, noRetry: () => {} }, env)
  return new Response('ok\n')
}

/** Path that takes a mail: `?from=&to=` are the envelope's, the body is the mail. */
const MAIL = '/cdn-cgi/local/email'

/** Gives a mail to `email()` as Cloudflare's mail servers do; 422 with the reason if it was refused in the dialogue. */
async function takeMail(url: URL, request: Request, env: Env): Promise<Response> {
  const raw = await request.arrayBuffer()
  let refusal: string | null = null
  const message = {
    from: url.searchParams.get('from') ?? '',
    to: url.searchParams.get('to') ?? '',
    raw: new Response(raw).body,
    rawSize: raw.byteLength,
    headers: new Headers(),
    setReject: (reason: string) => {
      refusal = reason
    },
  }
  await main.email(message as unknown as ForwardableEmailMessage, env)
  return new Response(`${refusal ?? 'ok'}\n`, { status: refusal === null ? 200 : 422 })
}

/** Bindings of `npm start`. */
interface LocalEnv extends Env {
  /** Worker of the console's files; absent: there is no console. */
  readonly CONSOLE?: Fetcher
}

type LocalRequest = Request<unknown, IncomingRequestCfProperties>

/** Serves a path that only this machine calls: its commands, and the page that signs a browser in. */
function serveLocal(request: Request, url: URL, env: Env): Response | Promise<Response> {
  if (url.pathname === ENTRY_PATH) return entryPage(request, url, env)
  if (!isCommand(request, url)) return new Response(`Send ${LOCAL_HEADER}: 1\n`, { status: 403 })
  if (request.method !== 'POST') return new Response(null, { status: 405, headers: { allow: 'POST' } })
  if (url.pathname === SCHEDULED) return fire(url, env)
  if (url.pathname === MAIL) return takeMail(url, request, env)
  if (url.pathname === PEOPLE_PATH) return makePeople(url, env)
  if (url.pathname === LINKS_PATH) return makeLink(url, env)
  return new Response(null, { status: 404 })
}

function serveMain(request: LocalRequest, url: URL, env: Env, ctx: ExecutionContext): Response | Promise<Response> {
  const served = isLink(request, url) ? linkGateway : main
  if (request.headers.has('cf-connecting-ip')) return served.fetch(request, env, ctx)
  const headers = new Headers(request.headers)
  headers.set('cf-connecting-ip', '127.0.0.1')
  return served.fetch(new Request<unknown, IncomingRequestCfProperties>(request, { headers }), env, ctx)
}

/** True of a call that may be for a file or a page of the console, as where they are deployed (wrangler.toml, `[assets]`). */
const mayBeConsole = ({ method }: Request, { pathname }: URL): boolean =>
  (method === 'GET' || method === 'HEAD') && !isWorkerPath(pathname)

/**
 * The Worker as `npm start` serves it. The emulator's direct socket has no edge that would set the client's address, so
 * this does. What is deployed is worker/index.ts, which trusts `CF-Connecting-IP` alone.
 */
export default {
  ...main,
  fetch: edge<LocalEnv>(async (request, env, ctx) => {
    const url = new URL(request.url)
    if (url.pathname.startsWith(LOCAL)) return serveLocal(request, url, env)
    const elsewhere = toLocalhost(request, url)
    if (elsewhere) return elsewhere
    if (env.CONSOLE && mayBeConsole(request, url)) {
      const answer = await env.CONSOLE.fetch(request)
      if (answer.status !== 404) return answer
    }
    return serveMain(request, url, env, ctx)
  }),
} satisfies ExportedHandler<LocalEnv>
