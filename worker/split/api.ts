import { channelRules } from '#worker/channels/rules.ts'
import type { Env } from '#worker/env.ts'
import { gateway } from '#worker/gateway.ts'
import { platformFactory } from '#worker/runtime.ts'

interface ApiEnv extends Env {
  readonly CALLBACKS: Fetcher
  readonly ADMIN: Fetcher
}

const app = gateway(platformFactory(channelRules))

/** Public gateway: tenants' calls. It holds no provider; Workers behind it serve operators and carriers. */
export default {
  fetch(request, env, ctx) {
    const { pathname } = new URL(request.url)
    if (/^\/(callbacks|p|files)\//.test(pathname)) return env.CALLBACKS.fetch(request)
    if (pathname.startsWith('/admin/')) return env.ADMIN.fetch(request)
    return app.fetch(request, env, ctx)
  },
} satisfies ExportedHandler<ApiEnv>
