import type { Env } from '#worker/env.ts'
import main from '#worker/index.ts'
import { toBase64 } from '#worker/lib/bytes.ts'

/** What the last request queued: told by GET /bench/envelopes, so that the floor queues the same bytes. */
let envelopes: readonly string[] = []
let recording = false
let made: { readonly from: Env; readonly env: Env } | null = null

const recorded = (queue: Env['SEND_SMS']): Env['SEND_SMS'] =>
  ({
    send(body: unknown, options: unknown) {
      envelopes = [toBase64(body as Uint8Array)]
      return queue.send(body as never, options as never)
    },
    sendBatch(messages: readonly { readonly body: unknown }[]) {
      envelopes = messages.map(({ body }) => toBase64(body as Uint8Array))
      return queue.sendBatch(messages as never)
    },
  }) as unknown as Env['SEND_SMS']

/** The gateway as it is, with a consumer that does nothing. */
export default {
  fetch(
    request: Request<unknown, IncomingRequestCfProperties>,
    env: Env,
    ctx: ExecutionContext,
  ): Response | Promise<Response> {
    if (request.url.endsWith('/bench/record')) {
      recording = true
      return new Response(null, { status: 204 })
    }
    if (request.url.endsWith('/bench/envelopes')) {
      recording = false
      return Response.json(envelopes)
    }
    if (!recording) return main.fetch(request, env, ctx)
    if (made?.from !== env) made = { from: env, env: { ...env, SEND_SMS: recorded(env.SEND_SMS) } }
    return main.fetch(request, made.env, ctx)
  },
  queue(): void {},
}
