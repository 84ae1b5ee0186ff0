import { channels } from '#worker/channels/index.ts'
import { edge } from '#worker/edge.ts'
import type { Env } from '#worker/env.ts'
import { gateway } from '#worker/gateway.ts'
import { operatorResources } from '#worker/routes/operator-resources.ts'
import { documents, operations } from '#worker/routes/resources.ts'
import { phone } from '#worker/routes/v1/phone.ts'
import { platformFactory } from '#worker/runtime.ts'
import { sandboxBeside } from './deliver.ts'

const resources = [phone, ...operatorResources, ...documents]
const app = gateway(platformFactory(channels, sandboxBeside), resources, operations)

/**
 * Worker of the operators' API, of the documents, which describe every call, and of the test telephones, which take the carrier
 * of test. It knows every provider's settings, and is reached through the public gateway only.
 */
export default {
  fetch: edge<Env>((request, env, ctx) => {
    if (/^\/v1\/(?!sandbox\/)/.test(new URL(request.url).pathname)) return new Response(null, { status: 404 })
    return app.fetch(request, env, ctx)
  }),
} satisfies ExportedHandler<Env>
