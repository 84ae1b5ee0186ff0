import type { Channel } from '../../domain/channel.ts'
import type { Need } from '../../domain/features.ts'
import { Problem } from '../../domain/problem.ts'
import { fieldErrors } from '../../lib/json-input.ts'
import { type PushContent, pushContent } from './content.ts'

const NEEDS: readonly Need[] = ['outbound']

/** Push notifications without the companies that carry them: all that accepting one takes. */
export const pushRules: Omit<Channel<PushContent>, 'providers'> = {
  name: 'push',
  parse(body) {
    const parsed = pushContent.safeParse(body)
    if (parsed.success) return parsed.data
    throw new Problem('invalid-fields', { errors: fieldErrors(parsed.error) })
  },
  address: (input) => ({ kind: 'device', value: input }),
  sender: (input) => ({ kind: 'app', value: input }),
  measure: () => ({ units: 1, encoding: 'push', parts: [1] }),
  withFooter: (content) => content,
  words: (content) => content.body ?? content.title,
  join: (parts) => parts[0] as PushContent,
  needs: () => NEEDS,
  contentSchema: pushContent,
}
