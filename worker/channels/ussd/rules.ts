import type { Channel } from '../../domain/channel.ts'
import type { Need } from '../../domain/features.ts'
import { phoneNumber } from '../../domain/phone.ts'
import { Problem } from '../../domain/problem.ts'
import { fieldErrors } from '../../lib/json-input.ts'
import { type UssdContent, ussdContent } from './content.ts'

const NEEDS: readonly Need[] = ['outbound']

/** USSD without the companies that carry them: all that accepting one takes. */
export const ussdRules: Omit<Channel<UssdContent>, 'providers'> = {
  name: 'ussd',
  parse(body) {
    const parsed = ussdContent.safeParse(body)
    if (parsed.success) return parsed.data
    throw new Problem('invalid-fields', { errors: fieldErrors(parsed.error) })
  },
  address: phoneNumber,
  sender: phoneNumber,
  measure: () => ({ units: 1, encoding: 'ussd', parts: [1] }),
  withFooter: (content) => content,
  words: (content) => content.text,
  join: (parts) => parts[0] as UssdContent,
  needs: () => NEEDS,
  contentSchema: ussdContent,
}
