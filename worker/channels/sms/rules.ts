import { hasFooter } from '#worker/domain/addresses/footer.ts'
import { personNumber, phoneNumber } from '#worker/domain/addresses/phone.ts'
import type { ChannelRules } from '#worker/domain/carriers/channel.ts'
import type { Need } from '#worker/domain/carriers/features.ts'
import { invalidField, Problem } from '#worker/domain/problem.ts'
import { fieldErrors } from '#worker/lib/json/input.ts'
import { fitsSegments, MAX_SEGMENTS, plainText, type SmsContent, smsContent } from './content.ts'
import { sender } from './numbers.ts'
import { measureText } from './segments.ts'

function withFooter(content: SmsContent, footer: string): SmsContent {
  if (hasFooter(content.text, footer)) return content
  const text = content.text + footer
  if (!fitsSegments(text))
    throw invalidField('/text', `must take at most ${MAX_SEGMENTS} segments with the footer that the line asks for`)
  return { text }
}

const NEEDS: readonly Need[] = ['outbound']

/** Rules of SMS: all that accepting a message takes, without the providers. */
export const smsRules: ChannelRules<SmsContent> = {
  name: 'sms',
  parse(body) {
    const plain = plainText(body)
    if (plain) return plain
    const parsed = smsContent.safeParse(body)
    if (parsed.success) return parsed.data
    throw new Problem('invalid-fields', { errors: fieldErrors(parsed.error) })
  },
  address: phoneNumber,
  person: personNumber,
  sender,
  measure: ({ text }) => measureText(text),
  withFooter,
  join: (parts) => ({ text: parts.map(({ text }) => text).join('') }),
  needs: () => NEEDS,
  withFiles: (content, files, missing = 0) => ({
    ...content,
    ...(files.length === 0 ? {} : { files }),
    ...(missing === 0 ? {} : { missing }),
  }),
  contentSchema: smsContent,
}
