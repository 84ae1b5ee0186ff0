import { channelRules } from '#worker/channels/rules.ts'
import { edge } from '#worker/edge.ts'
import type { Env } from '#worker/env.ts'
import { gateway } from '#worker/gateway.ts'
import { liveness } from '#worker/routes/public/health.ts'
import { tenantResources } from '#worker/routes/tenant-resources.ts'
import { platformFactory } from '#worker/runtime.ts'

interface ApiEnv extends Env {
  readonly CALLBACKS: Fetcher
  readonly ADMIN: Fetcher
  readonly VERIFICATIONS: Fetcher
  readonly ACCOUNT: Fetcher
  readonly SIGN_IN: Fetcher
}

const app = gateway(platformFactory(channelRules), [...tenantResources, liveness])

/**
 * Public gateway: the calls of tenants' programs. It holds no provider, no operator's call and no documents; Workers behind it
 * serve carriers and people, operators, readers, verifications, what tenants manage and read up, and browsers.
 */
export default {
  fetch: edge<ApiEnv>((request, env, ctx) => {
    const { pathname } = new URL(request.url)
    if (/^\/(callbacks|p|files)\//.test(pathname)) return env.CALLBACKS.fetch(request)
    if (/^\/(admin\/|v1\/sandbox\/|docs(\/|$)|openapi\.json$)/.test(pathname)) return env.ADMIN.fetch(request)
    if (/^\/v1\/verifications(\/|$)/.test(pathname)) return env.VERIFICATIONS.fetch(request)
    if (pathname.startsWith('/v1/auth/') || pathname === '/.well-known/licensee') return env.SIGN_IN.fetch(request)
    if (
      /^\/v1\/(account|statistics|webhooks|sessions|suppressions|requests|disclosures|senders|members|invitations|keys)(\/|$)/.test(
        pathname,
      )
    )
      return env.ACCOUNT.fetch(request)
    if (/^\/v1\/messages\/[^/]+\/events$/.test(pathname)) return env.ACCOUNT.fetch(request)
    return app.fetch(request, env, ctx)
  }),
} satisfies ExportedHandler<ApiEnv>
