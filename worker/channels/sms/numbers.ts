import { type Address, compactNumber, isDigits } from '../../domain/address.ts'
import { countSeptets } from '../../domain/gsm7.ts'
import { phoneNumber } from '../../domain/phone.ts'
import { invalidField } from '../../domain/problem.ts'

/** Longest sender that is looked at. */
const MAX_INPUT = 64
/** 3GPP TS 23.040, 9.1.2.5: an alphanumeric address has ten octets, which hold eleven septets. */
const MAX_NAME = 11
/** Bare digits up to this many are a short code, above it a line. */
const MAX_SHORTCODE = 6
const MAX_LINE = 14

/** Letters that GSM-7 has. */
const LETTER = /\p{L}/u
const CONTROL = /\p{Cc}/u

function name(text: string): Address {
  if (!LETTER.test(text)) throw invalidField('', 'a sender is +country number, 3 to 14 digits, or a name with a letter')
  const septets = CONTROL.test(text) ? -1 : countSeptets(text)
  if (septets < 0) throw invalidField('', 'a sender’s name may hold only characters of the GSM alphabet')
  if (septets > MAX_NAME) throw invalidField('', `a sender’s name has at most ${MAX_NAME} characters`)
  return { kind: 'alphanumeric', value: text }
}

function line(digits: string): Address {
  if (digits.length < 3 || digits.length > MAX_LINE) throw invalidField('', 'a line has 3 to 14 digits, as issued')
  if (digits.startsWith('00')) throw invalidField('', 'write an international number with +')
  const kind = digits.length <= MAX_SHORTCODE && !digits.startsWith('0') ? 'shortcode' : 'line'
  return { kind, value: digits }
}

/**
 * A sender's canonical form, or a `Problem`. Only a leading `+` makes it a phone number; bare digits stay as issued
 * (`10004346`, `02191001234`) and no phone parser sees them (requirements R-1): 3 to 6 are a short code, 7 to 14 or a
 * leading zero a line. Anything with a letter is a name of at most 11 GSM characters.
 */
export function sender(input: string): Address {
  if (input.length > MAX_INPUT) throw invalidField('', 'a sender is too long')
  const compact = compactNumber(input)
  if (compact.startsWith('+')) return phoneNumber(compact)
  return isDigits(compact) ? line(compact) : name(input.trim())
}
