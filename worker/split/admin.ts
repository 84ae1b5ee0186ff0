import { channels } from '#worker/channels/index.ts'
import { edge } from '#worker/edge.ts'
import type { Env } from '#worker/env.ts'
import { gateway } from '#worker/gateway.ts'
import { operatorResources } from '#worker/routes/operator-resources.ts'
import { documents, operations } from '#worker/routes/resources.ts'
import { platformFactory } from '#worker/runtime.ts'

const app = gateway(platformFactory(channels), [...operatorResources, ...documents], operations)

/**
 * Worker of the operators' API and of the documents, which describe every call. It knows every provider's settings, and
 * is reached through the public gateway only.
 */
export default {
  fetch: edge<Env>((request, env, ctx) => {
    if (new URL(request.url).pathname.startsWith('/v1/')) return new Response(null, { status: 404 })
    return app.fetch(request, env, ctx)
  }),
} satisfies ExportedHandler<Env>
