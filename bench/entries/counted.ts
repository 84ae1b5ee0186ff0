import type { Env } from '#worker/env.ts'
import main from '#worker/index.ts'
import { newCounts, type Spy, spyEnv } from '../spy.ts'

const spy: Spy = { counts: newCounts(), recording: null }
let made: { readonly from: Env; readonly env: Env } | null = null

function spiedEnv(env: Env): Env {
  if (made?.from !== env) made = { from: env, env: spyEnv(env, spy) }
  return made.env
}

async function fire(url: URL, env: Env): Promise<Response> {
  const cron = url.searchParams.get('cron') ?? ''
  const scheduledTime = Number(url.searchParams.get('time'))
  await main.scheduled({ cron, scheduledTime, noRetry: () => {} }, spiedEnv(env))
  return new Response(null, { status: 204 })
}

function control(url: URL): Response {
  if (url.pathname === '/bench/recorded') {
    const { recording } = spy
    spy.recording = null
    return Response.json(recording)
  }
  if (url.pathname === '/bench/reset') {
    spy.counts = newCounts()
    spy.recording = url.searchParams.has('record') ? [] : null
  }
  return Response.json(spy.counts)
}

/** The whole gateway with everything it asks of the platform counted, or recorded to be run again bare. */
export default {
  fetch(
    request: Request<unknown, IncomingRequestCfProperties>,
    env: Env,
    ctx: ExecutionContext,
  ): Response | Promise<Response> {
    const url = new URL(request.url)
    if (url.pathname === '/bench/scheduled') return fire(url, env)
    if (url.pathname.startsWith('/bench/')) return control(url)
    return main.fetch(request, spiedEnv(env), ctx)
  },
  queue(batch: MessageBatch<unknown>, env: Env, ctx: ExecutionContext): Promise<void> {
    spy.counts.queueBatches++
    return main.queue(batch, spiedEnv(env), ctx)
  },
}
