import { invalidField } from '#worker/domain/problem.ts'
import { type Address, compactNumber, isDigits, isInternational } from './address.ts'
import { countryCodeLength, IRAN_AREA_CODES, NATIONAL_LENGTH } from './country-codes.ts'

/** Longest text that is looked at: a number of 15 digits with room for fillers. */
const MAX_INPUT = 64
/** ITU-T E.164, 6.2.1: most digits, country code included. */
const MAX_DIGITS = 15
/** The shortest assigned numbers have four digits after a country code of three (Niue, Saint Helena). */
const MIN_DIGITS = 7

const EXAMPLE = 'must be a phone number in E.164, such as +989121234567'

/** Why the digits after `+` are no phone number, or null if they may be one. */
function faultOf(digits: string): string | null {
  if (digits.length > MAX_DIGITS) return 'must be a phone number in E.164: at most 15 digits'
  if (digits.length < MIN_DIGITS) return 'must be a phone number in E.164: it has too few digits'
  const codeLength = countryCodeLength(digits)
  if (codeLength === 0) return 'must be a phone number in E.164: its country code is not assigned'
  const code = digits.slice(0, codeLength)
  const expected = NATIONAL_LENGTH[code]
  if (expected !== undefined && digits.length !== codeLength + expected)
    return `must be a phone number in E.164: +${code} is followed by ${expected} digits`
  if (code === '98' && digits[2] !== '9' && !IRAN_AREA_CODES.has(digits.slice(2, 4)))
    return 'must be a phone number in E.164: after +98 comes 9 or an area code (a line cannot receive)'
  return null
}

/** The digits of an international or Iranian national form; null if the text is neither. */
function internationalDigits(compact: string): string | null {
  if (isInternational(compact)) return compact.slice(1)
  if (!isDigits(compact)) return null
  if (compact.startsWith('00')) return compact.slice(2)
  if (compact.startsWith('0') && compact.length === 11) return `98${compact.slice(1)}`
  if (compact.startsWith('9') && compact.length === 10) return `98${compact}`
  if (compact.startsWith('98') && (compact.length === 12 || compact.length === 13)) return compact
  return null
}

/** `+98 (0)912 …`: the trunk prefix does not belong behind the country code, and no number in Iran starts with it. */
const dropTrunkZero = (digits: string): string =>
  digits.startsWith('980') && digits.length === 13 ? `98${digits.slice(3)}` : digits

/**
 * A phone number's canonical form, `+` and at most 15 digits, or a `Problem` that says what is wrong without repeating
 * the number. National forms are read as Iran's (docs/decisions/0002-numbers.md); other countries need `+` or `00`.
 */
export function phoneNumber(input: string): Address {
  if (isInternational(input) && faultOf(input.slice(1)) === null) return { kind: 'e164', value: input }
  const digits = input.length > MAX_INPUT ? null : internationalDigits(compactNumber(input))
  if (digits === null) throw invalidField('', EXAMPLE)
  const number = dropTrunkZero(digits)
  const fault = faultOf(number)
  if (fault !== null) throw invalidField('', fault)
  return { kind: 'e164', value: `+${number}` }
}
