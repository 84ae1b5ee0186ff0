import { callbackRouter } from '#worker/callbacks.ts'
import { channels } from '#worker/channels/index.ts'
import { consumer } from '#worker/consumer.ts'
import { cron } from '#worker/cron.ts'
import type { Channels } from '#worker/domain/carriers/channel.ts'
import type { Env } from '#worker/env.ts'
import { gateway } from '#worker/gateway.ts'
import { isPersonCall, peopleRouter } from '#worker/people.ts'
import { operations, resources } from '#worker/routes/resources.ts'
import { platformFactory } from '#worker/runtime.ts'
import { fileChannel } from '../players/file-channel.ts'

export { GuardObject } from '../../../durable-objects/guard.ts'
export { IdempotencyObject } from '../../../durable-objects/idempotency.ts'
export { PhoneObject } from '../../../durable-objects/phone.ts'
export { SessionObject } from '../../../durable-objects/session.ts'
export { TenantObject } from '../../../durable-objects/tenant.ts'
export { ThrottleObject } from '../../../durable-objects/throttle.ts'
export { VerificationObject } from '../../../durable-objects/verification.ts'

const withFiles = Object.assign(Object.create(null) as object, channels, { chat: fileChannel }) as Channels
const platformOf = platformFactory(withFiles)
const callbacks = callbackRouter(platformOf)
const people = peopleRouter(platformOf)
const app = gateway(platformOf, resources, operations)
const consume = consumer(platformOf, callbacks)
const onCron = cron(platformOf)

/** How often the bucket's calls of this name still fail. */
const failing = new Map<string, number>()

let wrapped: { readonly env: Env; readonly faulty: Env } | null = null
/** The bindings with a bucket that fails as told. */
function faultyEnv(env: Env): Env {
  if (wrapped?.env === env) return wrapped.faulty
  const bucket = new Proxy(env.MEDIA, {
    get(target, name) {
      const call = Reflect.get(target, name) as (...values: unknown[]) => unknown
      return async (...values: unknown[]) => {
        const left = failing.get(String(name)) ?? 0
        failing.set(String(name), Math.max(0, left - 1))
        if (left > 0) throw new Error('R2: internal error (10001)')
        return call.apply(target, values)
      }
    },
  })
  const queue = {
    async send(body: Uint8Array<ArrayBuffer>, options?: QueueSendOptions) {
      await env.SEND_CHAT.send(body, options)
      const left = failing.get('queue') ?? 0
      failing.set('queue', Math.max(0, left - 1))
      if (left > 0) throw new Error('Queue send failed: the connection was lost')
    },
  } as unknown as Env['SEND_CHAT']
  wrapped = { env, faulty: { ...env, MEDIA: bucket, SEND_CHAT: queue } }
  return wrapped.faulty
}

/**
 * The gateway with a channel of files in the place of `chat`; `POST /faults` makes the bucket's calls fail, and the queue lose
 * its answers.
 */
export default {
  async fetch(request, env, ctx) {
    const { pathname } = new URL(request.url)
    if (pathname === '/faults') {
      for (const [name, times] of Object.entries((await request.json()) as Record<string, number>))
        failing.set(name, times)
      return new Response(null, { status: 204 })
    }
    const faulty = faultyEnv(env)
    if (pathname.startsWith('/callbacks/')) return callbacks(request, faulty)
    return isPersonCall(request) ? people(request, faulty) : app.fetch(request, faulty, ctx)
  },
  queue: (batch, env, ctx) => consume(batch, faultyEnv(env), ctx),
  scheduled: (controller, env) => onCron(controller, faultyEnv(env)),
} satisfies ExportedHandler<Env>
