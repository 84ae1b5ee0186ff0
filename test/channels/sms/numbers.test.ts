import { describe, expect, it } from 'vitest'
import { sender } from '#worker/channels/sms/numbers.ts'
import { Problem } from '#worker/domain/problem.ts'

const detailOf = (input: string): string => {
  try {
    sender(input)
  } catch (error) {
    if (error instanceof Problem) return error.options.errors?.[0]?.detail ?? ''
    throw error
  }
  return 'was taken'
}

describe('sender', () => {
  it.each([
    ['10004346', 'line', '10004346'],
    ['3000505', 'line', '3000505'],
    ['۱۰۰۰۴۳۴۶', 'line', '10004346'],
    ['1000 4346', 'line', '10004346'],
    ['02191001234', 'line', '02191001234'],
    ['021', 'line', '021'],
    ['9821910012', 'line', '9821910012'],
    ['09121234567', 'line', '09121234567'],
    ['300024', 'shortcode', '300024'],
    ['110', 'shortcode', '110'],
    ['+989121234567', 'e164', '+989121234567'],
    ['+1 (500) 555-0006', 'e164', '+15005550006'],
    ['+44 (0)7700 900123', 'e164', '+447700900123'],
    ['Chapar', 'alphanumeric', 'Chapar'],
    [' ACME Shop ', 'alphanumeric', 'ACME Shop'],
    ['A1234567890', 'alphanumeric', 'A1234567890'],
    ['Café', 'alphanumeric', 'Café'],
  ])('takes %s as a %s', (input, kind, value) => {
    expect(sender(input)).toEqual({ kind, value })
  })

  it.each([
    ['ABCDEFGHIJKL', 'a sender’s name has at most 11 characters'],
    ['€€€€€€a', 'a sender’s name has at most 11 characters'],
    ['چاپار', 'a sender’s name may hold only characters of the GSM alphabet'],
    ['A\nB', 'a sender’s name may hold only characters of the GSM alphabet'],
    ['12', 'a line has 3 to 14 digits, as issued'],
    ['123456789012345', 'a line has 3 to 14 digits, as issued'],
    ['00989121234567', 'write an international number with +'],
    ['*#!', 'a sender is +country number, 3 to 14 digits, or a name with a letter'],
    ['', 'a sender is +country number, 3 to 14 digits, or a name with a letter'],
    ['+10004346', 'must be a phone number in E.164: +1 is followed by 10 digits'],
    ['x'.repeat(65), 'a sender is too long'],
  ])('refuses %j and says why', (input, detail) => {
    expect(detailOf(input)).toBe(detail)
  })
})
