import type { Channel } from '#worker/domain/carriers/channel.ts'
import { scriptOf, type VoiceContent } from './content.ts'
import { providers } from './providers.ts'
import { voiceReceived } from './received.ts'
import { voiceRules } from './rules.ts'

export type { VoiceContent } from './content.ts'

export const voice: Channel<VoiceContent> = {
  ...voiceRules,
  words: (content) => scriptOf(content)?.say?.text ?? null,
  providers,
  receivedSchema: voiceReceived,
}
