import type { Channel } from '../../domain/channel.ts'
import type { Need } from '../../domain/features.ts'
import { phoneNumber } from '../../domain/phone.ts'
import { Problem } from '../../domain/problem.ts'
import { fieldErrors } from '../../lib/json-input.ts'
import { type VoiceContent, voiceContent } from './content.ts'

const NEEDS: readonly Need[] = ['outbound']

/** Voice messages without the companies that carry them: all that accepting one takes. */
export const voiceRules: Omit<Channel<VoiceContent>, 'providers'> = {
  name: 'voice',
  parse(body) {
    const parsed = voiceContent.safeParse(body)
    if (parsed.success) return parsed.data
    throw new Problem('invalid-fields', { errors: fieldErrors(parsed.error) })
  },
  address: phoneNumber,
  sender: phoneNumber,
  measure: () => ({ units: 1, encoding: 'voice', parts: [1] }),
  withFooter: (content) => content,
  words: (content) => content.say?.text ?? null,
  join: (parts) => parts[0] as VoiceContent,
  needs: () => NEEDS,
  contentSchema: voiceContent,
}
