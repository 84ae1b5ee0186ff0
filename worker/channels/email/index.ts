import type { Channel } from '#worker/domain/carriers/channel.ts'
import type { EmailContent } from './content.ts'
import { providers } from './providers.ts'
import { emailReceived } from './received.ts'
import { emailRules } from './rules.ts'

export type { EmailContent } from './content.ts'

export const email: Channel<EmailContent> = { ...emailRules, providers, receivedSchema: emailReceived }
