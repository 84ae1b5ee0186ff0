import { channelRules } from '#worker/channels/rules.ts'
import type { Env } from '#worker/env.ts'
import { mailHandler } from '#worker/mail.ts'
import { platformFactory } from '#worker/runtime.ts'

const onMail = mailHandler(platformFactory(channelRules))

/** Worker that stores and queues mail from outside; the consumer of the reports reads it. */
export default {
  email: (message, env) => onMail(message, env),
} satisfies ExportedHandler<Env>
