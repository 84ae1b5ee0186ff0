import { sms } from '#worker/channels/sms/index.ts'
import { consumer } from '#worker/consumer.ts'
import type { Env } from '#worker/env.ts'
import { platformFactory } from '#worker/runtime.ts'
import { sandboxInside } from '#worker/sandbox/inside.ts'
import { deliver } from './deliver.ts'

const inside = (env: Env) => sandboxInside(env, (request) => deliver(request, env))
const consume = consumer(platformFactory({ sms }, inside), deliver)

/** Sends on this channel: the consumer of its queue, with its providers only. Written by `npm run split`: change local/split.ts. */
export default {
  queue: (batch, env) => consume(batch, env),
} satisfies ExportedHandler<Env>
