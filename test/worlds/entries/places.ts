import type { Env } from '#worker/env.ts'
import worker from '#worker/index.ts'

export { GuardObject } from '../../../durable-objects/guard.ts'
export { IdempotencyObject } from '../../../durable-objects/idempotency.ts'
export { PhoneObject } from '../../../durable-objects/phone.ts'
export { SessionObject } from '../../../durable-objects/session.ts'
export { TenantObject } from '../../../durable-objects/tenant.ts'
export { ThrottleObject } from '../../../durable-objects/throttle.ts'
export { VerificationObject } from '../../../durable-objects/verification.ts'

/** How an object was asked for. The runtime of the tests knows no places: what the namespace is told is all that can be seen. */
export interface Asked {
  readonly binding: string
  readonly name: string
  readonly location: string | null
  readonly jurisdiction: string | null
}

const asked: Asked[] = []

interface Namespace {
  getByName(name: string, options?: { readonly locationHint?: string }): object
}

const watched = (binding: string, real: Namespace, jurisdiction: string | null = null): unknown => ({
  getByName: (name: string, options?: { readonly locationHint?: string }) => {
    asked.push({ binding, name, location: options?.locationHint ?? null, jurisdiction })
    return real.getByName(name)
  },
  jurisdiction: (territory: string) => watched(binding, real, territory),
})

let made: { readonly from: Env; readonly env: Env } | null = null
function watchedEnv(from: Env): Env {
  if (made?.from === from) return made.env
  const objects = ['TENANT', 'IDEMPOTENCY', 'THROTTLE', 'SESSION', 'PHONE', 'VERIFICATION', 'GUARD'] as const
  const seen = objects.map((name) => [name, watched(name, from[name] as unknown as Namespace)])
  made = { from, env: { ...from, ...Object.fromEntries(seen) } }
  return made.env
}

/** The gateway, and by `GET /hops` how it asked for its objects. */
export default {
  fetch: (request, env, ctx) =>
    new URL(request.url).pathname === '/hops' ? Response.json(asked) : worker.fetch(request, watchedEnv(env), ctx),
  queue: (batch, env, ctx) => worker.queue(batch, watchedEnv(env), ctx),
  scheduled: (controller, env) => worker.scheduled(controller, watchedEnv(env)),
} satisfies ExportedHandler<Env>
