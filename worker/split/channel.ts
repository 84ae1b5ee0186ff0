import { consumer } from '#worker/consumer.ts'
import type { Channels } from '#worker/domain/carriers/channel.ts'
import type { Env, JobEnv } from '#worker/env.ts'
import { platformFactory } from '#worker/runtime.ts'
import { sandboxInside } from '#worker/sandbox/inside.ts'
import { deliver } from './deliver.ts'

const inside = (env: Env, jobEnv: JobEnv) => sandboxInside(jobEnv, (request) => deliver(request, env))

/**
 * Makes a Worker that sends on one channel: the consumer of its queue, with its providers only. `npm run split` writes an
 * entry file for each channel that gives its own, so that no script holds another's.
 */
export function sendingWorker(channel: Partial<Channels>) {
  const consume = consumer(platformFactory(channel, inside), deliver)
  return { queue: (batch, env, ctx) => consume(batch, env, ctx) } satisfies ExportedHandler<Env>
}
