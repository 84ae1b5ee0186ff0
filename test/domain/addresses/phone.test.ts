import { describe, expect, it } from 'vitest'
import { countryCodeLength } from '#worker/domain/addresses/country-codes.ts'
import { phoneNumber } from '#worker/domain/addresses/phone.ts'
import { Problem } from '#worker/domain/problem.ts'

const MINE = '+989121234567'

const problemOf = (input: string): Problem => {
  try {
    phoneNumber(input, 'IR')
  } catch (error) {
    if (error instanceof Problem) return error
    throw error
  }
  throw new Error('was taken')
}

describe('phoneNumber', () => {
  it.each([
    MINE,
    '09121234567',
    '9121234567',
    '989121234567',
    '00989121234567',
    '+98 912 123 4567',
    '+98 (0)912 123-4567',
    '(0912) 123 45 67',
    '0912.123.4567',
    '0912–123–4567',
    '۰۹۱۲۱۲۳۴۵۶۷',
    '٠٩١٢١٢٣٤٥٦٧',
    '+۹۸۹۱۲۱۲۳۴۵۶۷',
    '۰۹۱۲\u200c۱۲۳\u200f۴۵۶۷',
    '\u202a+989121234567\u202c',
    '\u2066 0912\u00a0123 4567\u2069',
  ])('reads %s as the one canonical form', (input) => {
    expect(phoneNumber(input, 'IR')).toEqual({ kind: 'e164', value: MINE })
  })

  it.each([
    ['02188776655', '+982188776655'],
    ['+982188776655', '+982188776655'],
    ['+447911123456', '+447911123456'],
    ['0044 7911 123456', '+447911123456'],
    ['+1 202-555-0123', '+12025550123'],
    ['+6834002', '+6834002'],
    ['+881612345678', '+881612345678'],
  ])('reads %s as %s', (input, value) => {
    expect(phoneNumber(input, 'IR')).toEqual({ kind: 'e164', value })
  })

  it.each([
    '10004346',
    '۱۰۰۰۴۳۴۶',
    '+9810004346',
    '+983000505123',
    '+10004346',
    '0010004346',
    '3000505',
    '300024',
    '110',
    '447911123456',
    '912123456',
    '091212345678',
    '+98912123456',
    '+9891212345678',
    '+1234567890123456',
    '+999123456789',
    '+210123456789',
    '+9791234567',
    '+80012345678',
    '++989121234567',
    '+98912123456a',
    '0912123456７',
    'Chapar',
    '+',
    '',
    ' ',
    '0'.repeat(1000),
  ])('refuses %j: it is no number that can receive', (input) => {
    const problem = problemOf(input)
    expect(problem.code).toBe('invalid-fields')
    expect(problem.options.errors).toHaveLength(1)
    expect(problem.options.errors?.[0]?.pointer).toBe('')
    expect(problem.options.errors?.[0]?.detail).toMatch(/E\.164/)
  })

  it('never repeats the number in its answer', () => {
    for (const input of ['10004346', '+98912123456', '+999123456789', '+1234567890123456'])
      expect(JSON.stringify(problemOf(input).options)).not.toContain(input.replace('+', ''))
  })
})

describe('countryCodeLength', () => {
  it.each([
    ['1202555', 1],
    ['7999123', 1],
    ['9891212', 2],
    ['4479111', 2],
    ['9715012', 3],
    ['2101234', 0],
    ['0123456', 0],
    ['9991234', 0],
  ])('of %s is %d', (digits, length) => {
    expect(countryCodeLength(digits)).toBe(length)
  })
})
