import { channels } from '#worker/channels/index.ts'
import type { Env } from '#worker/env.ts'
import { gateway } from '#worker/gateway.ts'
import { platformFactory } from '#worker/runtime.ts'

const app = gateway(platformFactory(channels))

/** The operators' surface: knows every provider's settings. Reached through the public gateway only. */
export default {
  fetch(request, env, ctx) {
    if (new URL(request.url).pathname.startsWith('/admin/')) return app.fetch(request, env, ctx)
    return new Response(null, { status: 404 })
  },
} satisfies ExportedHandler<Env>
