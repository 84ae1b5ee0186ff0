import { compactNumber } from '#worker/domain/addresses/address.ts'

const ELEVEN = 11
const digitsOf = (text: string): readonly number[] => [...text].map(Number)

/** National id of a person in Iran as it is kept: ten ASCII digits. */
export type NationalId = string & { readonly __nationalId: true }
/** National id of a legal person in Iran (شناسه ملی) as it is kept: eleven ASCII digits. */
type LegalId = string & { readonly __legalId: true }

/**
 * Reads a national id as people type it, in Persian, Arabic or ASCII digits; null: it has not ten digits, or the last one is not
 * the check digit of the nine before (mod 11). Equal digits throughout pass the sum and were given to nobody.
 */
export function nationalIdOf(text: string): NationalId | null {
  const id = compactNumber(text)
  if (!/^\d{10}$/.test(id) || /^(\d)\1{9}$/.test(id)) return null
  const digits = digitsOf(id)
  const rest = digits.slice(0, 9).reduce((sum, digit, n) => sum + digit * (10 - n), 0) % ELEVEN
  return digits[9] === (rest < 2 ? rest : ELEVEN - rest) ? (id as NationalId) : null
}

const LEGAL_WEIGHTS = [29, 27, 23, 19, 17] as const

/**
 * Reads the national id of a legal person as people type it; null: it has not eleven digits, its serial number is zero, or the
 * last one is not the check digit of the ten before (mod 11).
 */
export function legalIdOf(text: string): LegalId | null {
  const id = compactNumber(text)
  if (!/^\d{11}$/.test(id) || /^(\d)\1{10}$/.test(id) || /^\d{3}0{6}/.test(id)) return null
  const digits = digitsOf(id)
  const added = (digits[9] ?? 0) + 2
  const weighted = digits
    .slice(0, 10)
    .map((digit, n) => (digit + added) * (LEGAL_WEIGHTS[n % LEGAL_WEIGHTS.length] ?? 0))
  return digits[10] === (weighted.reduce((sum, one) => sum + one, 0) % ELEVEN) % 10 ? (id as LegalId) : null
}
