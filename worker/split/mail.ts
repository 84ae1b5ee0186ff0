import { channelRules } from '../channels/rules.ts'
import type { Env } from '../env.ts'
import { mailHandler } from '../mail.ts'
import { platformFactory } from '../runtime.ts'

const onMail = mailHandler(platformFactory(channelRules))

/** Mail from outside: kept and queued here, worked by the consumer of the reports. */
export default {
  email: (message, env) => onMail(message, env),
} satisfies ExportedHandler<Env>
