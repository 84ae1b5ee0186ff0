import type { Channel } from '#worker/domain/carriers/channel.ts'
import type { PushContent } from './content.ts'
import { providers } from './providers.ts'
import { pushReceived } from './received.ts'
import { isReply, pushRules } from './rules.ts'

export type { PushContent } from './content.ts'

export const push: Channel<PushContent> = {
  ...pushRules,
  words: (content) => (isReply(content) ? content.text : (content.body ?? content.title)),
  providers,
  receivedSchema: pushReceived,
}
