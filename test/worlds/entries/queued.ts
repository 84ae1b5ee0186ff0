import type { Env } from '#worker/env.ts'
import worker from '#worker/index.ts'
import { toBase64, utf8 } from '#worker/lib/bytes.ts'
import { GuardObject as Guard } from '../../../durable-objects/guard.ts'
import { IdempotencyObject as Idempotency } from '../../../durable-objects/idempotency.ts'
import { PhoneObject as Phone } from '../../../durable-objects/phone.ts'
import { SessionObject as Session } from '../../../durable-objects/session.ts'
import { TenantObject as Tenant } from '../../../durable-objects/tenant.ts'
import { ThrottleObject as Throttle } from '../../../durable-objects/throttle.ts'
import { VerificationObject as Verification } from '../../../durable-objects/verification.ts'

/** A queue and a body that it was given, in base64; or an object that was put into the bucket, also one that is gone. */
export interface Queued {
  readonly queue: string
  readonly body: string
}

const queued: Queued[] = []
const bytesOf = (body: unknown): Uint8Array => {
  if (body instanceof ArrayBuffer) return new Uint8Array(body)
  return ArrayBuffer.isView(body)
    ? new Uint8Array(body.buffer, body.byteOffset, body.byteLength)
    : utf8(typeof body === 'string' ? body : (JSON.stringify(body) ?? ''))
}
const note = (queue: string, body: unknown): void => {
  queued.push({ queue, body: toBase64(bytesOf(body)) })
}

const noted = (name: string, queue: Queue): Queue =>
  ({
    send: (body: unknown, options?: QueueSendOptions) => {
      note(name, body)
      return queue.send(body, options)
    },
    sendBatch: (messages: Iterable<MessageSendRequest>, options?: QueueSendBatchOptions) => {
      const all = [...messages]
      for (const { body } of all) note(name, body)
      return queue.sendBatch(all, options)
    },
  }) as unknown as Queue

/** Notes what is put whole: what comes in as a stream stays, and is found in the bucket. */
const notedBucket = (bucket: R2Bucket): R2Bucket =>
  new Proxy(bucket, {
    get: (real, name) => {
      const member: unknown = Reflect.get(real, name)
      if (typeof member !== 'function') return member
      return (...args: unknown[]) => {
        const [key, body, options] = args
        if (name === 'put') note(`MEDIA ${String(key)}`, body instanceof ReadableStream ? null : body)
        if (name === 'put') note(`MEDIA ${String(key)}`, options)
        return Reflect.apply(member, real, args) as unknown
      }
    },
  })

const QUEUE = /^(?:SEND_[A-Z]+|REPORT|NOTIFY|NOTIFY_RETRY|AUDIT|SANDBOX)$/
const wrapped = new WeakMap<Env, Env>()

function notedEnv(env: Env): Env {
  const known = wrapped.get(env)
  if (known) return known
  const bindings = Object.entries(env).map(([name, binding]) => [
    name,
    QUEUE.test(name) ? noted(name, binding as Queue) : (binding as unknown),
  ])
  bindings.push(['MEDIA', notedBucket(env.MEDIA)])
  const made = Object.fromEntries(bindings) as Env
  wrapped.set(env, made)
  return made
}

export class SessionObject extends Session {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, notedEnv(env))
  }
}
export class GuardObject extends Guard {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, notedEnv(env))
  }
}
export class VerificationObject extends Verification {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, notedEnv(env))
  }
}
export { Idempotency as IdempotencyObject, Phone as PhoneObject, Tenant as TenantObject, Throttle as ThrottleObject }

/** The gateway with every body noted that a queue or the bucket is given; `GET /queued` tells them. */
export default {
  async fetch(request, env, ctx) {
    if (new URL(request.url).pathname === '/queued') return Response.json(queued)
    return worker.fetch(request, notedEnv(env), ctx)
  },
  queue: (batch, env, ctx) => worker.queue(batch, notedEnv(env), ctx),
  scheduled: (controller, env) => worker.scheduled(controller, notedEnv(env)),
  email: (message, env) => worker.email(message, notedEnv(env)),
} satisfies ExportedHandler<Env>
