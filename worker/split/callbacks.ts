import { callbackRouter } from '#worker/callbacks.ts'
import { channels } from '#worker/channels/index.ts'
import { edge } from '#worker/edge.ts'
import type { Env } from '#worker/env.ts'
import { isPersonCall, peopleRouter } from '#worker/people.ts'
import { platformFactory } from '#worker/runtime.ts'

const platformOf = platformFactory(channels)
const callbacks = callbackRouter(platformOf)
const people = peopleRouter(platformOf)

/** Worker that takes the calls of carriers and of people's devices. */
export default {
  fetch: edge<Env>((request, env) => (isPersonCall(request) ? people(request, env) : callbacks(request, env))),
} satisfies ExportedHandler<Env>
