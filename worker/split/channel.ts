import { consumer } from '#worker/consumer.ts'
import type { Channels } from '#worker/domain/carriers/channel.ts'
import type { Env } from '#worker/env.ts'
import { platformFactory } from '#worker/runtime.ts'
import { deliver, sandboxBeside } from './deliver.ts'

/**
 * Makes a Worker that sends on one channel: the consumer of its queue, with its providers only. `npm run split` writes an
 * entry file for each channel that gives its own, so that no script holds another's.
 */
export function sendingWorker(channel: Partial<Channels>) {
  const consume = consumer(platformFactory(channel, sandboxBeside), deliver)
  return { queue: (batch, env, ctx) => consume(batch, env, ctx) } satisfies ExportedHandler<Env>
}
