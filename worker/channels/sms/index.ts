import type { Channel } from '#worker/domain/carriers/channel.ts'
import type { SmsContent } from './content.ts'
import { providers } from './providers.ts'
import { smsReceived } from './received.ts'
import { smsRules } from './rules.ts'

export type { SmsContent } from './content.ts'
export { measureText } from './segments.ts'

export const sms: Channel<SmsContent> = {
  ...smsRules,
  words: ({ text }) => (text.trim() === '' ? null : text),
  providers,
  receivedSchema: smsReceived,
}
