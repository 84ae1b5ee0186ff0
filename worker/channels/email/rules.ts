import type { Channel } from '../../domain/channel.ts'
import type { Need } from '../../domain/features.ts'
import { Problem } from '../../domain/problem.ts'
import { fieldErrors } from '../../lib/json-input.ts'
import { type EmailContent, emailContent } from './content.ts'

const NEEDS: readonly Need[] = ['outbound']

/** E-mail without the companies that carry them: all that accepting one takes. */
export const emailRules: Omit<Channel<EmailContent>, 'providers'> = {
  name: 'email',
  parse(body) {
    const parsed = emailContent.safeParse(body)
    if (parsed.success) return parsed.data
    throw new Problem('invalid-fields', { errors: fieldErrors(parsed.error) })
  },
  address: (input) => ({ kind: 'email', value: input.toLowerCase() }),
  sender: (input) => ({ kind: input.startsWith('@') ? 'domain' : 'email', value: input.toLowerCase() }),
  measure: () => ({ units: 1, encoding: 'mime', parts: [1] }),
  withFooter: (content) => content,
  words: (content) => content.text,
  join: (parts) => parts[0] as EmailContent,
  needs: () => NEEDS,
  contentSchema: emailContent,
}
