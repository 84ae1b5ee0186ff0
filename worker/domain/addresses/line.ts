import { invalidField } from '#worker/domain/problem.ts'
import { type Address, compactNumber, isDigits } from './address.ts'
import { phoneNumber } from './phone.ts'

/** Characters of a sender; longer input is refused unread. */
const MAX_SENDER = 64
/** Bare digits up to this many are a short code, more of them a line. */
const MAX_SHORTCODE = 6
const MAX_LINE = 14

/** A sender of bare digits: 3 to 6 of them are a short code, 7 to 14 or a leading zero a line. Throws a `Problem` for others. */
function line(digits: string): Address {
  if (digits.length < 3 || digits.length > MAX_LINE) throw invalidField('', 'a line has 3 to 14 digits, as issued')
  if (digits.startsWith('00')) throw invalidField('', 'write an international number with +')
  const kind = digits.length <= MAX_SHORTCODE && !digits.startsWith('0') ? 'shortcode' : 'line'
  return { kind, value: digits }
}

/**
 * A sender that is a number; null if the text is none, a `Problem` if it is a wrong one. Only a leading `+` makes it a
 * phone number; bare digits stay as the operator issued them (`10004346`, `02191001234`) and no phone parser sees them
 * (requirements R-1).
 */
export function numberSender(input: string): Address | null {
  if (input.length > MAX_SENDER) throw invalidField('', 'a sender is too long')
  const compact = compactNumber(input)
  if (compact.startsWith('+')) return phoneNumber(input, null)
  return isDigits(compact) ? line(compact) : null
}
