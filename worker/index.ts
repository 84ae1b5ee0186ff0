import { channels } from '#worker/channels/index.ts'
import { signedIn } from '#worker/middleware/signed-in.ts'
import { operations, resources } from '#worker/routes/resources.ts'
import { sandboxInside } from '#worker/sandbox/inside.ts'
import { callbackRouter } from './callbacks.ts'
import { consumer } from './consumer.ts'
import { cron } from './cron.ts'
import { edge, isCallback } from './edge.ts'
import type { Env } from './env.ts'
import { gateway } from './gateway.ts'
import { mailHandler } from './mail.ts'
import { isPersonCall, peopleRouter } from './people.ts'
import { platformFactory } from './runtime.ts'

export { GuardObject } from '../durable-objects/guard.ts'
export { IdempotencyObject } from '../durable-objects/idempotency.ts'
export { PhoneObject } from '../durable-objects/phone.ts'
export { SessionObject } from '../durable-objects/session.ts'
export { TenantObject } from '../durable-objects/tenant.ts'
export { ThrottleObject } from '../durable-objects/throttle.ts'
export { VerificationObject } from '../durable-objects/verification.ts'

const platformOf = platformFactory(channels, (env, jobEnv, config) =>
  sandboxInside(jobEnv, config, (request) => callbacks(request, env)),
)
const callbacks = callbackRouter(platformOf)
const people = peopleRouter(platformOf)
const app = gateway(platformOf, resources, operations, signedIn)
const consume = consumer(platformOf, callbacks)
const onCron = cron(platformOf)
const onMail = mailHandler(platformOf)

/** Entry of the script that does everything: tenants, carriers, people, queues, crons and mail. */
export default {
  fetch: edge<Env>((request, env, ctx) => {
    if (isCallback(request)) return callbacks(request, env)
    return isPersonCall(request) ? people(request, env) : app.fetch(request, env, ctx)
  }),
  queue: (batch, env, ctx) => consume(batch, env, ctx),
  scheduled: (controller, env) => onCron(controller, env),
  email: (message, env) => onMail(message, env),
} satisfies ExportedHandler<Env>
