import { channels } from '#worker/channels/index.ts'
import { consumer } from '#worker/consumer.ts'
import { cron } from '#worker/cron.ts'
import type { Env } from '#worker/env.ts'
import { platformFactory } from '#worker/runtime.ts'
import { deliver, sandboxBeside } from './deliver.ts'

const platformOf = platformFactory(channels, sandboxBeside)
const consume = consumer(platformOf, deliver)
const onCron = cron(platformOf)

/** Worker of reports, webhooks, the access log, dead letters and the crons. */
export default {
  queue: (batch, env, ctx) => consume(batch, env, ctx),
  scheduled: (controller, env) => onCron(controller, env),
} satisfies ExportedHandler<Env>
