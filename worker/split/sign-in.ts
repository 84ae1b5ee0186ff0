import { channelRules } from '#worker/channels/rules.ts'
import { edge } from '#worker/edge.ts'
import type { Env } from '#worker/env.ts'
import { gateway } from '#worker/gateway.ts'
import { signedIn } from '#worker/middleware/signed-in.ts'
import { signInResources } from '#worker/routes/people/sign-in-resources.ts'
import { platformFactory } from '#worker/runtime.ts'

const app = gateway(platformFactory(channelRules), signInResources, [], signedIn)

/** Worker of people's own affairs, behind the public gateway: the one place where the cookie of a browser counts. */
export default {
  fetch: edge<Env>((request, env, ctx) => app.fetch(request, env, ctx)),
} satisfies ExportedHandler<Env>
