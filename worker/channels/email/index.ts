import type { Channel } from '#worker/domain/carriers/channel.ts'
import { replyText } from '#worker/lib/mail/reply-text.ts'
import type { EmailContent } from './content.ts'
import { providers } from './providers.ts'
import { emailReceived } from './received.ts'
import { emailRules } from './rules.ts'

export type { EmailContent } from './content.ts'

export const email: Channel<EmailContent> = {
  ...emailRules,
  // The person's own words without what they quote. Where there are none, or the provider tells none, the subject is read as
  // words: mail programs unsubscribe by such mails, and a telephone may add its line to one.
  words: ({ subject, text = '', automatic }) =>
    automatic || typeof text !== 'string' ? null : replyText(text, subject) || subject || null,
  providers,
  receivedSchema: emailReceived,
}
