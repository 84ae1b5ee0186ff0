import { callbackRouter } from '#worker/callbacks.ts'
import { channels } from '#worker/channels/index.ts'
import type { Env } from '#worker/env.ts'
import { isPersonCall, peopleRouter } from '#worker/people.ts'
import { platformFactory } from '#worker/runtime.ts'

const platformOf = platformFactory(channels)
const callbacks = callbackRouter(platformOf)
const people = peopleRouter(platformOf)

/** The carriers' surface, and the people's. */
export default {
  fetch: (request, env) => (isPersonCall(request) ? people(request, env) : callbacks(request, env)),
} satisfies ExportedHandler<Env>
