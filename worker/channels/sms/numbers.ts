import type { Address } from '#worker/domain/addresses/address.ts'
import { countSeptets } from '#worker/domain/addresses/gsm7.ts'
import { numberSender } from '#worker/domain/addresses/line.ts'
import { invalidField } from '#worker/domain/problem.ts'

/** Most septets of a name: an alphanumeric address has ten octets (3GPP TS 23.040, 9.1.2.5). */
const MAX_NAME = 11

const LETTER = /\p{L}/u
const CONTROL = /\p{Cc}/u

function name(text: string): Address {
  if (!LETTER.test(text)) throw invalidField('', 'a sender is +country number, 3 to 14 digits, or a name with a letter')
  const septets = CONTROL.test(text) ? -1 : countSeptets(text)
  if (septets < 0) throw invalidField('', 'a sender’s name may hold only characters of the GSM alphabet')
  if (septets > MAX_NAME) throw invalidField('', `a sender’s name has at most ${MAX_NAME} characters`)
  return { kind: 'alphanumeric', value: text }
}

/**
 * Gives a sender's canonical form: a number (domain/addresses/line.ts), or a name of at most 11 GSM characters. Throws a
 * `Problem`.
 */
export const sender = (input: string): Address => numberSender(input) ?? name(input.trim())
