import { channelRules } from '#worker/channels/rules.ts'
import { edge } from '#worker/edge.ts'
import type { Env } from '#worker/env.ts'
import { gateway } from '#worker/gateway.ts'
import { verificationResources } from '#worker/routes/tenant-resources.ts'
import { platformFactory } from '#worker/runtime.ts'

const app = gateway(platformFactory(channelRules), verificationResources)

/** Worker of verifications, behind the public gateway. Its sign-in, limits and sends are the gateway's own code. */
export default {
  fetch: edge<Env>((request, env, ctx) => app.fetch(request, env, ctx)),
} satisfies ExportedHandler<Env>
