import { channelRules } from '#worker/channels/rules.ts'
import { edge } from '#worker/edge.ts'
import type { Env } from '#worker/env.ts'
import { gateway } from '#worker/gateway.ts'
import { accountResources } from '#worker/routes/tenant-resources.ts'
import { platformFactory } from '#worker/runtime.ts'

const app = gateway(platformFactory(channelRules), accountResources)

/**
 * Worker of what tenants manage and read up now and then, behind the public gateway. Its sign-in and limits are the gateway's
 * own code.
 */
export default {
  fetch: edge<Env>((request, env, ctx) => app.fetch(request, env, ctx)),
} satisfies ExportedHandler<Env>
