import type { Channel } from '#worker/domain/carriers/channel.ts'
import type { ChatContent } from './content.ts'
import { providers } from './providers.ts'
import { chatReceived } from './received.ts'
import { chatRules } from './rules.ts'

export type { ChatContent } from './content.ts'

export const chat: Channel<ChatContent> = {
  ...chatRules,
  words: ({ text }) => (text === undefined || text.trim() === '' ? null : text),
  providers,
  receivedSchema: chatReceived,
}
