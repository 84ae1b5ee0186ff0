import { callbackRouter } from '../callbacks.ts'
import { channels } from '../channels/index.ts'
import type { Env } from '../env.ts'
import { platformFactory } from '../runtime.ts'

const callbacks = callbackRouter(platformFactory(channels))

/** The carriers' surface. */
export default {
  fetch: (request, env) => callbacks(request, env),
} satisfies ExportedHandler<Env>
