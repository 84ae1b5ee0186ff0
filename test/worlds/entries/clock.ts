import type { Env } from '#worker/env.ts'
import worker from '#worker/index.ts'

export { GuardObject } from '../../../durable-objects/guard.ts'
export { IdempotencyObject } from '../../../durable-objects/idempotency.ts'
export { PhoneObject } from '../../../durable-objects/phone.ts'
export { SessionObject } from '../../../durable-objects/session.ts'
export { TenantObject } from '../../../durable-objects/tenant.ts'
export { ThrottleObject } from '../../../durable-objects/throttle.ts'
export { VerificationObject } from '../../../durable-objects/verification.ts'

let ahead = 0
const real = Date.now
/** The time of this isolate, which goes on from where it is put. */
class Clock extends Date {
  constructor(...given: readonly unknown[]) {
    if (given.length === 0) super(Clock.now())
    else super(...(given as [number]))
  }
  static override now(): number {
    return real() + ahead
  }
}
globalThis.Date = Clock as DateConstructor

/** A request as Cloudflare passes it on that came from the network whose number `x-asn` is. */
function placed<Incoming extends Request>(request: Incoming): Incoming {
  const asn = request.headers.get('x-asn')
  return asn === null
    ? request
    : (new Request(request, { cf: { asn: Number(asn) } as RequestInitCfProperties }) as Incoming)
}

/** The gateway with a clock that `POST /clock` puts to a time; an isolate each, so that every one is put. */
export default {
  async fetch(request, env, ctx) {
    if (new URL(request.url).pathname !== '/clock') return worker.fetch(placed(request), env, ctx)
    ahead = Number(await request.text()) - real()
    return new Response(null, { status: 204 })
  },
  queue: (batch, env, ctx) => worker.queue(batch, env, ctx),
  scheduled: (controller, env) => worker.scheduled(controller, env),
  email: (message, env) => worker.email(message, env),
} satisfies ExportedHandler<Env>
