import { channels } from '#worker/channels/index.ts'
import type { Env } from '#worker/env.ts'
import { gateway } from '#worker/gateway.ts'
import { platformFactory } from '#worker/runtime.ts'

const app = gateway(platformFactory(channels))

/** Worker of the operators' API: it knows every provider's settings, and is reached through the public gateway only. */
export default {
  fetch(request, env, ctx) {
    if (new URL(request.url).pathname.startsWith('/admin/')) return app.fetch(request, env, ctx)
    return new Response(null, { status: 404 })
  },
} satisfies ExportedHandler<Env>
