import type { Channel } from '../../domain/channel.ts'
import type { Need } from '../../domain/features.ts'
import { Problem } from '../../domain/problem.ts'
import { fieldErrors } from '../../lib/json-input.ts'
import { type ChatContent, chatContent } from './content.ts'

const NEEDS: readonly Need[] = ['outbound']

/** Messengers without the companies that carry them: all that accepting one takes. */
export const chatRules: Omit<Channel<ChatContent>, 'providers'> = {
  name: 'chat',
  parse(body) {
    const parsed = chatContent.safeParse(body)
    if (parsed.success) return parsed.data
    throw new Problem('invalid-fields', { errors: fieldErrors(parsed.error) })
  },
  address: (input) => ({ kind: 'chat', value: input }),
  sender: (input) => ({ kind: 'chat', value: input }),
  measure: () => ({ units: 1, encoding: 'text', parts: [1] }),
  withFooter: (content) => content,
  words: (content) => content.text,
  join: (parts) => parts[0] as ChatContent,
  needs: () => NEEDS,
  contentSchema: chatContent,
}
