import type { Channel } from '#worker/domain/carriers/channel.ts'
import type { UssdContent } from './content.ts'
import { providers } from './providers.ts'
import { ussdReceived } from './received.ts'
import { ussdRules } from './rules.ts'

export type { UssdContent } from './content.ts'

export const ussd: Channel<UssdContent> = {
  ...ussdRules,
  words: (content) => content.text,
  providers,
  receivedSchema: ussdReceived,
}
