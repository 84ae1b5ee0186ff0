import { invalidField } from '#worker/domain/problem.ts'
import { type Address, bracketedNumber, isDigits, isInternational, withoutBrackets } from './address.ts'
import { countryCodeLength } from './country-codes.ts'
import { nationalFault, planOf, type Reading, type Region, readIn } from './number-plans.ts'

/** Characters of the input: 15 digits with room for fillers. Longer input is refused unread. */
const MAX_INPUT = 64
/** Most digits, country code included (ITU-T E.164, 6.2.1). */
const MAX_DIGITS = 15
/** Fewest digits: the shortest assigned numbers have four after a country code of three (Niue, Saint Helena). */
const MIN_DIGITS = 7

const EXPECTED = 'must be a phone number in E.164'
const EXAMPLE = 'with + and country code, such as +989121234567'

/** Reason why the digits after `+` are no phone number; null if they may be one. */
function digitsFault(digits: string): string | null {
  if (digits.length > MAX_DIGITS) return 'at most 15 digits'
  if (digits.length < MIN_DIGITS) return 'it has too few digits'
  const codeLength = countryCodeLength(digits)
  if (codeLength === 0) return 'its country code is not assigned'
  const plan = planOf(digits.slice(0, codeLength))
  return plan ? nationalFault(plan, digits.slice(codeLength)) : null
}

/** Reads a text without fillers: with `+`, with `00`, or in the region's national form; null if it is none of these. */
function readNumber(compact: string, region: Region | null): Reading | null {
  if (isInternational(compact)) return { digits: compact.slice(1), codeAt: 1 }
  if (!isDigits(compact)) return null
  if (compact.startsWith('00')) return { digits: compact.slice(2), codeAt: 2 }
  return region ? readIn(region, compact) : null
}

/** Digits in the brackets that open after `behind` characters, brackets not counted; null if none open there. */
function inBrackets(bracketed: string, behind: number): string | null {
  for (const match of bracketed.matchAll(/\((\d+)\)/g))
    if (withoutBrackets(bracketed.slice(0, match.index)).length === behind) return match[1] ?? null
  return null
}

/** Number of digits at the beginning of a bracket that are for national dialling only. */
function trunkLength(inside: string, trunk: string | undefined): number {
  if (inside === '0') return 1
  if (trunk === undefined) return 0
  return inside === trunk || (trunk.startsWith('0') && inside.startsWith(trunk)) ? trunk.length : 0
}

/**
 * Drops the trunk prefix that ITU-T E.123 puts in brackets behind the country code, alone (`+44 (0)20 …`) or with the area
 * code (`+44 (020) …`). Where numbers begin with a zero of their own (Italy), the zero stays.
 */
function withoutTrunkInBrackets(digits: string, codeAt: number, bracketed: string): string {
  if (!bracketed.includes('(')) return digits
  const codeLength = countryCodeLength(digits)
  const inside = inBrackets(bracketed, codeAt + codeLength)
  const trunk = planOf(digits.slice(0, codeLength))?.trunk
  if (inside === null || trunk === null) return digits
  return digits.slice(0, codeLength) + digits.slice(codeLength + trunkLength(inside, trunk))
}

/** The refusal of a text that is no number: it says how to write one, also in the region's own form. */
function unreadable(region: Region | null): string {
  if (region === null) return `${EXPECTED}: write it ${EXAMPLE}`
  return `${EXPECTED}, ${EXAMPLE}, or one as it is dialled within ${region}`
}

/**
 * A phone number in the form to send to: `+` and at most 15 digits (ITU-T E.164). Throws a `Problem` that says what is
 * wrong without quoting the number. National forms are read as the region's; without a region `+` or `00` is needed
 * (docs/decisions/0015-who-is-meant.md). `personNumber` gives the form by which a person is found.
 */
export function phoneNumber(input: string, region: Region | null): Address {
  if (isInternational(input) && digitsFault(input.slice(1)) === null) return { kind: 'e164', value: input }
  if (input.length > MAX_INPUT) throw invalidField('', unreadable(region))
  const bracketed = bracketedNumber(input)
  const reading = readNumber(withoutBrackets(bracketed), region)
  if (reading === null) throw invalidField('', unreadable(region))
  const { digits, codeAt } = reading
  const number = codeAt === null ? digits : withoutTrunkInBrackets(digits, codeAt, bracketed)
  const fault = digitsFault(number)
  if (fault === null) return { kind: 'e164', value: `+${number}` }
  throw invalidField('', `${EXPECTED}${codeAt === null ? `, or one as it is dialled within ${region}` : ''}: ${fault}`)
}

/**
 * The one form of all numbers in E.164 that mean the same person: Mexico's 1, Argentina's 9 and Brazil's ninth digit make
 * no second person. Numbers of two persons never become one. For look-ups only: not always a form to send to.
 */
export function personNumber(e164: string): string {
  // A carrier may call a person by something that is no number: it stays as it came.
  if (!e164.startsWith('+')) return e164
  const codeEnd = 1 + countryCodeLength(e164.slice(1, 4))
  const plan = planOf(e164.slice(1, codeEnd))
  if (!plan?.spellings) return e164
  const national = e164.slice(codeEnd)
  const spelling = plan.spellings.find(({ written }) => written.test(national))
  return spelling ? `+${plan.code}${national.replace(spelling.written, spelling.meant)}` : e164
}
