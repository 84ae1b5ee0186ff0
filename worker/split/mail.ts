import { channelRules } from '#worker/channels/rules.ts'
import type { Env } from '#worker/env.ts'
import { mailHandler } from '#worker/mail.ts'
import { platformFactory } from '#worker/runtime.ts'

const onMail = mailHandler(platformFactory(channelRules))

/** Mail from outside: kept and queued here, worked by the consumer of the reports. */
export default {
  email: (message, env) => onMail(message, env),
} satisfies ExportedHandler<Env>
