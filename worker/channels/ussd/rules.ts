import { countSeptets } from '#worker/domain/addresses/gsm7.ts'
import { personNumber, phoneNumber } from '#worker/domain/addresses/phone.ts'
import type { ChannelRules } from '#worker/domain/carriers/channel.ts'
import type { Need } from '#worker/domain/carriers/features.ts'
import { invalidField, Problem } from '#worker/domain/problem.ts'
import { cleanScreen, fitsScreen } from '#worker/domain/sessions/screen.ts'
import { fieldErrors } from '#worker/lib/json/input.ts'
import { ownersOf, serviceCode } from './code.ts'
import { type UssdContent, ussdContent } from './content.ts'

const NEEDS: readonly Need[] = ['outbound']

/** Rules of USSD: all that accepting a text takes, without the providers. */
export const ussdRules: ChannelRules<UssdContent> = {
  name: 'ussd',
  parse(body) {
    const parsed = ussdContent.safeParse(body)
    if (!parsed.success) throw new Problem('invalid-fields', { errors: fieldErrors(parsed.error) })
    const text = cleanScreen(parsed.data.text)
    if (text === '') throw invalidField('/text', 'must hold something to read')
    if (!fitsScreen(text))
      throw invalidField('/text', 'does not fit one screen: 80 characters, or 182 if all are of the GSM alphabet')
    return { text }
  },
  address: phoneNumber,
  person: personNumber,
  sender: serviceCode,
  senderKeys: ownersOf,
  measure({ text }) {
    const septets = countSeptets(text)
    return septets < 0
      ? { units: 1, encoding: 'ucs-2', parts: [text.length] }
      : { units: 1, encoding: 'gsm-7', parts: [septets] }
  },
  // No footer: the one screen has no room for it.
  withFooter: (content) => content,
  join: (parts) => parts[0] as UssdContent,
  needs: () => NEEDS,
  contentSchema: ussdContent,
}
