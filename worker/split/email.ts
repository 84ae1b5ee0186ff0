import { email } from '../channels/email/index.ts'
import { consumer } from '../consumer.ts'
import type { Env } from '../env.ts'
import { platformFactory } from '../runtime.ts'
import { sandboxInside } from '../sandbox/inside.ts'
import { deliver } from './deliver.ts'

const inside = (env: Env) => sandboxInside(env, (request) => deliver(request, env))
const consume = consumer(platformFactory({ email }, inside), deliver)

/** Sends e-mail: the consumer of its queue, with the providers of this channel only. */
export default {
  queue: (batch, env) => consume(batch, env),
} satisfies ExportedHandler<Env>
