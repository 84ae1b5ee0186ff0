import { callbackRouter } from '../callbacks.ts'
import { channels } from '../channels/index.ts'
import type { Env } from '../env.ts'
import { isPersonCall, peopleRouter } from '../people.ts'
import { platformFactory } from '../runtime.ts'

const platformOf = platformFactory(channels)
const callbacks = callbackRouter(platformOf)
const people = peopleRouter(platformOf)

/** The carriers' surface, and the people's. */
export default {
  fetch: (request, env) => (isPersonCall(request) ? people(request, env) : callbacks(request, env)),
} satisfies ExportedHandler<Env>
